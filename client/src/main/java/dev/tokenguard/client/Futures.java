package dev.tokenguard.client;

import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Waits for futures in the blocking forms, and hands on what they complete or fail with. */
final class Futures {

  private Futures() {}

  /**
   * What the future completes with.
   *
   * <p>If the thread is interrupted, it stays so, the future is cancelled, and a {@link
   * TokenGuardException} with code {@code CANCELLED} is thrown.
   */
  static <T extends @Nullable Object> T await(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      future.cancel(false);
      throw Fault.local(Status.Code.CANCELLED, "interrupted while waiting for TokenGuard", e);
    } catch (ExecutionException e) {
      throw withOwnStack(unwrap(e));
    }
  }

  /**
   * What the future completes with, or the fallback if the thread is interrupted; it stays so, and
   * the future goes on.
   */
  static <T extends @Nullable Object> T awaitOr(CompletableFuture<T> future, T fallback) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return fallback;
    } catch (ExecutionException e) {
      throw withOwnStack(unwrap(e));
    }
  }

  /**
   * Waits until the future completes or the thread is interrupted; it stays so, and the future goes
   * on.
   */
  static void awaitEnd(CompletableFuture<?> future) {
    try {
      future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw withOwnStack(unwrap(e));
    }
  }

  /** The future's value, changed; what it fails with comes through as it is, not wrapped. */
  static <A, B> CompletableFuture<B> map(CompletableFuture<A> future, Function<A, B> change) {
    CompletableFuture<B> result = new CompletableFuture<>();
    whenDone(
        future,
        (value, thrown) -> {
          if (thrown != null) {
            result.completeExceptionally(thrown);
            return;
          }
          try {
            result.complete(change.apply(value));
          } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  /**
   * Runs an action with what the stage completes with; what it fails with comes as it is, not
   * wrapped.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for the action.
  static <T> void whenDone(
      CompletionStage<T> stage, BiConsumer<@Nullable T, @Nullable Throwable> action) {
    stage.whenComplete(
        (value, thrown) -> action.accept(value, thrown == null ? null : unwrap(thrown)));
  }

  /** Completes one future as the other. */
  static <B, A extends B> void forward(CompletableFuture<A> from, CompletableFuture<B> to) {
    whenDone(
        from,
        (value, thrown) -> {
          if (thrown != null) {
            to.completeExceptionally(thrown);
          } else {
            to.complete(value);
          }
        });
  }

  /** What a stage really failed with. */
  static Throwable unwrap(Throwable thrown) {
    Throwable cause = thrown.getCause();
    return (thrown instanceof CompletionException || thrown instanceof ExecutionException)
            && cause != null
        ? cause
        : thrown;
  }

  /** What a call to TokenGuard failed with. */
  static TokenGuardException fault(Throwable thrown) {
    Throwable cause = unwrap(thrown);
    return cause instanceof TokenGuardException exception
        ? exception
        : Fault.local(Status.Code.INTERNAL, "the client failed: " + cause, cause);
  }

  private static RuntimeException withOwnStack(Throwable cause) {
    if (cause instanceof TokenGuardException exception) {
      return exception.fault().exception(exception);
    }
    if (cause instanceof RuntimeException exception) {
      return exception;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return Fault.local(Status.Code.INTERNAL, "the client failed: " + cause, cause);
  }
}
