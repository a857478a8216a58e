package dev.tokenguard.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Tells the server with every call which client this is, and of which trace the call is part. */
final class ClientHeaders implements ClientInterceptor {

  static final Metadata.Key<String> CLIENT =
      Metadata.Key.of("tokenguard-client", Metadata.ASCII_STRING_MARSHALLER);

  private static final String NAME = "tokenguard-java/" + version();

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        headers.put(CLIENT, NAME);
        TraceContext.of(options).addTo(headers);
        super.start(listener, headers);
      }
    };
  }

  private static String version() {
    try (InputStream in = ClientHeaders.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "dev");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
