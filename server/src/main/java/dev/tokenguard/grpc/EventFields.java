package dev.tokenguard.grpc;

import dev.tokenguard.domain.AccountChange;
import dev.tokenguard.domain.AccountFields;
import dev.tokenguard.domain.AdminEvent.Result;
import dev.tokenguard.domain.Member;
import dev.tokenguard.domain.ResetRun;
import dev.tokenguard.domain.Settlement;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.Balance;
import dev.tokenguard.v1.Reservation;
import dev.tokenguard.v1.ReservationState;
import dev.tokenguard.v1.ResetDueAccountsResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What admin events tell of things before and after: the fields that matter, never all of them. */
final class EventFields {
  private static final List<String> OF_ACCOUNT =
      List.of(
          "display_name",
          "description",
          "plan",
          "status",
          "expire_time",
          "grace_period",
          "members_only",
          "time_zone",
          "locale",
          "allowances");

  private EventFields() {}

  /** What operators have set of an account. */
  static String account(AccountFields fields) {
    return EventJson.of(AdminResponseMapper.fields(fields).build());
  }

  /** What an operator wants to set of an account. */
  static String account(Account asked) {
    Account.Builder fields = Account.newBuilder();
    asked
        .getAllFields()
        .forEach(
            (field, value) -> {
              if (OF_ACCOUNT.contains(field.getName())) {
                fields.setField(field, value);
              }
            });
    return EventJson.of(fields.build());
  }

  /** The fields of an account that became others. */
  static Result changed(AccountChange change) {
    Account before = AdminResponseMapper.fields(change.before()).build();
    Account after = AdminResponseMapper.fields(change.after()).build();
    List<String> differing = EventJson.differing(before, after, OF_ACCOUNT);
    return Result.done(EventJson.of(before, differing), EventJson.of(after, differing));
  }

  /** Nothing of one that is merely counted. */
  static String member(Optional<Member> member) {
    return member
        .filter(was -> was.added() || !was.caps().byType().isEmpty())
        .map(was -> caps(was.caps().byType()))
        .orElse("");
  }

  /** What operators set of a member. */
  static String caps(Map<String, Long> caps) {
    return EventJson.of(
        dev.tokenguard.v1.Member.newBuilder().putAllCaps(caps).build(), List.of("caps"));
  }

  /**
   * What there is of a token type.
   *
   * @param free available, or debt if negative
   */
  static String balance(String tokenType, long free) {
    return EventJson.of(
        Balance.newBuilder()
            .setTokenType(tokenType)
            .setAvailable(Math.max(free, 0))
            .setDebt(Math.max(-free, 0))
            .build(),
        List.of("token_type", "available", "debt"));
  }

  static Result refunded(Settlement settlement) {
    Reservation after = ResponseMapper.reservation(settlement.reservation());
    Reservation before =
        after.toBuilder().setState(ReservationState.RESERVATION_STATE_OPEN).build();
    return Result.done(
        EventJson.of(before, List.of("amounts", "state")), EventJson.of(after, List.of("state")));
  }

  static Result reset(ResetRun run) {
    return Result.done(
        "",
        EventJson.of(
            ResetDueAccountsResponse.newBuilder()
                .setLookedAt(run.lookedAt())
                .setReset(run.reset())
                .build(),
            List.of("looked_at", "reset")));
  }
}
