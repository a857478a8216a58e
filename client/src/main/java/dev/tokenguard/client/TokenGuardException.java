package dev.tokenguard.client;

import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A fault: TokenGuard could not be asked, or refused the request as wrong. A denial is none, see
 * {@link DeniedException}. What callers often branch on has a class of its own; everything else
 * tells itself apart by {@link #reason}.
 */
public sealed class TokenGuardException extends RuntimeException
    permits AccountExistsException, NotFoundException, StaleVersionException {

  private static final long serialVersionUID = 1L;

  private final transient Fault fault;

  /** Made by {@link Fault#exception}, which knows the class. */
  TokenGuardException(Fault fault, @Nullable Throwable cause) {
    super(fault.message(), cause);
    this.fault = fault;
  }

  /** The gRPC status. */
  public Status.Code code() {
    return fault.code();
  }

  /**
   * The stable reason that the server gave: a name of {@code ErrorReason} without its prefix, as
   * {@code IDEMPOTENCY_MISMATCH}; empty if there is none.
   */
  public String reason() {
    return fault.reason();
  }

  /** What the server said beside the reason; for {@code RESERVATION_ENDED} the {@code state}. */
  public Map<String, String> metadata() {
    return fault.metadata();
  }

  /** For {@code INVALID_ARGUMENT}: every bad field and what is wrong with it. */
  public List<String> violations() {
    return fault.violations();
  }

  /** How long the server asks to wait before another try; null if it does not say. */
  public @Nullable Duration retryAfter() {
    return fault.retryAfter();
  }

  /** Whether TokenGuard could not be reached or did not answer in time; a later try may succeed. */
  public boolean unavailable() {
    return fault.retryable();
  }

  /** Whether the call may have been done all the same; the same call with the same id tells. */
  public boolean outcomeUnknown() {
    return fault.outcomeUnknown();
  }

  Fault fault() {
    return fault;
  }
}
