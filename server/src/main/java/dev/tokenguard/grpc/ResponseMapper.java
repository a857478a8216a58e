package dev.tokenguard.grpc;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Balance;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.MemberBalance;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.domain.Settlement;
import dev.tokenguard.domain.TokenType;
import dev.tokenguard.service.DenialMessages;
import dev.tokenguard.service.GuardService.Checked;
import dev.tokenguard.v1.AccountBalances;
import dev.tokenguard.v1.CheckAndReserveResponse;
import dev.tokenguard.v1.CheckResponse;
import dev.tokenguard.v1.CommitResponse;
import dev.tokenguard.v1.ConsumeResponse;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.DenialScope;
import dev.tokenguard.v1.ExtendResponse;
import dev.tokenguard.v1.LifetimeTotals;
import dev.tokenguard.v1.RefundResponse;
import dev.tokenguard.v1.ReservationState;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * From outcomes to protos. What the catalog knows of names (titles, languages, thresholds) is added
 * here, so that neither store nor service carries it along. Thread-safe.
 */
final class ResponseMapper {

  private final Supplier<Catalog> catalog;
  private final DenialMessages messages;

  ResponseMapper(Supplier<Catalog> catalog, DenialMessages messages) {
    this.catalog = catalog;
    this.messages = messages;
  }

  CheckAndReserveResponse reserved(Decision decision, String locale) {
    CheckAndReserveResponse.Builder response = CheckAndReserveResponse.newBuilder();
    if (decision instanceof Decision.Allowed allowed) {
      response
          .setReservation(reservation(allowed.reservation()))
          .setReplayed(allowed.replayed())
          .setReplicationPending(allowed.account().replicationPending());
    } else if (decision instanceof Decision.Denied denied) {
      response.setDenial(denial(denied, locale));
    }
    return response
        .addAllBalances(balances(decision))
        .setRevision(decision.account().revision())
        .build();
  }

  ConsumeResponse consumed(Decision decision, String locale) {
    ConsumeResponse.Builder response = ConsumeResponse.newBuilder();
    if (decision instanceof Decision.Allowed allowed) {
      response
          .setReservation(reservation(allowed.reservation()))
          .setReplayed(allowed.replayed())
          .setReplicationPending(allowed.account().replicationPending());
    } else if (decision instanceof Decision.Denied denied) {
      response.setDenial(denial(denied, locale));
    }
    return response
        .addAllBalances(balances(decision))
        .setRevision(decision.account().revision())
        .build();
  }

  ExtendResponse extended(Decision decision, String locale) {
    ExtendResponse.Builder response = ExtendResponse.newBuilder();
    if (decision instanceof Decision.Allowed allowed) {
      response
          .setReservation(reservation(allowed.reservation()))
          .setReplicationPending(allowed.account().replicationPending());
    } else if (decision instanceof Decision.Denied denied) {
      response.setDenial(denial(denied, locale));
    }
    return response
        .addAllBalances(balances(decision))
        .setRevision(decision.account().revision())
        .build();
  }

  CheckResponse checked(Checked checked, String locale) {
    Decision decision = checked.decision();
    CheckResponse.Builder response = CheckResponse.newBuilder();
    if (decision instanceof Decision.Denied denied) {
      response.setDenial(denial(denied, locale));
    } else {
      response.setAllowed(true);
    }
    return response
        .putAllRequired(checked.required().byType())
        .addAllBalances(balances(decision))
        .setRevision(decision.account().revision())
        .build();
  }

  CommitResponse committed(Settlement settlement) {
    return CommitResponse.newBuilder()
        .setReservation(reservation(settlement.reservation()))
        .putAllCharged(settlement.charged().byType())
        .putAllReturned(settlement.returned().byType())
        .putAllOverdrawn(settlement.overdrawn().byType())
        .putAllUncovered(settlement.uncovered().byType())
        .setLate(settlement.late())
        .addAllBalances(balances(settlement.account()))
        .setRevision(settlement.account().revision())
        .setReplayed(settlement.replayed())
        .setReplicationPending(settlement.account().replicationPending())
        .build();
  }

  RefundResponse refunded(Settlement settlement) {
    return RefundResponse.newBuilder()
        .setReservation(reservation(settlement.reservation()))
        .putAllReturned(settlement.returned().byType())
        .addAllBalances(balances(settlement.account()))
        .setRevision(settlement.account().revision())
        .setReplayed(settlement.replayed())
        .setReplicationPending(settlement.account().replicationPending())
        .build();
  }

  AccountBalances account(AccountSnapshot account) {
    return AccountBalances.newBuilder()
        .setAccountId(account.account())
        .setPlan(account.plan())
        .addAllBalances(balances(account))
        .addAllMemberBalances(
            account.memberBalances().stream().map(ResponseMapper::memberBalance).toList())
        .setOpenReservations(account.openReservations())
        .setRevision(account.revision())
        .setReadTime(Times.timestamp(account.readAt()))
        .build();
  }

  private dev.tokenguard.v1.Denial denial(Decision.Denied denied, String locale) {
    AccountSnapshot account = denied.account();
    return denial(denied.denial(), locale, account.locale(), account.readAt());
  }

