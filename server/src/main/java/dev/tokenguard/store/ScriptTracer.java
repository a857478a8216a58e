package dev.tokenguard.store;

import dev.tokenguard.domain.Fault;
import org.jspecify.annotations.Nullable;

/**
 * Hears of each script of a call, for tracing. Which call a thread works for, the tracer knows by
 * itself; the store carries that on to the thread that brings the answer. Called on the store's own
 * threads: must be thread-safe, fast, and never throw.
 */
public interface ScriptTracer {

  /** Traces nothing. */
  ScriptTracer NONE = (script, account) -> Step.NONE;

  /**
   * Something is sent to the store.
   *
   * @param script the script's name; empty for a command that is none
   * @param account the key of the account that the script is about, as the store names it; null for
   *     none
   */
  Step sent(String script, byte @Nullable [] account);

  /** What was sent, until its answer is there. */
  interface Step {

    /** Of no call that is traced. */
    Step NONE = fault -> Scope.NONE;

    /**
     * The answer is there. What follows from it belongs to the same call, until the scope is closed
     * by the same thread.
     *
     * @param fault why it failed; null if it did not
     */
    Scope ended(@Nullable Fault fault);
  }

  /** While it is open, its thread works for the call of which something has ended. */
  interface Scope extends AutoCloseable {
    /** Of no call that is traced. */
    Scope NONE = () -> {};

    @Override
    void close();
  }
}
