package dev.tokenguard.client;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import dev.tokenguard.v1.BatchResult;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Sends long lists in batches that the server takes, one after the other. Thread-safe. */
final class Batches {

  /** Items of one call at most, as the contract says. */
  static final int MAX_ITEMS = 1_000;

  /** Bytes of one call at most: the server's default {@code grpc.max_message_bytes} is 65,536. */
  static final int MAX_BYTES = 60_000;

  private final AdminCalls calls;

  Batches(AdminCalls calls) {
    this.calls = calls;
  }

  /**
   * How one bulk form is sent.
   *
   * @param <R> an item as the caller has it
   * @param <M> an item as it is sent
   * @param <B> a batch
   * @param <A> its answer
   * @param message what is sent for an item
   */
  record Form<R, M extends Message, B, A>(
      MethodDescriptor<B, A> method,
      Function<R, M> message,
      Function<List<M>, B> batch,
      Function<A, List<BatchResult>> results) {}

  /** Sends every item; the future does not fail, as each item tells what became of it. */
  <R, M extends Message, B, A> CompletableFuture<BatchOutcome<R>> send(
      Form<R, M, B, A> form, List<R> items) {
    return new Sending<>(form, items).start();
  }

  /**
   * A list in parts, none with more items or, unless an item alone has them, bytes than allowed.
   */
  static <R> List<List<R>> split(List<R> items, ToIntFunction<R> bytes) {
    List<List<R>> parts = new ArrayList<>();
    int start = 0;
    long size = 0;
    for (int i = 0; i < items.size(); i++) {
      long itemSize = bytes.applyAsInt(items.get(i));
      if (i > start && (i - start == MAX_ITEMS || size + itemSize > MAX_BYTES)) {
        parts.add(items.subList(start, i));
        start = i;
        size = 0;
      }
      size += itemSize;
    }
    if (start < items.size()) {
      parts.add(items.subList(start, items.size()));
    }
    return parts;
  }

  /** One list on its way. Batches follow one another, so its fields need no lock. */
  private final class Sending<R, M extends Message, B, A> {
    private final Form<R, M, B, A> form;
    private final List<List<R>> parts;
    private final List<BatchOutcome.Item<R>> done = new ArrayList<>();
    private final CompletableFuture<BatchOutcome<R>> result = new CompletableFuture<>();
    private int next;

    Sending(Form<R, M, B, A> form, List<R> items) {
      this.form = form;
      this.parts =
          split(
              items,
              item -> {
                int size = form.message().apply(item).getSerializedSize();
                return 1 + CodedOutputStream.computeUInt32SizeNoTag(size) + size;
              });
    }

    CompletableFuture<BatchOutcome<R>> start() {
      sendNext();
      return result;
    }

    private void sendNext() {
      if (next == parts.size()) {
        result.complete(new BatchOutcome<>(done));
        return;
      }
      List<R> part = parts.get(next++);
      B batch = form.batch().apply(part.stream().map(form.message()).toList());
      CompletableFuture<List<BatchResult>> answer;
      try {
        answer = calls.call(form.method(), batch, form.results());
      } catch (IllegalStateException closed) {
        if (next == 1) {
          throw closed;
        }
        answer =
            CompletableFuture.failedFuture(
                Fault.local(Status.Code.CANCELLED, "the client was closed", closed));
      }
      Futures.whenDone(answer, (results, thrown) -> answered(part, results, thrown));
    }

    private void answered(
        List<R> part, @Nullable List<BatchResult> results, @Nullable Throwable thrown) {
      if (results != null && results.size() == part.size()) {
        for (int i = 0; i < part.size(); i++) {
          done.add(item(part.get(i), results.get(i)));
        }
        sendNext();
        return;
      }
      TokenGuardException exception =
          thrown == null
              ? Fault.local(
                  Status.Code.INTERNAL,
                  name() + ": " + part.size() + " items were sent, another number was answered",
                  null)
              : Futures.fault(thrown);
      part.forEach(item -> done.add(new BatchOutcome.Item<>(item, false, exception)));
      TokenGuardException notSent = exception.fault().notSent().exception(exception);
      for (; next < parts.size(); next++) {
        parts.get(next).forEach(item -> done.add(new BatchOutcome.Item<>(item, false, notSent)));
      }
      sendNext();
    }

    private BatchOutcome.Item<R> item(R request, BatchResult result) {
      return new BatchOutcome.Item<>(
          request,
          result.getReplayed(),
          result.hasError() ? Fault.read(name(), result.getError()) : null);
    }

    private String name() {
      return form.method().getBareMethodName();
    }
  }
}
