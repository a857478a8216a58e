package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.AccountStatus;
import dev.tokenguard.v1.Allowance;
import dev.tokenguard.v1.CreateAccountRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * An account to open.
 *
 * <pre>{@code
 * NewAccount.of("store-17").withPlan("pro").withTimeZone("Asia/Bangkok").withMembersOnly(true)
 * }</pre>
 *
 * <p>Immutable. Bounds are the server's to check: a bad value is a {@link TokenGuardException} with
 * code {@code INVALID_ARGUMENT} that names every bad field.
 *
 * @param request what is sent; its {@code request_id} may be empty
 */
public record NewAccount(CreateAccountRequest request) {

  /** Needs a request. */
  public NewAccount {
    requireNonNull(request, "request");
  }

  /**
   * An account on the catalog's default plan.
   *
   * @param accountId 1 to 128 of ASCII letters, digits and {@code . _ : @ + | ~ = -}
   */
  public static NewAccount of(String accountId) {
    return new NewAccount(
        CreateAccountRequest.newBuilder()
            .setAccount(Account.newBuilder().setAccountId(accountId))
            .build());
  }

  /** Its name for people; at most 128 bytes. */
  public NewAccount withDisplayName(String displayName) {
    return with(account -> account.setDisplayName(displayName));
  }

  /** What it is for; at most 512 bytes. */
  public NewAccount withDescription(String description) {
    return with(account -> account.setDescription(description));
  }

  /** The plan of the catalog that it is on. Default: the catalog's default plan. */
  public NewAccount withPlan(String plan) {
    return with(account -> account.setPlan(plan));
  }

  /** Whether it may spend. Default: it may. */
  public NewAccount withStatus(AccountStatus status) {
    return with(account -> account.setStatus(status));
  }

  /** When its subscription ends. Default: never. */
  public NewAccount withExpireTime(Instant expireTime) {
    return with(account -> account.setExpireTime(Protos.timestamp(expireTime)));
  }

  /** How long after the end it may still spend: whole milliseconds, at most 366 days. */
  public NewAccount withGracePeriod(Duration gracePeriod) {
    return with(account -> account.setGracePeriod(Protos.duration(gracePeriod)));
  }

  /** Whether only members that were added may spend. Default: any member id is accepted. */
  public NewAccount withMembersOnly(boolean membersOnly) {
    return with(account -> account.setMembersOnly(membersOnly));
  }

  /** IANA time zone whose midnights reset its allowances. Default: the plan's. */
  public NewAccount withTimeZone(String timeZone) {
    return with(account -> account.setTimeZone(timeZone));
  }

  /** Language of denials where a call names none, a BCP 47 tag. */
  public NewAccount withLocale(String locale) {
    return with(account -> account.setLocale(locale));
  }

  /** Allowances of its own, each in place of the plan's of its token type; at most 32. */
  public NewAccount withAllowances(List<Allowance> allowances) {
    return with(account -> account.clearAllowances().addAllAllowances(allowances));
  }

  /**
   * Names the request, so that it is carried out once however often it is sent; without it the
   * client makes an id for each call.
   */
  public NewAccount withRequestId(String requestId) {
    return new NewAccount(request.toBuilder().setRequestId(requestId).build());
  }

  private NewAccount with(Consumer<Account.Builder> change) {
    CreateAccountRequest.Builder builder = request.toBuilder();
    change.accept(builder.getAccountBuilder());
    return new NewAccount(builder.build());
  }
}
