package dev.tokenguard.service;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Balance;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Feature;
import dev.tokenguard.domain.MemberBalance;
import dev.tokenguard.domain.Settlement;
import dev.tokenguard.store.TokenStore;
import dev.tokenguard.store.TokenStore.CommitCommand;
import dev.tokenguard.store.TokenStore.ExtendCommand;
import dev.tokenguard.store.TokenStore.RefundCommand;
import dev.tokenguard.store.TokenStore.ReserveCommand;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The use cases of a generation service: each checks what the caller sent, asks the store once, and
 * tells those who listen. Thread-safe; never blocks and never changes threads.
 *
 * <p>Every stage fails with a {@link FaultException}, possibly wrapped by {@code
 * CompletionException} as stages do; bad input fails at once, and the store hears nothing of it.
 */
public final class GuardService {
  private static final String NOBODY = "~";

  private static final String NO_RESERVATION = "";
  private static final String NO_FINGERPRINT = "";

  private final TokenStore store;
  private final Supplier<Catalog> catalog;
  private final Limits limits;
  private final GuardListener listener;
  private final BalanceWatcher watcher;

  /**
   * A service on a store.
   *
   * @param catalog the catalog in force, asked once for each request
   * @param listener hears every outcome
   * @param watcher is told which accounts have changed
   */
  public GuardService(
      TokenStore store,
      Supplier<Catalog> catalog,
      Limits limits,
      GuardListener listener,
      BalanceWatcher watcher) {
    this.store = store;
    this.catalog = catalog;
    this.limits = limits;
    this.listener = listener;
    this.watcher = watcher;
  }

  /**
   * Asks the store for an account that nobody has: what it takes to learn that there is none. For
   * callers who are not to learn more.
   */
  public CompletionStage<?> roundTrip() {
    return store.balance(NOBODY, "");
  }

  /** Holds the cost of a feature, or says why not. */
  public CompletionStage<Decision> reserve(GuardRequest.Reserve request) {
    ReserveCommand command;
    try {
      command = checked("reserve", request);
    } catch (FaultException e) {
      return CompletableFuture.failedFuture(e);
    }
    return store
        .reserve(command)
        .thenApply(
            decision -> {
              listener.reserved(decision);
              return changed(request.account(), decision);
            });
  }

  /** Charges the cost of a feature at once, or says why not. */
  public CompletionStage<Decision> consume(GuardRequest.Reserve request) {
    ReserveCommand command;
    try {
      command = checked("consume", request);
    } catch (FaultException e) {
      return CompletableFuture.failedFuture(e);
    }
    return store
        .consume(command)
        .thenApply(
            decision -> {
              listener.consumed(decision);
              return changed(request.account(), decision);
            });
  }

  /** What {@link #reserve} would decide now. */
  public CompletionStage<Checked> check(GuardRequest.Check request) {
    ReserveCommand command;
    try {
      RequestChecks checks = checks();
      checks.id("account_id", request.account()).optionalId("member_id", request.member());
      Feature feature = checks.feature(request.feature());
      Amounts asked = checks.amounts("amounts", request.amounts(), 1);
      checks.throwIfWrong();
      command =
          new ReserveCommand(
              request.account(),
              request.member(),
              request.feature(),
              NO_RESERVATION,
              needed(feature, asked),
              limits.defaultTtl(),
              Map.of(),
              NO_FINGERPRINT);
    } catch (FaultException e) {
      return CompletableFuture.failedFuture(e);
    }
    return store
        .check(command)
        .thenApply(
            decision -> {
              looked(request.account(), decision.account());
              return new Checked(decision, command.amounts());
            });
  }

  /** Charges a reservation. */
  public CompletionStage<Settlement> commit(GuardRequest.Commit request) {
    Amounts actual;
    try {
      RequestChecks checks = checks();
      checks.id("account_id", request.account()).id("reservation_id", request.reservation());
      Map<String, Long> asked = request.actual();
      actual = asked == null ? null : checks.amounts("actual.amounts", asked, 0);
      checks.metadata("metadata", request.metadata()).throwIfWrong();
    } catch (FaultException e) {
      return CompletableFuture.failedFuture(e);
    }
    return store
        .commit(
            new CommitCommand(request.account(), request.reservation(), actual, request.metadata()))
        .thenApply(
            settlement -> {
              listener.committed(settlement);
              return changed(request.account(), settlement);
            });
  }

  /** Returns a reservation whole. */
  public CompletionStage<Settlement> refund(GuardRequest.Refund request) {
    try {
      checks()
          .id("account_id", request.account())
          .id("reservation_id", request.reservation())
          .text("reason", request.reason(), Limits.MAX_REASON_BYTES)
          .throwIfWrong();
    } catch (FaultException e) {
      return CompletableFuture.failedFuture(e);
    }
    return store
        .refund(new RefundCommand(request.account(), request.reservation(), request.reason()))
        .thenApply(
            settlement -> {
              listener.refunded(settlement);
              return changed(request.account(), settlement);
            });
  }

