package dev.tokenguard.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The reply of a unary call: sent when the store answers, by the thread that brings the answer.
 *
 * <p>The caller's deadline bounds the wait without help from here: gRPC resets the call when it is
 * over, the client makes {@code DEADLINE_EXCEEDED} of that, and the answer finds nobody.
 */
final class Reply {

  private Reply() {}

  /**
   * Asks, and replies when the answer is there.
   *
   * @param map makes a response of an outcome
   */
  static <T, R> void to(
      StreamObserver<R> observer, Supplier<CompletionStage<T>> ask, Function<T, R> map) {
    ServerCallStreamObserver<R> call = (ServerCallStreamObserver<R>) observer;
    call.setOnCancelHandler(Reply::quietly);
    CompletionStage<T> answer;
    try {
      answer = ask.get();
    } catch (RuntimeException e) {
      call.onError(StatusMapper.of(e));
      return;
    }
    answer.whenComplete(
        (outcome, thrown) -> {
          if (!call.isCancelled()) {
            send(call, map, outcome, thrown);
          }
        });
  }

  private static <T, R> void send(
      ServerCallStreamObserver<R> call, Function<T, R> map, T outcome, @Nullable Throwable thrown) {
    if (thrown != null) {
      call.onError(StatusMapper.of(thrown));
      return;
    }
    R response;
    try {
      response = map.apply(outcome);
    } catch (RuntimeException e) {
      call.onError(StatusMapper.of(e));
      return;
    }
    call.onNext(response);
    call.onCompleted();
  }

  /**
   * With a cancel handler set, writing to a call that was cancelled does nothing. Without one it
   * throws, and the store may well answer a moment after its caller has left.
   */
  private static void quietly() {}
}