  /**
   * A denial, in words for its reader.
   *
   * @param locale that the reader asks for; empty for that of the account
   * @param now from when on it is told how long to wait
   */
  dev.tokenguard.v1.Denial denial(
      Denial denial, String locale, @Nullable String accountLocale, Instant now) {
    DenialMessages.Message message = messages.of(denial, locale, accountLocale, now, catalog.get());
    dev.tokenguard.v1.Denial.Builder proto =
        dev.tokenguard.v1.Denial.newBuilder()
            .setReason(reason(denial.reason()))
            .setFeature(denial.feature())
            .setScope(scope(denial.scope()))
            .setRequired(denial.required())
            .setAvailable(denial.available())
            .setMessage(message.text())
            .setLocale(message.locale());
    String tokenType = denial.tokenType();
    if (tokenType != null) {
      proto.setTokenType(tokenType);
    }
    Instant resetAt = denial.resetAt();
    if (resetAt != null) {
      proto.setResetTime(Times.timestamp(resetAt));
    }
    return proto.build();
  }

  /** What an account has is not for those to see who are none of its members. */
  private List<dev.tokenguard.v1.Balance> balances(Decision decision) {
    return decision instanceof Decision.Denied denied
            && denied.denial().reason() == Denial.Reason.NOT_A_MEMBER
        ? List.of()
        : balances(decision.account());
  }

  private List<dev.tokenguard.v1.Balance> balances(AccountSnapshot account) {
    return balances(account.balances());
  }

  /** The one way in which any caller is shown a balance. */
  List<dev.tokenguard.v1.Balance> balances(List<Balance> balances) {
    Catalog names = catalog.get();
    return balances.stream().map(balance -> balance(balance, names)).toList();
  }

  dev.tokenguard.v1.Balance balance(Balance balance) {
    return balance(balance, catalog.get());
  }

  private static dev.tokenguard.v1.Balance balance(Balance balance, Catalog names) {
    TokenType type = names.tokenTypes().get(balance.tokenType());
    int lowPercent = type == null ? TokenType.DEFAULT_LOW_PERCENT : type.lowPercent();
    dev.tokenguard.v1.Balance.Builder proto =
        dev.tokenguard.v1.Balance.newBuilder()
            .setTokenType(balance.tokenType())
            .setTitle(type == null ? balance.tokenType() : type.title())
            .setGranted(balance.granted())
            .setConsumed(balance.consumed())
            .setHeld(balance.held())
            .setAvailable(balance.available())
            .setDebt(balance.debt())
            .setLapsed(balance.lapsed())
            .setUsedRatio(balance.usedRatio())
            .setRemainingPercent(balance.remainingPercent())
            .setLow(balance.isBelow(lowPercent))
            .setLifetime(lifetime(balance.lifetime()));
    Instant resetAt = balance.resetAt();
    if (resetAt != null) {
      proto.setResetTime(Times.timestamp(resetAt));
    }
    return proto.build();
  }

  private static LifetimeTotals lifetime(Balance.Lifetime lifetime) {
    return LifetimeTotals.newBuilder()
        .setGranted(lifetime.granted())
        .setConsumed(lifetime.consumed())
        .setHeld(lifetime.held())
        .setLapsed(lifetime.lapsed())
        .build();
  }

  static dev.tokenguard.v1.MemberBalance memberBalance(MemberBalance member) {
    dev.tokenguard.v1.MemberBalance.Builder proto =
        dev.tokenguard.v1.MemberBalance.newBuilder()
            .setTokenType(member.tokenType())
            .setConsumed(member.consumed())
            .setHeld(member.held());
    Long cap = member.cap();
    if (cap != null) {
      proto.setCap(cap);
    }
    return proto.build();
  }

  static dev.tokenguard.v1.Reservation reservation(Reservation reservation) {
    return dev.tokenguard.v1.Reservation.newBuilder()
        .setReservationId(reservation.id())
        .setAccountId(reservation.account())
        .setMemberId(reservation.member())
        .setFeature(reservation.feature())
        .putAllAmounts(reservation.amounts().byType())
        .setState(state(reservation.state()))
        .setCreateTime(Times.timestamp(reservation.createdAt()))
        .setExpireTime(Times.timestamp(reservation.expiresAt()))
        .build();
  }

  static ReservationState state(Reservation.State state) {
    return switch (state) {
      case OPEN -> ReservationState.RESERVATION_STATE_OPEN;
      case COMMITTED -> ReservationState.RESERVATION_STATE_COMMITTED;
      case REFUNDED -> ReservationState.RESERVATION_STATE_REFUNDED;
      case EXPIRED -> ReservationState.RESERVATION_STATE_EXPIRED;
    };
  }

  static DenialScope scope(Denial.Scope scope) {
    return switch (scope) {
      case ACCOUNT -> DenialScope.DENIAL_SCOPE_ACCOUNT;
      case MEMBER -> DenialScope.DENIAL_SCOPE_MEMBER;
    };
  }

  static DenialReason reason(Denial.Reason reason) {
    return switch (reason) {
      case ACCOUNT_NOT_FOUND -> DenialReason.DENIAL_REASON_ACCOUNT_NOT_FOUND;
      case ACCOUNT_SUSPENDED -> DenialReason.DENIAL_REASON_ACCOUNT_SUSPENDED;
      case SUBSCRIPTION_EXPIRED -> DenialReason.DENIAL_REASON_SUBSCRIPTION_EXPIRED;
      case NOT_A_MEMBER -> DenialReason.DENIAL_REASON_NOT_A_MEMBER;
      case FEATURE_NOT_IN_PLAN -> DenialReason.DENIAL_REASON_FEATURE_NOT_IN_PLAN;
      case MEMBER_LIMIT_REACHED -> DenialReason.DENIAL_REASON_MEMBER_LIMIT_REACHED;
      case INSUFFICIENT_TOKENS -> DenialReason.DENIAL_REASON_INSUFFICIENT_TOKENS;
    };
  }
}