  /** Keeps a reservation alive, and raises what it holds. */
  public CompletionStage<Decision> extend(GuardRequest.Extend request) {
    ExtendCommand command;
    try {
      RequestChecks checks = checks();
      checks.id("account_id", request.account()).id("reservation_id", request.reservation());
      Duration ttl = checks.ttl("ttl", request.ttl());
      Amounts totals = checks.amounts("amounts", request.amounts(), 1);
      checks.throwIfWrong();
      command = new ExtendCommand(request.account(), request.reservation(), ttl, totals);
    } catch (FaultException e) {
      return CompletableFuture.failedFuture(e);
    }
    return store
        .extend(command)
        .thenApply(
            decision -> {
              listener.extended(decision);
              return changed(request.account(), decision);
            });
  }

  /** What an account has, of the token types that were asked for. */
  public CompletionStage<AccountSnapshot> balance(GuardRequest.Balance request) {
    try {
      checkBalance(request);
    } catch (FaultException e) {
      return CompletableFuture.failedFuture(e);
    }
    return store
        .balance(request.account(), request.member())
        .thenApply(
            account -> {
              looked(request.account(), account);
              return only(request.tokenTypes(), account);
            });
  }

  /**
   * Tells a subscriber what an account has, now and at every change, until the returned watch is
   * closed or the subscriber is told the end.
   *
   * @throws FaultException if the request is malformed, or there are too many watches
   */
  public BalanceWatcher.Watch watch(
      GuardRequest.Balance request, BalanceWatcher.Subscriber subscriber) {
    checkBalance(request);
    List<String> types = request.tokenTypes();
    return watcher.watch(
        request.account(), request.member(), account -> only(types, account), subscriber);
  }

  private RequestChecks checks() {
    return new RequestChecks(catalog.get(), limits);
  }

  private ReserveCommand checked(String verb, GuardRequest.Reserve request) {
    RequestChecks checks = checks();
    checks.id("account_id", request.account()).optionalId("member_id", request.member());
    Feature feature = checks.feature(request.feature());
    checks.id("reservation_id", request.reservation());
    Amounts asked = checks.amounts("amounts", request.amounts(), 1);
    Duration ttl = checks.ttl("ttl", request.ttl());
    checks.metadata("metadata", request.metadata()).throwIfWrong();
    return new ReserveCommand(
        request.account(),
        request.member(),
        request.feature(),
        request.reservation(),
        needed(feature, asked),
        ttl,
        request.metadata(),
        Fingerprint.of(
            verb, request.member(), request.feature(), asked, request.ttl(), request.metadata()));
  }

  /** The caller's estimate, else the catalog's cost. */
  private static Amounts needed(@Nullable Feature feature, Amounts asked) {
    return feature == null || !asked.isEmpty() ? asked : feature.cost();
  }

  private void checkBalance(GuardRequest.Balance request) {
    checks()
        .id("account_id", request.account())
        .optionalId("member_id", request.member())
        .tokenTypes("token_types", request.tokenTypes())
        .throwIfWrong();
  }

  private Decision changed(String asked, Decision decision) {
    boolean held = decision instanceof Decision.Allowed allowed && !allowed.replayed();
    changed(asked, decision.account(), held);
    return decision;
  }

  private Settlement changed(String asked, Settlement settlement) {
    changed(asked, settlement.account(), !settlement.replayed());
    return settlement;
  }

  private void looked(String asked, AccountSnapshot account) {
    listener.looked(account);
    changed(asked, account, false);
  }

  /** The account that was asked for and the one that pays may differ: a user of an organization. */
  private void changed(String asked, AccountSnapshot account, boolean byThisCall) {
    if (byThisCall || !account.events().isEmpty()) {
      watcher.changed(account.account());
      if (!asked.equals(account.account())) {
        watcher.changed(asked);
      }
    }
  }

  private static AccountSnapshot only(List<String> tokenTypes, AccountSnapshot account) {
    if (tokenTypes.isEmpty()) {
      return account;
    }
    Set<String> wanted = Set.copyOf(tokenTypes);
    List<Balance> balances =
        account.balances().stream().filter(b -> wanted.contains(b.tokenType())).toList();
    List<MemberBalance> members =
        account.memberBalances().stream().filter(b -> wanted.contains(b.tokenType())).toList();
    return new AccountSnapshot(
        account.account(),
        account.plan(),
        account.locale(),
        balances,
        members,
        account.openReservations(),
        account.revision(),
        account.readAt(),
        account.events());
  }

  /**
   * What a reserve would be answered.
   *
   * @param decision the outcome
   * @param required what it would hold, allowed or not
   */
  public record Checked(Decision decision, Amounts required) {}
}
