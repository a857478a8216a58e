package dev.tokenguard.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.tokenguard.v1.ItemError;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.io.FileNotFoundException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a gRPC status means to this client. The one place that reads statuses and their details. */
record Fault(
    Status.Code code,
    String reason,
    Map<String, String> metadata,
    List<String> violations,
    @Nullable Duration retryAfter,
    boolean outcomeUnknown,
    String message) {

  /** Reasons with which the server says that it did nothing. */
  private static final Set<String> NOTHING_DONE =
      Set.of("OVERLOADED", "SHUTTING_DOWN", "DEADLINE_PASSED");

  /**
   * Reads what a call ended with.
   *
   * @param call the method's name, for the message
   */
  static TokenGuardException read(String call, Throwable thrown) {
    Status status = Status.fromThrowable(thrown);
    String reason = "";
    Map<String, String> metadata = Map.of();
    List<String> violations = List.of();
    Duration retryAfter = null;
    com.google.rpc.Status details = StatusProto.fromThrowable(thrown);
    for (Any detail : details == null ? List.<Any>of() : details.getDetailsList()) {
      try {
        if (detail.is(ErrorInfo.class)) {
          ErrorInfo info = detail.unpack(ErrorInfo.class);
          reason = info.getReason();
          metadata = info.getMetadataMap();
        } else if (detail.is(BadRequest.class)) {
          violations =
              detail.unpack(BadRequest.class).getFieldViolationsList().stream()
                  .map(violation -> violation.getField() + ": " + violation.getDescription())
                  .toList();
        } else if (detail.is(RetryInfo.class)) {
          retryAfter = Protos.duration(detail.unpack(RetryInfo.class).getRetryDelay());
        }
      } catch (InvalidProtocolBufferException e) {
        // A detail that cannot be read tells nothing; the status still stands.
      }
    }
    Fault fault =
        new Fault(
            status.getCode(),
            reason,
            Map.copyOf(metadata),
            violations,
            retryAfter,
            outcomeUnknown(status, reason),
            describe(call, status, reason, violations));
    return fault.exception(thrown);
  }

  /** A fault of this side, as a client that was closed. */
  static TokenGuardException local(Status.Code code, String message, @Nullable Throwable cause) {
    return new Fault(code, "", Map.of(), List.of(), null, false, message).exception(cause);
  }

  /**
   * Reads what one item of a batch ended with.
   *
   * @param call the method's name, for the message
   */
  static TokenGuardException read(String call, ItemError error) {
    Status status = Status.fromCodeValue(error.getCode()).withDescription(error.getMessage());
    String reason = error.getReason();
    return new Fault(
            status.getCode(),
            reason,
            Map.of(),
            List.of(),
            null,
            outcomeUnknown(status, reason),
            describe(call, status, reason, List.of()))
        .exception(null);
  }

  /** This fault to throw. */
  TokenGuardException exception(@Nullable Throwable cause) {
    if (code == Status.Code.NOT_FOUND) {
      return new NotFoundException(this, cause);
    }
    return switch (reason) {
      case "ACCOUNT_EXISTS" -> new AccountExistsException(this, cause);
      case "STALE_VERSION" -> new StaleVersionException(this, cause);
      default -> new TokenGuardException(this, cause);
    };
  }

  /** The same fault, of a call of which an earlier attempt may have been done. */
  Fault withOutcomeUnknown() {
    return new Fault(code, reason, metadata, violations, retryAfter, true, message);
  }

  /** The same fault, of what was not sent because of it. */
  Fault notSent() {
    return new Fault(code, reason, metadata, List.of(), retryAfter, false, "not sent: " + message);
  }

  boolean retryable() {
    return retryable(code);
  }

  /** Whether it says that the reservation is not open any more, or is not there. */
  boolean holdEnded() {
    return switch (code) {
      case NOT_FOUND, ALREADY_EXISTS -> true;
      case FAILED_PRECONDITION -> !reason.equals("OVERAGE_REJECTED");
      default -> false;
    };
  }

  /** Whether it refuses what was asked of an open reservation, and leaves that as it was. */
  boolean holdStillOpen() {
    return !retryable() && !holdEnded() && code != Status.Code.CANCELLED;
  }

  /** Whether it says that the reservation expired, and so was returned already. */
  boolean holdExpired() {
    return code == Status.Code.FAILED_PRECONDITION
        && metadata.getOrDefault("state", "").endsWith("EXPIRED");
  }

  private static boolean retryable(Status.Code code) {
    return code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED;
  }

  private static boolean outcomeUnknown(Status status, String reason) {
    return retryable(status.getCode()) && !NOTHING_DONE.contains(reason) && !neverSent(status);
  }

  /** Whether no connection could be made: the server cannot have seen the call. */
  private static boolean neverSent(Status status) {
    for (Throwable t = status.getCause(); t != null; t = t.getCause()) {
      if (t instanceof ConnectException
          || t instanceof UnknownHostException
          || t instanceof FileNotFoundException) {
        return true;
      }
    }
    return false;
  }

  private static String describe(
      String call, Status status, String reason, List<String> violations) {
    StringBuilder text = new StringBuilder(call).append(": ").append(status.getCode());
    if (!reason.isEmpty()) {
      text.append(" (").append(reason).append(')');
    }
    if (status.getDescription() != null) {
      text.append(": ").append(status.getDescription());
    }
    if (!violations.isEmpty()) {
      text.append(' ').append(violations);
    }
    return text.toString();
  }
}
