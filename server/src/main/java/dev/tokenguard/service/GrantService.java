package dev.tokenguard.service;

import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Grant;
import dev.tokenguard.store.ChangeRequest;
import dev.tokenguard.store.GrantStore;
import dev.tokenguard.store.GrantStore.AdjustCommand;
import dev.tokenguard.store.GrantStore.GrantCommand;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Tokens that operators give and take; as {@link AccountService}. */
public final class GrantService {

  private final GrantStore store;
  private final Supplier<Catalog> catalog;
  private final Limits limits;
  private final Clock clock;
  private final GuardListener listener;
  private final BalanceWatcher watcher;

  /**
   * A service on a store.
   *
   * @param catalog the catalog in force, asked once for each request
   * @param clock tells which times are in the future, roughly: the store's clock decides
   * @param listener hears of tokens that were granted
   * @param watcher is told which accounts have changed
   */
  public GrantService(
      GrantStore store,
      Supplier<Catalog> catalog,
      Limits limits,
      Clock clock,
      GuardListener listener,
      BalanceWatcher watcher) {
    this.store = store;
    this.catalog = catalog;
    this.limits = limits;
    this.clock = clock;
    this.listener = listener;
    this.watcher = watcher;
  }

  /** Grants tokens on top of the allowance. */
  public CompletionStage<BalanceChange<Grant>> create(GrantRequest.Create request) {
    return create(request, "");
  }

  private CompletionStage<BalanceChange<Grant>> create(GrantRequest.Create request, String path) {
    return Stages.of(
        () ->
            store
                .grant(
                    checked(request, path),
                    new ChangeRequest(request.requestId(), fingerprint(request)))
                .thenApply(
                    granted -> {
                      if (!granted.replayed()) {
                        Grant grant = granted.grant();
                        if (!grant.scheduled()) {
                          listener.granted(grant.tokenType(), grant.amount());
                        }
                        watcher.changed(request.account());
                      }
                      return new BalanceChange<>(
                          granted.grant(),
                          granted.balance(),
                          granted.revision(),
                          granted.replayed(),
                          granted.replicationPending());
                    }));
  }

  private GrantCommand checked(GrantRequest.Create request, String path) {
    RequestChecks checks = new RequestChecks(catalog.get(), limits, path);
    checks
        .id("account_id", request.account())
        .tokenType("token_type", request.tokenType())
        .amount("amount", request.amount(), 1);
    Instant now = clock.instant();
    GrantChecks grants =
        new GrantChecks(checks).reason(request.reason()).history(request.note(), request.actor());
    int priority = grants.priority(request.priority());
    Instant starts = grants.starts(request.starts(), now);
    Instant expires = grants.expires(request.expires(), starts);
    checks.id("request_id", request.requestId()).throwIfWrong();
    return new GrantCommand(
        request.account(),
        request.tokenType(),
        request.amount(),
        request.reason(),
        request.note(),
        request.actor(),
        priority,
        starts,
        expires);
  }

  /** As the caller wrote it: a default that changes makes no other request of it. */
  private static String fingerprint(GrantRequest.Create request) {
    Integer priority = request.priority();
    return Fingerprint.of("create_grant")
        .text(request.tokenType())
        .number(request.amount())
        .text(request.reason())
        .text(request.note())
        .text(request.actor())
        .flag(priority != null)
        .number(priority == null ? 0 : priority)
        .time(request.starts())
        .time(request.expires())
        .end();
  }

  /** Makes many grants. */
  public CompletionStage<List<ItemResult>> createAll(List<GrantRequest.Create> requests) {
    return Batch.of(
        requests,
        (request, path) ->
            create(request, path)
                .handle(
                    (granted, thrown) ->
                        new ItemResult(
                            request.account(),
                            "",
                            thrown,
                            thrown == null && granted.replayed(),
                            thrown == null && granted.replicationPending())));
  }

  /**
   * The grants of an account, in the order in which they burn.
   *
   * @param tokenType only of this type; empty for all
   */
  public CompletionStage<List<Grant>> list(String account, String tokenType) {
    return Stages.of(
        () -> {
          RequestChecks checks = new RequestChecks(catalog.get(), limits);
          checks.id("account_id", account);
          new ListChecks(checks).name("token_type", tokenType);
          checks.throwIfWrong();
          return store
              .list(account)
              .thenApply(
                  grants ->
                      tokenType.isEmpty()
                          ? grants
                          : grants.stream()
                              .filter(grant -> grant.tokenType().equals(tokenType))
                              .toList());
        });
  }

  /** Takes back what is left of a grant. */
  public CompletionStage<BalanceChange<Long>> revoke(GrantRequest.Revoke request) {
    return Stages.of(
        () -> {
          RequestChecks checks = new RequestChecks(catalog.get(), limits);
          checks.id("account_id", request.account()).id("grant_id", request.grant());
          new GrantChecks(checks).history(request.note(), request.actor());
          checks.optionalId("request_id", request.requestId()).throwIfWrong();
          String fingerprint =
              Fingerprint.of("revoke_grant")
                  .text(request.grant())
                  .text(request.note())
                  .text(request.actor())
                  .end();
          return store
              .revoke(
                  request.account(),
                  request.grant(),
                  request.note(),
                  request.actor(),
                  new ChangeRequest(request.requestId(), fingerprint))
              .thenApply(
                  revoked -> {
                    watcher.changed(request.account());
                    return new BalanceChange<>(
                        revoked.amount(),
                        revoked.balance(),
                        revoked.revision(),
                        revoked.replayed(),
                        revoked.replicationPending());
                  });
        });
  }

  /** Corrects a balance by hand. */
  public CompletionStage<BalanceChange<Long>> adjust(GrantRequest.Adjust request) {
    return Stages.of(
        () -> {
          RequestChecks checks = new RequestChecks(catalog.get(), limits);
          checks
              .id("account_id", request.account())
              .tokenType("token_type", request.tokenType())
              .change("amount", request.amount());
          new GrantChecks(checks).reason(request.reason()).history(request.note(), request.actor());
          checks.id("request_id", request.requestId()).throwIfWrong();
          String fingerprint =
              Fingerprint.of("adjust_balance")
                  .text(request.tokenType())
                  .number(request.amount())
                  .text(request.reason())
                  .text(request.note())
                  .text(request.actor())
                  .flag(request.allowDebt())
                  .end();
          return store
              .adjust(
                  new AdjustCommand(
                      request.account(),
                      request.tokenType(),
                      request.amount(),
                      request.reason(),
                      request.note(),
                      request.actor(),
                      request.allowDebt()),
                  new ChangeRequest(request.requestId(), fingerprint))
              .thenApply(
                  adjusted -> {
                    watcher.changed(request.account());
                    return new BalanceChange<>(
                        request.amount(),
                        adjusted.balance(),
                        adjusted.revision(),
                        adjusted.replayed(),
                        adjusted.replicationPending());
                  });
        });
  }
}
