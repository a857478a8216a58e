package dev.tokenguard.domain;

import java.util.List;
import java.util.Map;

/**
 * A call that could not be carried out. Carries no stack trace: it tells of the call, not of us.
 */
public final class FaultException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Fault fault;
  private final transient Map<String, String> details;
  private final transient List<Violation> violations;

  private FaultException(
      Fault fault, String message, Map<String, String> details, List<Violation> violations) {
    super(message, null, false, false);
    this.fault = fault;
    this.details = Map.copyOf(details);
    this.violations = List.copyOf(violations);
  }

  /** A fault with a message for people: what was wrong, where, and what to do. */
  public static FaultException of(Fault fault, String message) {
    return new FaultException(fault, message, Map.of(), List.of());
  }

  /** A fault with details for programs. */
  public static FaultException of(Fault fault, String message, Map<String, String> details) {
    return new FaultException(fault, message, details, List.of());
  }

  /** There is no such account; or none that the caller may know of, which must sound the same. */
  public static FaultException noAccount(String account) {
    return of(Fault.ACCOUNT_NOT_FOUND, "no account " + account);
  }

  /** An account has no such reservation; the same for an account that there is not. */
  public static FaultException noReservation(String account, String reservation) {
    return of(
        Fault.RESERVATION_NOT_FOUND,
        "account " + account + " has no reservation " + reservation + ", or it ended too long ago");
  }

  /** Malformed input, with everything that is wrong with it. */
  public static FaultException invalid(List<Violation> violations) {
    StringBuilder message = new StringBuilder();
    for (Violation violation : violations) {
      message.append(message.isEmpty() ? "" : "; ");
      message.append(violation.field()).append(": ").append(violation.description());
    }
    return new FaultException(Fault.INVALID_REQUEST, message.toString(), Map.of(), violations);
  }

  /** Why. */
  public Fault fault() {
    return fault;
  }

  /** Details for programs, such as the state in which a reservation ended. */
  public Map<String, String> details() {
    return details;
  }

  /** What is wrong with the input; empty for other faults. */
  public List<Violation> violations() {
    return violations;
  }

  /**
   * One thing that is wrong with the input.
   *
   * @param field path of the field in the request, in the contract's names
   * @param description what is wrong and what is expected
   */
  public record Violation(String field, String description) {}
}
