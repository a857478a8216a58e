package dev.tokenguard.service;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import java.util.concurrent.CompletionException;

/** Unwraps what stages fail with. */
public final class Faults {

  private Faults() {}

  /**
   * The fault inside, which stages wrap when they are chained; {@link Fault#INTERNAL} for anything
   * that is not a fault of ours, without its message: that is for the log, not for the caller.
   */
  public static FaultException of(Throwable thrown) {
    Throwable inner = thrown;
    while (inner instanceof CompletionException && inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner instanceof FaultException fault
        ? fault
        : FaultException.of(Fault.INTERNAL, "a fault of the server; its log has it");
  }
}
