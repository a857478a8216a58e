package dev.tokenguard.grpc;

import dev.tokenguard.auth.Presented;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.ServerBuilder;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A port that only this process reaches, for callers that came in by another protocol than gRPC.
 * What is called here passes the same interceptors as what comes over the network, as whoever the
 * caller is. Thread-safe.
 */
public final class InProcessPort implements AutoCloseable {

  /**
   * What the caller shows, as an object: nothing that is sent over a network can be read as one, so
   * that nobody else can say who calls.
   */
  private static final Metadata.Key<Presented> PRESENTED =
      Metadata.Key.of("tokenguard-presented-bin", new ByReference());

  /** Of a call of which nobody said who makes it. */
  private static final Presented NOBODY = new Presented(List.of(), List.of(), false, "local");

  private final String name = InProcessServerBuilder.generateName();
  private final ManagedChannel channel = InProcessChannelBuilder.forName(name).build();
  private volatile boolean open;

  /** Whether somebody answers: from the start of the server to its end. */
  public boolean isOpen() {
    return open && !channel.isShutdown();
  }

  /** Where calls are made. */
  public Channel channel() {
    return channel;
  }

  /** Says in the headers of a call what its caller shows. */
  public static void present(Presented presented, Metadata headers) {
    headers.put(PRESENTED, presented);
  }

  static Presented presented(Metadata headers) {
    Presented presented = headers.get(PRESENTED);
    return presented == null ? NOBODY : presented;
  }

  ServerBuilder<?> newServer() {
    return InProcessServerBuilder.forName(name).directExecutor();
  }

  /** The server listens. */
  void opened() {
    open = true;
  }

  /** Calls are made no more. */
  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class ByReference implements Metadata.BinaryStreamMarshaller<Presented> {
    @Override
    public InputStream toStream(Presented value) {
      return new Reference(value);
    }

    @Override
    public Presented parseStream(InputStream stream) {
      return stream instanceof Reference reference ? reference.value : NOBODY;
    }
  }

  private static final class Reference extends ByteArrayInputStream {
    private final Presented value;

    Reference(Presented value) {
      super(new byte[0]);
      this.value = value;
    }
  }
}
