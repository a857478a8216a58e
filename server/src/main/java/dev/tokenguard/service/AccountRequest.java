package dev.tokenguard.service;

import dev.tokenguard.domain.AccountFields.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an operator asks of accounts, in domain words and not checked yet, as a {@link
 * GuardRequest}.
 */
public sealed interface AccountRequest {

  /**
   * Open an account.
   *
   * @param account its id
   * @param fields what it is to be
   * @param requestId the operator's id of the change; may be empty, as in all that follow
   */
  record Create(String account, Fields fields, String requestId) implements AccountRequest {}

  /**
   * Change an account.
   *
   * @param account which
   * @param fields with new values of those that change
   * @param mask names of the fields that change
   * @param version that the account must have; 0 for any
   * @param requestId the operator's id of the change
   */
  record Update(String account, Fields fields, List<String> mask, long version, String requestId)
      implements AccountRequest {}

  /**
   * Delete an account.
   *
   * @param account which
   * @param force return open reservations first
   * @param allowMissing no fault if there is none
   * @param version that it must have; 0 for any
   * @param requestId the operator's id of the change
   */
  record Delete(String account, boolean force, boolean allowMissing, long version, String requestId)
      implements AccountRequest {}

  /**
   * List accounts.
   *
   * @param pageSize as many at most; 0 for the default
   * @param pageToken where to go on; empty from the beginning
   * @param prefix only ids that begin so
   * @param plan only those on this plan; empty for all
   * @param status only those of this status; empty for all
   * @param low only those with a balance that is low
   * @param memberOf only those of which this user was added as a member; empty for all
   */
  record ListAll(
      int pageSize,
      String pageToken,
      String prefix,
      String plan,
      String status,
      boolean low,
      String memberOf)
      implements AccountRequest {}

  /**
   * What operators set of an account.
   *
   * @param displayName its name for people
   * @param description what it is for
   * @param plan its plan; empty for the default
   * @param status {@code ACTIVE} or {@code SUSPENDED}; empty for active
   * @param expires end of the subscription; null for none
   * @param grace how long it may spend after that; null for not at all
   * @param membersOnly whether only members that were added may spend
   * @param zone time zone; empty for the plan's
   * @param locale language; empty for none
   * @param allowances in place of the plan's
   */
  record Fields(
      String displayName,
      String description,
      String plan,
      String status,
      @Nullable Instant expires,
      @Nullable Duration grace,
      boolean membersOnly,
      String zone,
      String locale,
      List<Allowance> allowances) {

    /** The same with nothing but some of them: what an update does not change is not looked at. */
    Fields only(Set<Field> some) {
      return new Fields(
          some.contains(Field.DISPLAY_NAME) ? displayName : "",
          some.contains(Field.DESCRIPTION) ? description : "",
          some.contains(Field.PLAN) ? plan : "",
          some.contains(Field.STATUS) ? status : "",
          some.contains(Field.EXPIRE_TIME) ? expires : null,
          some.contains(Field.GRACE_PERIOD) ? grace : null,
          some.contains(Field.MEMBERS_ONLY) && membersOnly,
          some.contains(Field.TIME_ZONE) ? zone : "",
          some.contains(Field.LOCALE) ? locale : "",
          some.contains(Field.ALLOWANCES) ? allowances : List.of());
    }
  }

  /**
   * An allowance of an account's own.
   *
   * @param tokenType the token type
   * @param amount tokens a period
   * @param resets when, as the catalog writes it; empty for the plan's
   * @param rolloverMax unused tokens that are carried over at most
   * @param carryDebt whether debt survives a reset
   */
  record Allowance(
      String tokenType, long amount, String resets, long rolloverMax, boolean carryDebt) {}
}
