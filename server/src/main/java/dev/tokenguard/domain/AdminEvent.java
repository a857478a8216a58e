package dev.tokenguard.domain;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A change that an operator asked for. Immutable.
 *
 * @param id the time when it was asked for, in microseconds since the epoch; 0 before it is stored
 * @param rpc which call
 * @param account that it is about; empty for none
 * @param member that it is about; empty for none
 * @param requestId of the request; empty for none
 * @param caller whose credential asked
 * @param actor on whose behalf, as the request says; empty if it does not
 * @param request what was asked besides, as JSON
 * @param result what came of it
 */
public record AdminEvent(
    long id,
    String rpc,
    String account,
    String member,
    String requestId,
    Caller caller,
    String actor,
    String request,
    Result result) {

  /** What came of a change; stored by its position. */
  public enum Outcome {
    /** It was begun. */
    UNKNOWN,
    /** It was made. */
    DONE,
    /** It had been made before. */
    REPLAYED,
    /** It was not made. */
    REFUSED;

    /** Whether something may have been changed: of the others less is kept. */
    public boolean mayHaveChanged() {
      return this == UNKNOWN || this == DONE;
    }
  }

  /**
   * Whose credential asked.
   *
   * @param name of the credential
   * @param role as files and messages have it
   * @param namespace that it is limited to; empty for none
   * @param peer the address that it called from
   */
  public record Caller(String name, String role, String namespace, String peer) {}

  /**
   * What came of it.
   *
   * @param reason the fault's name; empty if it was made
   * @param before the fields that were changed as they were, as JSON; empty for nothing
   * @param after the same afterwards
   */
  public record Result(Outcome outcome, String reason, String before, String after) {
    /** It is not known, or not yet. */
    public static final Result UNKNOWN = new Result(Outcome.UNKNOWN, "", "", "");

    /** It had been made before. */
    public static final Result REPLAYED = new Result(Outcome.REPLAYED, "", "", "");

    /** It was made. */
    public static Result done(String before, String after) {
      return new Result(Outcome.DONE, "", before, after);
    }

    /** It failed: whether something was changed is unknown after some faults. */
    public static Result of(Fault fault) {
      return new Result(
          switch (fault) {
            case STORE_TIMEOUT, STORE_UNAVAILABLE, INTERNAL -> Outcome.UNKNOWN;
            default -> Outcome.REFUSED;
          },
          fault.name(),
          "",
          "");
    }
  }

  /** When it was asked for. */
  public Instant time() {
    return Instant.EPOCH.plus(id, ChronoUnit.MICROS);
  }

  /** With the id that the store gave it. */
  public AdminEvent withId(long given) {
    return new AdminEvent(given, rpc, account, member, requestId, caller, actor, request, result);
  }

  /** With what came of it. */
  public AdminEvent with(Result known) {
    return new AdminEvent(id, rpc, account, member, requestId, caller, actor, request, known);
  }
}
