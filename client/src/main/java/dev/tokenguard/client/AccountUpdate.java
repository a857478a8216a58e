package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.AccountStatus;
import dev.tokenguard.v1.Allowance;
import dev.tokenguard.v1.UpdateAccountRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A change of an account: of the fields that are named here, and of no other.
 *
 * <pre>{@code
 * Account read = admin.accounts().get("store-17");
 * admin.accounts().update(AccountUpdate.of(read).withPlan("pro").withExpireTime(null));
 * }</pre>
 *
 * <p>Immutable. Bounds are the server's to check: a bad value is a {@link TokenGuardException} with
 * code {@code INVALID_ARGUMENT} that names every bad field.
 *
 * @param request what is sent: each {@code with...} adds its field to the {@code update_mask}; the
 *     {@code request_id} may be empty
 */
public record AccountUpdate(UpdateAccountRequest request) {

  /** Needs a request. */
  public AccountUpdate {
    requireNonNull(request, "request");
  }

  /** A change of an account, whatever was changed of it before. */
  public static AccountUpdate of(String accountId) {
    return new AccountUpdate(
        UpdateAccountRequest.newBuilder()
            .setAccount(Account.newBuilder().setAccountId(accountId))
            .build());
  }

  /**
   * A change of an account as it was read: if it was changed since, it is a {@link
   * StaleVersionException} and nothing is done.
   */
  public static AccountUpdate of(Account read) {
    return of(read.getAccountId()).ifVersion(read.getVersion());
  }

  /** Its name for people; at most 128 bytes. */
  public AccountUpdate withDisplayName(String displayName) {
    return with("display_name", account -> account.setDisplayName(displayName));
  }

  /** What it is for; at most 512 bytes. */
  public AccountUpdate withDescription(String description) {
    return with("description", account -> account.setDescription(description));
  }

  /** The plan of the catalog that it is on; empty for the catalog's default plan. */
  public AccountUpdate withPlan(String plan) {
    return with("plan", account -> account.setPlan(plan));
  }

  /** Whether it may spend. */
  public AccountUpdate withStatus(AccountStatus status) {
    return with("status", account -> account.setStatus(status));
  }

  /** When its subscription ends; null for never. */
  public AccountUpdate withExpireTime(@Nullable Instant expireTime) {
    return with(
        "expire_time",
        account -> {
          if (expireTime == null) {
            account.clearExpireTime();
          } else {
            account.setExpireTime(Protos.timestamp(expireTime));
          }
        });
  }

  /**
   * How long after the end it may still spend: whole milliseconds, at most 366 days; null for no
   * longer.
   */
  public AccountUpdate withGracePeriod(@Nullable Duration gracePeriod) {
    return with(
        "grace_period",
        account -> {
          if (gracePeriod == null) {
            account.clearGracePeriod();
          } else {
            account.setGracePeriod(Protos.duration(gracePeriod));
          }
        });
  }

  /** Whether only members that were added may spend. */
  public AccountUpdate withMembersOnly(boolean membersOnly) {
    return with("members_only", account -> account.setMembersOnly(membersOnly));
  }

  /** IANA time zone whose midnights reset its allowances; empty for the plan's. */
  public AccountUpdate withTimeZone(String timeZone) {
    return with("time_zone", account -> account.setTimeZone(timeZone));
  }

  /** Language of denials where a call names none, a BCP 47 tag; empty for none. */
  public AccountUpdate withLocale(String locale) {
    return with("locale", account -> account.setLocale(locale));
  }

  /**
   * Allowances of its own, in place of those it has, each in place of the plan's of its token type;
   * at most 32. Empty: the plan's alone. What was used stays used.
   */
  public AccountUpdate withAllowances(List<Allowance> allowances) {
    return with("allowances", account -> account.clearAllowances().addAllAllowances(allowances));
  }

  /** Only if the account has this {@code version} now; 0 for any. */
  public AccountUpdate ifVersion(long version) {
    UpdateAccountRequest.Builder builder = request.toBuilder();
    builder.getAccountBuilder().setVersion(version);
    return new AccountUpdate(builder.build());
  }

  /**
   * Names the request, so that it is carried out once however often it is sent; without it the
   * client makes an id for each call.
   */
  public AccountUpdate withRequestId(String requestId) {
    return new AccountUpdate(request.toBuilder().setRequestId(requestId).build());
  }

  private AccountUpdate with(String field, Consumer<Account.Builder> change) {
    UpdateAccountRequest.Builder builder = request.toBuilder();
    change.accept(builder.getAccountBuilder());
    if (!request.getUpdateMask().getPathsList().contains(field)) {
      builder.getUpdateMaskBuilder().addPaths(field);
    }
    return new AccountUpdate(builder.build());
  }
}
