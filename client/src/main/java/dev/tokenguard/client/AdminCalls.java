package dev.tokenguard.client;

import io.grpc.MethodDescriptor;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** What the parts of an admin client share: its calls, its ids, its end. Thread-safe. */
final class AdminCalls {

  private final Connection connection;
  private final Ulids ulids;
  private final Set<ExportStream> exports = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();

  AdminCalls(Connection connection, Ulids ulids) {
    this.connection = connection;
    this.ulids = ulids;
  }

  /** The id of a change: the one that was given, or a new one. Asked for once for each change. */
  String requestId(String given) {
    return given.isEmpty() ? ulids.next() : given;
  }

  /** Calls, repeats within the deadline, and reads the answer. */
  <Q, A, R> CompletableFuture<R> call(
      MethodDescriptor<Q, A> method, Q request, Function<A, R> read) {
    requireOpen();
    return Futures.map(
        connection.caller().call(method, request), answer -> read.apply(answer.message()));
  }

  /** The same, with the answer as it is. */
  <Q, A> CompletableFuture<A> call(MethodDescriptor<Q, A> method, Q request) {
    return call(method, request, answer -> answer);
  }

  ExportStream export(ExportQuery query) {
    requireOpen();
    ExportStream export = new ExportStream(connection, query.request(), exports::remove);
    exports.add(export);
    export.start();
    if (closed.get()) {
      export.close();
    }
    return export;
  }

  void close() {
    if (closed.compareAndSet(false, true)) {
      exports.forEach(ExportStream::close);
      connection.close();
    }
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("the client was closed");
    }
  }
}
