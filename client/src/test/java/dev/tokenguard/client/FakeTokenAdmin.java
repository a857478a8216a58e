package dev.tokenguard.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.tokenguard.client.FakeTokenGuard.Fate;
import dev.tokenguard.v1.ExportResponse;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Function;

/**
 * Answers every call of the admin service with what a test says, else with an empty response, and
 * keeps what it was asked.
 */
final class FakeTokenAdmin {

  /** In place of a chunk: the export breaks here. */
  static final String BREAK = "break";

  final List<Message> requests = new ArrayList<>();
  final List<String> methods = new ArrayList<>();
  private final Map<Class<?>, Function<Message, Message>> answers = new HashMap<>();
  private final Queue<Fate> fates = new ArrayDeque<>();
  private Fate otherwise = Fate.ANSWERED;

  /** Chunks of an export, a row each. */
  List<String> chunks = List.of();

  private int chunksSent;
  private int cancelledExports;

  /** How requests of a kind are answered. */
  synchronized <Q extends Message> void answer(Class<Q> kind, Function<Q, Message> answer) {
    answers.put(kind, request -> answer.apply(kind.cast(request)));
  }

  /** What happens to the next calls, in order. */
  synchronized void next(Fate... next) {
    fates.addAll(List.of(next));
  }

  /** What happens to every call that is not spoken for. */
  synchronized void always(Fate fate) {
    otherwise = fate;
  }

  synchronized <M extends Message> List<M> requests(Class<M> type) {
    return requests.stream().filter(type::isInstance).map(type::cast).toList();
  }

  synchronized int chunksSent() {
    return chunksSent;
  }

  synchronized int cancelledExports() {
    return cancelledExports;
  }

  ServerServiceDefinition definition() {
    ServiceDescriptor service = TokenAdminServiceGrpc.getServiceDescriptor();
    ServerServiceDefinition.Builder builder = ServerServiceDefinition.builder(service);
    service.getMethods().forEach(method -> add(builder, method));
    return builder.build();
  }

  @SuppressWarnings("unchecked") // The generated descriptors say no more than "some message".
  private void add(ServerServiceDefinition.Builder builder, MethodDescriptor<?, ?> descriptor) {
    MethodDescriptor<Message, Message> method = (MethodDescriptor<Message, Message>) descriptor;
    Message empty =
        (Message)
            ((PrototypeMarshaller<?>) descriptor.getResponseMarshaller()).getMessagePrototype();
    ServerCallHandler<Message, Message> handler =
        method.getType() == MethodDescriptor.MethodType.UNARY
            ? ServerCalls.asyncUnaryCall(
                (request, observer) -> serve(method, request, observer, empty))
            : ServerCalls.asyncServerStreamingCall(
                (request, observer) -> serve(method, request, observer, empty));
    builder.addMethod(method, handler);
  }

  private void serve(
      MethodDescriptor<?, ?> method,
      Message request,
      StreamObserver<Message> observer,
      Message empty) {
    Message decided;
    synchronized (this) {
      methods.add(method.getBareMethodName());
      requests.add(request);
      Fate fate = fates.poll();
      Function<Message, Message> answer =
          answers.getOrDefault(request.getClass(), ignored -> empty);
      try {
        decided = (fate == null ? otherwise : fate).decide(() -> answer.apply(request));
      } catch (StatusRuntimeException e) {
        observer.onError(e);
        return;
      }
    }
    if (decided instanceof ExportResponse) {
      export((ServerCallStreamObserver<Message>) observer);
    } else if (decided != null) {
      observer.onNext(decided);
      observer.onCompleted();
    }
  }

  /** Sends as fast as it is read. */
  private void export(ServerCallStreamObserver<Message> observer) {
    Queue<String> left = new ArrayDeque<>(chunks);
    int all = left.size();
    observer.setOnCancelHandler(this::exportCancelled);
    observer.setOnReadyHandler(
        () -> {
          while (observer.isReady()) {
            String chunk = left.poll();
            if (chunk == null) {
              observer.onCompleted();
              return;
            }
            if (chunk.equals(BREAK)) {
              observer.onError(FakeTokenGuard.status(Status.Code.UNAVAILABLE, ""));
              return;
            }
            chunkSent();
            observer.onNext(
                ExportResponse.newBuilder()
                    .setData(ByteString.copyFromUtf8(chunk))
                    .setRows(all - left.size())
                    .build());
          }
        });
  }

  private synchronized void chunkSent() {
    chunksSent++;
  }

  private synchronized void exportCancelled() {
    cancelledExports++;
  }
}
