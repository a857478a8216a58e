package dev.tokenguard.service;

import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.DisplayToken;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Credentials for end users' browsers; as {@link AccountService}. */
public final class DisplayTokenService {

  private final Issuer issuer;
  private final Supplier<Catalog> catalog;
  private final Limits limits;

  /** Makes them. */
  @FunctionalInterface
  public interface Issuer {
    /**
     * Makes one.
     *
     * @param account whose balance it may read
     * @param member whose use of it; empty for nobody's
     */
    CompletionStage<DisplayToken> issue(String account, String member, Duration ttl);
  }

  /**
   * A service on who makes them.
   *
   * @param limits whose times to live are those of the tokens
   */
  public DisplayTokenService(Issuer issuer, Supplier<Catalog> catalog, Limits limits) {
    this.issuer = issuer;
    this.catalog = catalog;
    this.limits = limits;
  }

  /**
   * Makes one.
   *
   * @param account whose balance it may read
   * @param member whose use of it; empty for nobody's
   * @param ttl how long it is good; null for the default
   */
  public CompletionStage<DisplayToken> create(
      String account, String member, @Nullable Duration ttl) {
    return Stages.of(
        () -> {
          RequestChecks checks = new RequestChecks(catalog.get(), limits);
          checks.id("account_id", account).optionalId("member_id", member);
          Duration lives = checks.ttl("ttl", ttl);
          checks.throwIfWrong();
          return issuer.issue(account, member, lives);
        });
  }
}
