package dev.tokenguard.client;

import com.google.protobuf.Timestamp;
import dev.tokenguard.v1.CheckAndReserveRequest;
import dev.tokenguard.v1.CheckRequest;
import dev.tokenguard.v1.CheckResponse;
import dev.tokenguard.v1.CommitRequest;
import dev.tokenguard.v1.CommitResponse;
import dev.tokenguard.v1.ConsumeRequest;
import dev.tokenguard.v1.ConsumeResponse;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.DenialScope;
import dev.tokenguard.v1.ExtendResponse;
import dev.tokenguard.v1.RefundResponse;
import dev.tokenguard.v1.ReservationState;
import dev.tokenguard.v1.TokenAmounts;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Between the client's values and the messages of the contract. */
final class Protos {

  private static final String REASON = "DENIAL_REASON_";

  private Protos() {}

  static CheckAndReserveRequest reserve(ReserveRequest from, String id, String locale) {
    CheckAndReserveRequest.Builder to =
        CheckAndReserveRequest.newBuilder()
            .setAccountId(from.accountId())
            .setMemberId(orEmpty(from.memberId()))
            .setFeature(from.feature())
            .setReservationId(id)
            .putAllAmounts(from.amounts())
            .putAllMetadata(from.metadata())
            .setLocale(locale);
    Duration ttl = from.ttl();
    if (ttl != null) {
      to.setTtl(duration(ttl));
    }
    return to.build();
  }

  static ConsumeRequest consume(ReserveRequest from, String id, String locale) {
    return ConsumeRequest.newBuilder()
        .setAccountId(from.accountId())
        .setMemberId(orEmpty(from.memberId()))
        .setFeature(from.feature())
        .setReservationId(id)
        .putAllAmounts(from.amounts())
        .putAllMetadata(from.metadata())
        .setLocale(locale)
        .build();
  }

  static CheckRequest check(ReserveRequest from, String locale) {
    return CheckRequest.newBuilder()
        .setAccountId(from.accountId())
        .setMemberId(orEmpty(from.memberId()))
        .setFeature(from.feature())
        .putAllAmounts(from.amounts())
        .setLocale(locale)
        .build();
  }

  static CommitRequest commit(Settlement from, Map<String, String> notes) {
    CommitRequest.Builder to =
        CommitRequest.newBuilder()
            .setAccountId(from.accountId())
            .setReservationId(from.reservationId())
            .putAllMetadata(notes);
    Map<String, Long> actual = from.actual();
    if (actual != null) {
      to.setActual(TokenAmounts.newBuilder().putAllAmounts(actual));
    }
    return to.build();
  }

  static CommitResult.Committed committed(CommitResponse from) {
    return new CommitResult.Committed(
        from.getChargedMap(),
        from.getReturnedMap(),
        from.getOverdrawnMap(),
        from.getUncoveredMap(),
        from.getLate(),
        from.getBalancesList(),
        from.getRevision(),
        from.getReplayed(),
        from.getReplicationPending());
  }

  static RefundResult.Refunded refunded(RefundResponse from) {
    return new RefundResult.Refunded(
        from.getReturnedMap(),
        state(from.getReservation().getState()) == Reservation.State.EXPIRED,
        from.getBalancesList(),
        from.getRevision(),
        from.getReplayed(),
        from.getReplicationPending());
  }

  static ExtendResult extended(ExtendResponse from) {
    return from.hasDenial()
        ? new ExtendResult.Denied(
            denial(from.getDenial()), from.getBalancesList(), from.getRevision())
        : new ExtendResult.Extended(
            from.getReservation().getAmountsMap(),
            instant(from.getReservation().getExpireTime()),
            from.getBalancesList(),
            from.getRevision(),
            from.getReplicationPending());
  }

  static ConsumeResult consumed(ConsumeResponse from) {
    return from.hasDenial()
        ? new ConsumeResult.Denied(
            denial(from.getDenial()), from.getBalancesList(), from.getRevision())
        : new ConsumeResult.Consumed(
            from.getReservation().getReservationId(),
            from.getReservation().getAmountsMap(),
            from.getBalancesList(),
            from.getRevision(),
            from.getReplayed(),
            from.getReplicationPending());
  }

