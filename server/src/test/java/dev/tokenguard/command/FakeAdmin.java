package dev.tokenguard.command;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A TokenAdminService on a free port that records what it is asked, and answers as it is told. */
final class FakeAdmin implements AutoCloseable {
  private final List<Message> requests = new CopyOnWriteArrayList<>();
  private final Map<String, Function<Message, List<Message>>> answers = new ConcurrentHashMap<>();
  private final Set<String> hanging = ConcurrentHashMap.newKeySet();
  private final Server server;

  FakeAdmin() throws IOException {
    ServerServiceDefinition.Builder service =
        ServerServiceDefinition.builder(TokenAdminServiceGrpc.getServiceDescriptor());
    for (MethodDescriptor<?, ?> method :
        TokenAdminServiceGrpc.getServiceDescriptor().getMethods()) {
      add(service, method);
    }
    server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(service.build())
            .build()
            .start();
  }

  @SuppressWarnings("unchecked") // Every message of the service is a Message.
  private void add(ServerServiceDefinition.Builder service, MethodDescriptor<?, ?> any) {
    MethodDescriptor<Message, Message> method = (MethodDescriptor<Message, Message>) any;
    String name = String.valueOf(method.getBareMethodName());
    ServerCallHandler<Message, Message> handler =
        method.getType() == MethodDescriptor.MethodType.UNARY
            ? ServerCalls.asyncUnaryCall((request, to) -> handle(name, request, to))
            : ServerCalls.asyncServerStreamingCall((request, to) -> handle(name, request, to));
    service.addMethod(method, handler);
  }

  private void handle(String method, Message request, StreamObserver<Message> to) {
    requests.add(request);
    if (hanging.contains(method)) {
      return;
    }
    Function<Message, List<Message>> answer = answers.get(method);
    try {
      if (answer == null) {
        throw Status.UNIMPLEMENTED.asRuntimeException();
      }
      answer.apply(request).forEach(to::onNext);
      to.onCompleted();
    } catch (StatusRuntimeException e) {
      to.onError(e);
    }
  }

  /** From now on a method answers so; several messages are a stream. */
  void answers(String method, Message... messages) {
    answers.put(method, request -> List.of(messages));
  }

  /** From now on a method answers what a function makes of its request. */
  @SuppressWarnings("unchecked") // A method has requests of one type.
  <R extends Message> void answers(String method, Function<R, ? extends Message> answer) {
    answers.put(method, request -> List.of(answer.apply((R) request)));
  }

  /** From now on a method answers nothing. */
  void hangs(String method) {
    hanging.add(method);
  }

  /** From now on a method fails so. */
  void fails(String method, StatusRuntimeException failure) {
    answers.put(
        method,
        request -> {
          throw failure;
        });
  }

  /** A fault as the server tells it. */
  static StatusRuntimeException fault(
      Status.Code code, String reason, String message, Map<String, String> metadata) {
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(code.value())
            .setMessage(message)
            .addDetails(
                Any.pack(ErrorInfo.newBuilder().setReason(reason).putAllMetadata(metadata).build()))
            .build());
  }

  void reset() {
    requests.clear();
    answers.clear();
    hanging.clear();
  }

  List<Message> requests() {
    return List.copyOf(requests);
  }

  String target() {
    return "127.0.0.1:" + server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
