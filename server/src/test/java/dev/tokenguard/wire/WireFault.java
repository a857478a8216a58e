package dev.tokenguard.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.function.Executable;

/**
 * A status as a caller reads it.
 *
 * @param code its code
 * @param reason of its ErrorInfo; empty if it has none
 * @param metadata of its ErrorInfo
 * @param fields that its BadRequest names
 * @param retry whether it says that a retry helps
 * @param message for people
 */
public record WireFault(
    Status.Code code,
    String reason,
    Map<String, String> metadata,
    List<String> fields,
    boolean retry,
    String message) {

  /** What a call fails with. */
  public static WireFault of(Executable call) {
    return of(assertThrows(StatusRuntimeException.class, call));
  }

  /** What a status says. */
  public static WireFault of(StatusRuntimeException e) {
    String reason = "";
    Map<String, String> metadata = Map.of();
    List<String> fields = List.of();
    boolean retry = false;
    com.google.rpc.Status status = StatusProto.fromThrowable(e);
    for (Any detail : status == null ? List.<Any>of() : status.getDetailsList()) {
      try {
        if (detail.is(ErrorInfo.class)) {
          ErrorInfo info = detail.unpack(ErrorInfo.class);
          assertEquals("tokenguard.dev", info.getDomain());
          reason = info.getReason();
          metadata = info.getMetadataMap();
        } else if (detail.is(BadRequest.class)) {
          fields =
              detail.unpack(BadRequest.class).getFieldViolationsList().stream()
                  .map(BadRequest.FieldViolation::getField)
                  .toList();
        } else if (detail.is(RetryInfo.class)) {
          retry = detail.unpack(RetryInfo.class).getRetryDelay().getNanos() > 0;
        }
      } catch (InvalidProtocolBufferException bad) {
        throw new AssertionError(bad);
      }
    }
    return new WireFault(
        e.getStatus().getCode(),
        reason,
        metadata,
        fields,
        retry,
        String.valueOf(e.getStatus().getDescription()));
  }

  /** Code and reason, as {@code NOT_FOUND RESERVATION_NOT_FOUND}. */
  public String name() {
    return reason.isEmpty() ? code.name() : code + " " + reason;
  }
}