  static CheckResult checked(CheckResponse from) {
    return from.getAllowed()
        ? new CheckResult.Allowed(from.getRequiredMap(), from.getBalancesList(), from.getRevision())
        : new CheckResult.Denied(
            denial(from.getDenial()),
            from.getRequiredMap(),
            from.getBalancesList(),
            from.getRevision());
  }

  static Denial denial(dev.tokenguard.v1.Denial from) {
    return new Denial(
        reason(from.getReason()),
        from.getFeature(),
        from.getTokenType().isEmpty() ? null : from.getTokenType(),
        from.getScope() == DenialScope.DENIAL_SCOPE_MEMBER
            ? Denial.Scope.MEMBER
            : Denial.Scope.ACCOUNT,
        from.getRequired(),
        from.getAvailable(),
        from.hasResetTime() ? instant(from.getResetTime()) : null,
        from.getMessage(),
        from.getLocale());
  }

  static dev.tokenguard.v1.Denial denial(Denial from) {
    dev.tokenguard.v1.Denial.Builder to =
        dev.tokenguard.v1.Denial.newBuilder()
            .setReason(
                from.reason() == Denial.Reason.OTHER
                    ? DenialReason.DENIAL_REASON_UNSPECIFIED
                    : DenialReason.valueOf(REASON + from.reason()))
            .setFeature(from.feature())
            .setTokenType(orEmpty(from.tokenType()))
            .setScope(
                from.scope() == Denial.Scope.MEMBER
                    ? DenialScope.DENIAL_SCOPE_MEMBER
                    : DenialScope.DENIAL_SCOPE_ACCOUNT)
            .setRequired(from.required())
            .setAvailable(from.available())
            .setMessage(from.message())
            .setLocale(from.locale());
    Instant resetTime = from.resetTime();
    if (resetTime != null) {
      to.setResetTime(timestamp(resetTime));
    }
    return to.build();
  }

  static Reservation.State state(ReservationState from) {
    return switch (from) {
      case RESERVATION_STATE_COMMITTED -> Reservation.State.COMMITTED;
      case RESERVATION_STATE_REFUNDED -> Reservation.State.REFUNDED;
      case RESERVATION_STATE_EXPIRED -> Reservation.State.EXPIRED;
      case RESERVATION_STATE_OPEN, RESERVATION_STATE_UNSPECIFIED, UNRECOGNIZED ->
          Reservation.State.OPEN;
    };
  }

  static Instant instant(Timestamp from) {
    return Instant.ofEpochSecond(from.getSeconds(), from.getNanos());
  }

  static Timestamp timestamp(Instant from) {
    return Timestamp.newBuilder()
        .setSeconds(from.getEpochSecond())
        .setNanos(from.getNano())
        .build();
  }

  static Duration duration(com.google.protobuf.Duration from) {
    return Duration.ofSeconds(from.getSeconds(), from.getNanos());
  }

  static com.google.protobuf.Duration duration(Duration from) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(from.getSeconds())
        .setNanos(from.getNano())
        .build();
  }

  static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** The longest start of a text that takes no more bytes of UTF-8. */
  static String cut(String text, int maxBytes) {
    int bytes = 0;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      if (bytes > maxBytes) {
        return text.substring(0, i);
      }
      i += Character.charCount(point);
    }
    return text;
  }

  private static Denial.Reason reason(DenialReason from) {
    return switch (from) {
      case DENIAL_REASON_ACCOUNT_NOT_FOUND -> Denial.Reason.ACCOUNT_NOT_FOUND;
      case DENIAL_REASON_ACCOUNT_SUSPENDED -> Denial.Reason.ACCOUNT_SUSPENDED;
      case DENIAL_REASON_SUBSCRIPTION_EXPIRED -> Denial.Reason.SUBSCRIPTION_EXPIRED;
      case DENIAL_REASON_NOT_A_MEMBER -> Denial.Reason.NOT_A_MEMBER;
      case DENIAL_REASON_FEATURE_NOT_IN_PLAN -> Denial.Reason.FEATURE_NOT_IN_PLAN;
      case DENIAL_REASON_MEMBER_LIMIT_REACHED -> Denial.Reason.MEMBER_LIMIT_REACHED;
      case DENIAL_REASON_INSUFFICIENT_TOKENS -> Denial.Reason.INSUFFICIENT_TOKENS;
      case DENIAL_REASON_UNSPECIFIED, UNRECOGNIZED -> Denial.Reason.OTHER;
    };
  }
}
