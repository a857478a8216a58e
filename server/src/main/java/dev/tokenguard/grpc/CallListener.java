package dev.tokenguard.grpc;

import dev.tokenguard.domain.Fault;
import io.grpc.Status;

/** Hears of every call that ended, for metrics. Must be thread-safe, fast, and never throw. */
public interface CallListener {

  /** Hears nothing. */
  CallListener NONE = (method, code, stream, nanos) -> {};

  /**
   * A call ended.
   *
   * @param method name of an RPC of TokenGuard, such as {@code Commit}; {@code unknown} for any
   *     other
   * @param code the status as it was sent, or CANCELLED
   * @param stream whether it was a stream, whose length says nothing about speed
   * @param nanos from its first byte to its last
   */
  void ended(String method, Status.Code code, boolean stream, long nanos);

  /** A call was turned away on arrival, before anything was done. It ends as well. */
  default void refused(Fault reason) {}
}
