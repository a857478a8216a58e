package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

/**
 * A denial, in the convenience forms ({@code orThrow}, guard) that have no place for it in their
 * result. It is not a fault: retrying does not help until the account has what it lacks.
 */
public final class DeniedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Denial denial;

  /** Wraps a denial; the message is the denial's. */
  public DeniedException(Denial denial) {
    super(denial.message(), null, false, false); // An outcome: its stack would tell nothing.
    this.denial = requireNonNull(denial);
  }

  /** Why. */
  public Denial denial() {
    return denial;
  }

  /** What a web service should answer: 402 for too few tokens, 403 for every other reason. */
  public int httpStatus() {
    return denial.httpStatus();
  }
}
