package dev.tokenguard.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.FaultException.Violation;
import dev.tokenguard.service.Faults;
import dev.tokenguard.v1.ItemError;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that makes a gRPC status of a fault. A status travels in trailers, of which many
 * clients take 8 KiB: what it says of long input is cut so that it always arrives.
 */
final class StatusMapper {

  static final String DOMAIN = "tokenguard.dev";

  private static final Logger log = LoggerFactory.getLogger(StatusMapper.class);

  private static final int MAX_MESSAGE_CHARS = 1024;

  /** Characters of all violations together; base64 makes a third more of them. */
  private static final int MAX_VIOLATIONS_CHARS = 3072;

  private StatusMapper() {}

  /** Ends a call before its service has seen it. */
  static void close(ServerCall<?, ?> call, FaultException fault) {
    StatusRuntimeException e = of(fault);
    Metadata trailers = e.getTrailers();
    call.close(e.getStatus(), trailers == null ? new Metadata() : trailers);
  }

  /**
   * The status of whatever a call failed with. What is no fault of ours is logged, and the caller
   * is told nothing of it.
   */
  static StatusRuntimeException of(Throwable thrown) {
    FaultException fault = Faults.of(thrown);
    if (fault.fault() == Fault.INTERNAL) {
      log.error("A call failed unexpectedly", thrown);
    }
    return of(fault);
  }

  /** What an item of a batch failed with, as its status would say if it had been sent alone. */
  static ItemError itemError(Throwable thrown) {
    FaultException fault = Faults.of(thrown);
    if (fault.fault() == Fault.INTERNAL) {
      log.error("An item of a batch failed unexpectedly", thrown);
    }
    return ItemError.newBuilder()
        .setCode(code(fault.fault()).value())
        .setReason(fault.fault().name())
        .setMessage(cut(String.valueOf(fault.getMessage())))
        .build();
  }

  private static StatusRuntimeException of(FaultException fault) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(code(fault.fault()).value())
            .setMessage(cut(String.valueOf(fault.getMessage())))
            .addDetails(Any.pack(errorInfo(fault)));
    if (!fault.violations().isEmpty()) {
      status.addDetails(Any.pack(badRequest(fault.violations())));
    }
    int retryMillis = retryMillis(fault.fault());
    if (retryMillis > 0) {
      status.addDetails(Any.pack(retryInfo(retryMillis)));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  static Status.Code code(Fault fault) {
    return switch (fault) {
      case INVALID_REQUEST -> Status.Code.INVALID_ARGUMENT;
      case AMOUNT_OUT_OF_RANGE -> Status.Code.OUT_OF_RANGE;
      case IDEMPOTENCY_MISMATCH -> Status.Code.ALREADY_EXISTS;
      case ACCOUNT_NOT_FOUND, RESERVATION_NOT_FOUND, MEMBER_NOT_FOUND, GRANT_NOT_FOUND ->
          Status.Code.NOT_FOUND;
      case ACCOUNT_EXISTS -> Status.Code.ALREADY_EXISTS;
      case STALE_VERSION -> Status.Code.ABORTED;
      case RESERVATION_ENDED,
          LATE_COMMIT_REJECTED,
          OVERAGE_REJECTED,
          OPEN_RESERVATIONS,
          MEMBER_HAS_PAYER,
          INSUFFICIENT_TOKENS ->
          Status.Code.FAILED_PRECONDITION;
      case TOO_MANY_RESERVATIONS,
          TOO_MANY_WATCHES,
          TOO_MANY_MEMBERS,
          TOO_MANY_GRANTS,
          RATE_LIMITED ->
          Status.Code.RESOURCE_EXHAUSTED;
      case UNAUTHENTICATED -> Status.Code.UNAUTHENTICATED;
      case PERMISSION_DENIED -> Status.Code.PERMISSION_DENIED;
      case OVERLOADED, SHUTTING_DOWN, STORE_UNAVAILABLE, KEYS_UNAVAILABLE ->
          Status.Code.UNAVAILABLE;
      case STORE_TIMEOUT, DEADLINE_PASSED -> Status.Code.DEADLINE_EXCEEDED;
      case ACCOUNT_CORRUPT, INTERNAL -> Status.Code.INTERNAL;
      // Not FAILED_PRECONDITION: clients take that for the end of a reservation.
      case LAYOUT_UNKNOWN -> Status.Code.UNIMPLEMENTED;
    };
  }

  /**
   * After how long the same call, with the same id, may succeed; 0 where repeating does not help.
   */
  private static int retryMillis(Fault fault) {
    return switch (fault) {
      case OVERLOADED -> 50;
      case SHUTTING_DOWN, STORE_TIMEOUT -> 100;
      case STORE_UNAVAILABLE -> 250;
      case KEYS_UNAVAILABLE, RATE_LIMITED -> 1000;
      default -> 0;
    };
  }

  private static ErrorInfo errorInfo(FaultException fault) {
    return ErrorInfo.newBuilder()
        .setDomain(DOMAIN)
        .setReason(fault.fault().name())
        .putAllMetadata(fault.details())
        .build();
  }

  private static BadRequest badRequest(List<Violation> violations) {
    BadRequest.Builder bad = BadRequest.newBuilder();
    int chars = 0;
    for (Violation violation : violations) {
      chars += violation.field().length() + violation.description().length();
      if (chars > MAX_VIOLATIONS_CHARS) {
        int left = violations.size() - bad.getFieldViolationsCount();
        return bad.addFieldViolations(violation("", "and " + left + " more")).build();
      }
      bad.addFieldViolations(violation(violation.field(), violation.description()));
    }
    return bad.build();
  }

  private static FieldViolation violation(String field, String description) {
    return FieldViolation.newBuilder().setField(field).setDescription(description).build();
  }

  private static RetryInfo retryInfo(int millis) {
    return RetryInfo.newBuilder()
        .setRetryDelay(
            Duration.newBuilder().setSeconds(millis / 1000).setNanos(millis % 1000 * 1_000_000))
        .build();
  }

  private static String cut(String message) {
    return message.length() <= MAX_MESSAGE_CHARS
        ? message
        : message.substring(0, MAX_MESSAGE_CHARS - 3) + "...";
  }
}
