package dev.tokenguard.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.rpc.ErrorInfo;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.testing.CapturedLog;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.DenialScope;
import dev.tokenguard.v1.ErrorReason;
import dev.tokenguard.v1.ReservationState;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StatusMapperTest {

  @Test
  void everyFaultIsAReasonOfTheContractAndTheOtherWayRound() {
    assertEquals(
        names("ERROR_REASON_", ErrorReason.values()),
        Arrays.stream(Fault.values()).map(Enum::name).toList());
  }

  @Test
  void everyEnumOfTheContractIsOneOfTheDomain() {
    assertEquals(
        names("DENIAL_REASON_", DenialReason.values()),
        Arrays.stream(Denial.Reason.values()).map(Enum::name).toList());
    assertEquals(
        names("DENIAL_SCOPE_", DenialScope.values()),
        Arrays.stream(Denial.Scope.values()).map(Enum::name).toList());
    assertEquals(
        names("RESERVATION_STATE_", ReservationState.values()),
        Arrays.stream(Reservation.State.values()).map(Enum::name).toList());
    for (Denial.Reason reason : Denial.Reason.values()) {
      assertEquals("DENIAL_REASON_" + reason, ResponseMapper.reason(reason).name());
    }
    for (Denial.Scope scope : Denial.Scope.values()) {
      assertEquals("DENIAL_SCOPE_" + scope, ResponseMapper.scope(scope).name());
    }
    for (Reservation.State state : Reservation.State.values()) {
      assertEquals("RESERVATION_STATE_" + state, ResponseMapper.state(state).name());
    }
  }

  /** As the comments of {@code error_reason.proto} promise. */
  @ParameterizedTest
  @CsvSource({
    "INVALID_REQUEST, INVALID_ARGUMENT, false",
    "AMOUNT_OUT_OF_RANGE, OUT_OF_RANGE, false",
    "IDEMPOTENCY_MISMATCH, ALREADY_EXISTS, false",
    "ACCOUNT_NOT_FOUND, NOT_FOUND, false",
    "RESERVATION_NOT_FOUND, NOT_FOUND, false",
    "RESERVATION_ENDED, FAILED_PRECONDITION, false",
    "LATE_COMMIT_REJECTED, FAILED_PRECONDITION, false",
    "OVERAGE_REJECTED, FAILED_PRECONDITION, false",
    "TOO_MANY_RESERVATIONS, RESOURCE_EXHAUSTED, false",
    "TOO_MANY_WATCHES, RESOURCE_EXHAUSTED, false",
    "OVERLOADED, UNAVAILABLE, true",
    "SHUTTING_DOWN, UNAVAILABLE, true",
    "STORE_UNAVAILABLE, UNAVAILABLE, true",
    "STORE_TIMEOUT, DEADLINE_EXCEEDED, true",
    "DEADLINE_PASSED, DEADLINE_EXCEEDED, false",
    "ACCOUNT_CORRUPT, INTERNAL, false",
    "LAYOUT_UNKNOWN, UNIMPLEMENTED, false",
    "INTERNAL, INTERNAL, false",
    "ACCOUNT_EXISTS, ALREADY_EXISTS, false",
    "STALE_VERSION, ABORTED, false",
    "OPEN_RESERVATIONS, FAILED_PRECONDITION, false",
    "MEMBER_NOT_FOUND, NOT_FOUND, false",
    "MEMBER_HAS_PAYER, FAILED_PRECONDITION, false",
    "TOO_MANY_MEMBERS, RESOURCE_EXHAUSTED, false",
    "GRANT_NOT_FOUND, NOT_FOUND, false",
    "TOO_MANY_GRANTS, RESOURCE_EXHAUSTED, false",
    "INSUFFICIENT_TOKENS, FAILED_PRECONDITION, false",
  })
  void eachFaultHasItsStatus(Fault fault, Status.Code code, boolean retryHelps) {
    StatusRuntimeException e = status(FaultException.of(fault, "why"));
    assertEquals(code, e.getStatus().getCode());
    assertEquals("why", e.getStatus().getDescription());
    assertEquals(fault.name(), TestServer.reason(e));
    assertEquals(retryHelps, TestServer.retry(e).isPresent());
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void everyStatusNamesTheDomain(Fault fault) {
    StatusRuntimeException e = status(FaultException.of(fault, "why"));
    assertEquals("tokenguard.dev", TestServer.detail(e, ErrorInfo.class).orElseThrow().getDomain());
  }

  @Test
  void carriesTheDetailsThatProgramsRead() {
    StatusRuntimeException e =
        status(
            new CompletionException(
                FaultException.of(
                    Fault.RESERVATION_ENDED, "it was refunded", Map.of("state", "REFUNDED"))));
    assertEquals(
        Map.of("state", "REFUNDED"),
        TestServer.detail(e, ErrorInfo.class).orElseThrow().getMetadataMap());
  }

  @Test
  void tellsNothingOfWhatBrokeInside() {
    try (CapturedLog log = new CapturedLog(StatusMapper.class)) {
      StatusRuntimeException e =
          StatusMapper.of(new IllegalStateException("redis://:secret@10.0.0.1"));
      assertEquals(Status.Code.INTERNAL, e.getStatus().getCode());
      assertFalse(e.toString().contains("secret"), e.toString());
      assertEquals(List.of("A call failed unexpectedly"), log.messages());
    }
  }

  @Test
  void cutsALongMessage() {
    StatusRuntimeException e = status(FaultException.of(Fault.STORE_UNAVAILABLE, "x".repeat(5000)));
    assertTrue(String.valueOf(e.getStatus().getDescription()).length() <= 1024);
  }

  private static StatusRuntimeException status(Throwable thrown) {
    try (CapturedLog quiet = new CapturedLog(StatusMapper.class)) {
      return StatusMapper.of(thrown);
    }
  }

  private static List<String> names(String prefix, Enum<?>[] values) {
    return Stream.of(values)
        .map(Enum::name)
        .filter(name -> !name.equals(prefix + "UNSPECIFIED") && !name.equals("UNRECOGNIZED"))
        .map(name -> name.substring(prefix.length()))
        .toList();
  }
}
