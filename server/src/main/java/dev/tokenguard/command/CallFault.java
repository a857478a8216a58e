package dev.tokenguard.command;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a gRPC status tells an operator: what was wrong, where, and what to do about it, on one
 * line. The one place of the commands that reads statuses.
 */
record CallFault(
    Status.Code code,
    String reason,
    Map<String, String> metadata,
    String message,
    boolean answered) {

  /** Reasons with which the server says that it did nothing. */
  private static final Set<String> NOTHING_DONE =
      Set.of("OVERLOADED", "SHUTTING_DOWN", "DEADLINE_PASSED", "RATE_LIMITED", "KEYS_UNAVAILABLE");

  static CallFault of(Throwable thrown) {
    Status status = Status.fromThrowable(thrown);
    String reason = "";
    Map<String, String> metadata = Map.of();
    List<String> violations = new ArrayList<>();
    com.google.rpc.Status details = StatusProto.fromThrowable(thrown);
    for (Any detail : details == null ? List.<Any>of() : details.getDetailsList()) {
      try {
        if (detail.is(ErrorInfo.class)) {
          ErrorInfo info = detail.unpack(ErrorInfo.class);
          reason = info.getReason();
          metadata = info.getMetadataMap();
        } else if (detail.is(BadRequest.class)) {
          detail.unpack(BadRequest.class).getFieldViolationsList().stream()
              .map(each -> each.getField() + ": " + each.getDescription())
              .forEach(violations::add);
        }
      } catch (InvalidProtocolBufferException e) {
        // A detail that cannot be read tells nothing; the status still stands.
      }
    }
    return new CallFault(
        status.getCode(), reason, metadata, message(status, violations), !reason.isEmpty());
  }

  private static String message(Status status, List<String> violations) {
    String said = String.valueOf(status.getDescription());
    List<String> parts = new ArrayList<>();
    if (status.getDescription() != null && !said.equals("io exception")) {
      parts.add(said);
    }
    if (status.getCause() != null && status.getCause().getMessage() != null) {
      parts.add(status.getCause().getMessage());
    }
    // Our server's message has them already.
    violations.stream().filter(each -> !said.contains(each)).forEach(parts::add);
    return String.join("; ", parts);
  }

  /** Whether the call may have been carried out all the same. */
  boolean outcomeUnknown() {
    return switch (code) {
      case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, UNKNOWN, INTERNAL ->
          !NOTHING_DONE.contains(reason);
      default -> false;
    };
  }

  /**
   * The line.
   *
   * @param target the server that was called
   */
  String tell(String target) {
    StringBuilder text = new StringBuilder();
    if (code == Status.Code.UNAVAILABLE && !answered) {
      text.append("cannot reach ").append(target).append(message.isEmpty() ? "" : ": ");
    }
    text.append(Table.oneLine(message).strip());
    text.append(text.isEmpty() ? "" : " ").append('(').append(code);
    text.append(reason.isEmpty() ? "" : " " + reason).append(" from ").append(target).append(')');
    String hint = hint();
    return hint.isEmpty() ? text.toString() : text.append("; ").append(hint).toString();
  }

  private String hint() {
    return switch (reason) {
      case "STALE_VERSION" -> "read it again with 'account get', and give that --version";
      case "OPEN_RESERVATIONS" -> "--force returns them first";
      case "MEMBER_HAS_PAYER" -> "--move moves the member here" + named("payer", " from ");
      case "INSUFFICIENT_TOKENS" ->
          "--allow-debt takes them all the same" + named("available", ", available: ");
      case "ACCOUNT_EXISTS" -> "'account update' changes it";
      case "IDEMPOTENCY_MISMATCH" -> "that --request-id was used for something else";
      case "UNAUTHENTICATED" ->
          OperatorCommands.KEY_VARIABLE + " or --key-file gives the key to call it with";
      case "" -> hintOfCode();
      default -> "";
    };
  }

  private String hintOfCode() {
    return switch (code) {
      case UNAVAILABLE ->
          "is the server running there? --target or "
              + OperatorCommands.TARGET_VARIABLE
              + " names another";
      case DEADLINE_EXCEEDED -> "--timeout waits longer";
      case UNIMPLEMENTED -> "is it a TokenGuard server, and as new as this command?";
      default -> "";
    };
  }

  private String named(String key, String before) {
    String value = metadata.get(key);
    return value == null ? "" : before + value;
  }
}
