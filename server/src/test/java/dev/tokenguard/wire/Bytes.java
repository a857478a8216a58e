package dev.tokenguard.wire;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/** Requests and replies as they are: calls any RPC by its name, with an empty message. */
final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
  @Override
  public InputStream stream(byte[] value) {
    return new ByteArrayInputStream(value);
  }

  @Override
  public byte[] parse(InputStream stream) {
    try {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a call ends with. */
  static Status.Code call(String fullMethod, Channel channel) {
    return call(fullMethod, channel, new byte[0]);
  }

  /** What a call with a message ends with. */
  static Status.Code call(String fullMethod, Channel channel, byte[] request) {
    boolean stream = fullMethod.matches(".*/(WatchBalance|Export|ServerReflectionInfo)");
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.<byte[], byte[]>newBuilder(new Bytes(), new Bytes())
            .setType(
                stream
                    ? MethodDescriptor.MethodType.SERVER_STREAMING
                    : MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(fullMethod)
            .build();
    CallOptions options =
        CallOptions.DEFAULT.withDeadlineAfter(Await.LONG.toMillis(), TimeUnit.MILLISECONDS);
    try {
      Iterator<byte[]> replies =
          ClientCalls.blockingServerStreamingCall(channel, method, options, request);
      return replies.hasNext() || !stream ? Status.Code.OK : Status.Code.OUT_OF_RANGE;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }
}
