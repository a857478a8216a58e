package dev.tokenguard.http.rpc;

import com.google.protobuf.DescriptorProtos.MethodOptions.IdempotencyLevel;
import com.google.protobuf.Descriptors;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;

/**
 * One RPC of the protocol.
 *
 * @param method as gRPC calls it
 * @param request an empty request
 * @param schema as the proto file has it
 */
record Rpc(
    MethodDescriptor<Message, Message> method,
    Message request,
    Descriptors.MethodDescriptor schema) {

  @SuppressWarnings("unchecked") // every method of a generated service takes and gives messages
  static Rpc of(MethodDescriptor<?, ?> method) {
    return new Rpc(
        (MethodDescriptor<Message, Message>) method,
        prototype(method.getRequestMarshaller()),
        ((ProtoMethodDescriptorSupplier) method.getSchemaDescriptor()).getMethodDescriptor());
  }

  private static Message prototype(MethodDescriptor.Marshaller<?> marshaller) {
    return (Message) ((MethodDescriptor.PrototypeMarshaller<?>) marshaller).getMessagePrototype();
  }

  /** Its path over HTTP. */
  String path() {
    return "/" + method.getFullMethodName();
  }

  /** Whether it changes nothing, and so may be asked for with GET. */
  boolean isSafe() {
    return schema.getOptions().getIdempotencyLevel() == IdempotencyLevel.NO_SIDE_EFFECTS;
  }

  boolean isStream() {
    return method.getType() == MethodType.SERVER_STREAMING;
  }
}
