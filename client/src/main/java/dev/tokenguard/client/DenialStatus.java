package dev.tokenguard.client;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

/** How a guarded call is refused. The one place that turns outcomes of a reserve into a status. */
final class DenialStatus {

  private DenialStatus() {}

  static StatusRuntimeException of(Throwable thrown) {
    if (thrown instanceof DeniedException denied) {
      return of(denied.denial());
    }
    if (thrown instanceof DuplicateReservationException) {
      return of(Status.Code.ALREADY_EXISTS, String.valueOf(thrown.getMessage()), thrown);
    }
    if (thrown instanceof TokenGuardException fault) {
      return switch (fault.code()) {
        case UNAVAILABLE, DEADLINE_EXCEEDED ->
            of(Status.Code.UNAVAILABLE, "spending cannot be checked now", fault);
        case INVALID_ARGUMENT -> of(fault.code(), String.valueOf(fault.getMessage()), fault);
        case ALREADY_EXISTS ->
            of(fault.code(), "the reservation id was used with another request", fault);
        case RESOURCE_EXHAUSTED ->
            of(fault.code(), "the account has too many calls under way", fault);
        default -> of(Status.Code.INTERNAL, "spending cannot be checked", fault);
      };
    }
    return of(Status.Code.INTERNAL, "spending cannot be checked", thrown);
  }

  static StatusRuntimeException noAccount() {
    return Status.UNAUTHENTICATED
        .withDescription("the call does not say who pays")
        .asRuntimeException(new Metadata());
  }

  private static StatusRuntimeException of(Denial denial) {
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(
                denial.tooFewTokens()
                    ? Code.RESOURCE_EXHAUSTED_VALUE
                    : Code.PERMISSION_DENIED_VALUE)
            .setMessage(denial.message())
            .addDetails(Any.pack(Protos.denial(denial)))
            .build());
  }

  private static StatusRuntimeException of(Status.Code code, String description, Throwable cause) {
    return code.toStatus()
        .withDescription(description)
        .withCause(cause)
        .asRuntimeException(new Metadata());
  }
}
