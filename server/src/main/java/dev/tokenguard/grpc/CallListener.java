package dev.tokenguard.grpc;

import dev.tokenguard.domain.Fault;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** Hears of every call that ended, for metrics. Must be thread-safe, fast, and never throw. */
public interface CallListener {

  /** Hears nothing. */
  CallListener NONE = (method, code, stream, client, nanos) -> {};

  /**
   * A call ended.
   *
   * @param method name of an RPC of TokenGuard, such as {@code Commit}; {@code unknown} for any
   *     other
   * @param code the status as it was sent, or CANCELLED
   * @param stream whether it was a stream, whose length says nothing about speed
   * @param client what the caller says of its library, such as {@code tokenguard-java/1.2.3}; null
   *     if it says nothing. Any text that a header can have
   * @param nanos from its first byte to its last
   */
  void ended(String method, Status.Code code, boolean stream, @Nullable String client, long nanos);

  /** A call was turned away on arrival, before anything was done. It ends as well. */
  default void refused(Fault reason) {}
}
