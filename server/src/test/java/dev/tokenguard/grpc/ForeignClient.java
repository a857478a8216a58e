package dev.tokenguard.grpc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.tokenguard.v1.TokenAdminServiceOuterClass;
import dev.tokenguard.v1.TokenGuardServiceOuterClass;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/**
 * A caller in no particular language: it sends what it is given, JSON that becomes a proto by the
 * contract's descriptor, or bare bytes, to a method that may not even exist.
 */
final class ForeignClient {

  private final Channel channel;

  ForeignClient(Channel channel) {
    this.channel = channel;
  }

  /** Sends JSON and answers JSON. */
  String call(String method, String json) throws InvalidProtocolBufferException {
    MethodDescriptor descriptor = descriptor(method);
    DynamicMessage.Builder request = DynamicMessage.newBuilder(descriptor.getInputType());
    JsonFormat.parser().merge(json, request);
    byte[] reply =
        callRaw(
            descriptor.getService().getFullName() + "/" + method, request.build().toByteArray());
    return toJson(descriptor.getOutputType(), reply);
  }

  /** No two RPCs of the two services have one name. */
  private static MethodDescriptor descriptor(String method) {
    MethodDescriptor descriptor =
        TokenGuardServiceOuterClass.getDescriptor().getServices().get(0).findMethodByName(method);
    return descriptor != null
        ? descriptor
        : TokenAdminServiceOuterClass.getDescriptor().getServices().get(0).findMethodByName(method);
  }

  /** Sends bytes and answers bytes. */
  byte[] callRaw(String fullMethod, byte[] request) {
    return ClientCalls.blockingUnaryCall(
        channel,
        io.grpc.MethodDescriptor.<byte[], byte[]>newBuilder(new Bytes(), new Bytes())
            .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(fullMethod)
            .build(),
        CallOptions.DEFAULT.withDeadlineAfter(TestServer.LONG.toSeconds(), TimeUnit.SECONDS),
        request);
  }

  private static String toJson(Descriptor type, byte[] message)
      throws InvalidProtocolBufferException {
    return JsonFormat.printer()
        .omittingInsignificantWhitespace()
        .print(DynamicMessage.parseFrom(type, message));
  }

  private static final class Bytes implements io.grpc.MethodDescriptor.Marshaller<byte[]> {
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
  }
}
