package dev.tokenguard.store.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Balance;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.MemberBalance;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.domain.Settlement;
import dev.tokenguard.store.StoreListener;
import dev.tokenguard.store.TokenStore.CommitCommand;
import dev.tokenguard.store.TokenStore.ExtendCommand;
import dev.tokenguard.store.TokenStore.RefundCommand;
import dev.tokenguard.store.redis.AccountFixture.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.function.Executable;

/**
 * A store on a real Redis in a namespace of its own, with a clock that the test moves. After every
 * test it audits each account that was touched; a test cannot forget to.
 *
 * <p>Calls wait for their answer, which is checked for conservation and for a revision that never
 * falls. They are about {@link #ACCOUNT} unless they say otherwise.
 */
final class StoreTester implements BeforeEachCallback, AfterEachCallback {
  static final String ACCOUNT = "acme";
  static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
  static final Duration MEMORY = Duration.ofHours(24);

  final SimulatedClock clock = new SimulatedClock(NOON);
  private final Map<String, Long> revisions = new ConcurrentHashMap<>();
  private final String namespace = TestRedis.newNamespace();
  private @Nullable TestRedis redis;
  private @Nullable RedisTokenStore store;
  private @Nullable RedisStores stores;
  private volatile Catalog catalog;
  private RedisTokenStore.Limits limits = limitsOf(1000, 1000, MEMORY);

  StoreTester(Catalog catalog) {
    this.catalog = catalog;
  }

  /** With accounts opened on this plan. */
  StoreTester(Plan defaultPlan) {
    this(Catalogs.catalog(defaultPlan));
  }

  StoreTester limits(int openReservations, int ledgerEntries, Duration memory) {
    limits = limitsOf(openReservations, ledgerEntries, memory);
    return this;
  }

  static RedisTokenStore.Limits limitsOf(int openReservations, int ledgerEntries, Duration memory) {
    return new RedisTokenStore.Limits(
        openReservations, ledgerEntries, memory, Duration.ofDays(7), 1000, 100, 400, 3);
  }

  /** On a Redis of the test's own, instead of the shared one. */
  void use(TestRedis own) {
    redis = own;
    RedisStores opened = newStores(own.link(), clock);
    stores = opened;
    store = opened.tokens();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    use(TestRedis.shared());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    audit();
  }

  /** Another sidecar on the same accounts. */
  RedisTokenStore newStore(RedisLink link, StoreClock itsClock) {
    return newStores(link, itsClock).tokens();
  }

  private RedisStores newStores(RedisLink link, StoreClock itsClock) {
    return new RedisStores(link, namespace, limits, () -> catalog, StoreListener.NONE, itsClock);
  }

  /** What operators use, on the same accounts. */
  RedisStores stores() {
    return Objects.requireNonNull(stores);
  }

  RedisTokenStore newStore() {
    return newStore(redis().link(), clock);
  }

  void use(RedisTokenStore other) {
    store = other;
  }

  RedisTokenStore store() {
    return Objects.requireNonNull(store);
  }

  TestRedis redis() {
    return Objects.requireNonNull(redis);
  }

  /** The catalog is loaded anew. */
  void catalog(Catalog loaded) {
    catalog = loaded;
  }

  void catalog(Plan defaultPlan) {
    catalog = Catalogs.catalog(defaultPlan);
  }

  Catalog catalog() {
    return catalog;
  }

  String namespace() {
    return namespace;
  }

  RedisTokenStore.Limits limits() {
    return limits;
  }

  AccountFixture fixture(String account) {
    return new AccountFixture(redis(), namespace, account);
  }

  AccountFixture fixture() {
    return fixture(ACCOUNT);
  }

  Stored stored() {
    return Objects.requireNonNull(fixture().read(), "no account");
  }

  boolean exists() {
    return fixture().read() != null;
  }

  /** Remembers to audit an account that calls went to behind this class's back. */
  void touched(String account) {
    revisions.putIfAbsent(account, 0L);
  }

  /** The account is gone or spoilt, by the test's own doing. */
  void leave(String account) {
    revisions.remove(account);
  }

  void audit() {
    for (String account : revisions.keySet()) {
      Stored stored = fixture(account).read();
      if (stored != null) {
        AccountAudit.check(account, stored);
      }
    }
  }

  // Calls

  Decision reserve(Ask ask) {
    return checked(await(store().reserve(ask.command())));
  }

  Decision reserve(String id, long websites) {
    return reserve(Ask.ask(id, websites));
  }

  Decision consume(Ask ask) {
    return checked(await(store().consume(ask.command())));
  }

  Decision consume(String id, long websites) {
    return consume(Ask.ask(id, websites));
  }

  Decision check(Ask ask) {
    return checked(await(store().check(ask.command())));
  }

  Settlement commit(String id) {
    return commit(id, null);
  }

  Settlement commit(String id, @Nullable Amounts actual) {
    Settlement settlement =
        await(store().commit(new CommitCommand(ACCOUNT, id, actual, Map.of("by", "test"))));
    checked(settlement.account());
    assertEquals(Reservation.State.COMMITTED, settlement.reservation().state());
    return settlement;
  }

  Settlement commit(String id, long websites) {
    return commit(id, Catalogs.website(websites));
  }

  Settlement refund(String id) {
    Settlement settlement = await(store().refund(new RefundCommand(ACCOUNT, id, "failed")));
    checked(settlement.account());
    assertEquals(Reservation.State.REFUNDED, settlement.reservation().state());
    assertEquals(settlement.reservation().amounts(), settlement.returned());
    return settlement;
  }

  Decision extend(String id, Duration ttl, Amounts amounts) {
    return checked(await(store().extend(new ExtendCommand(ACCOUNT, id, ttl, amounts))));
  }

  Decision extend(String id, Duration ttl) {
    return extend(id, ttl, Amounts.NONE);
  }

  AccountSnapshot account() {
    return account("");
  }

  AccountSnapshot account(String member) {
    return checked(await(store().balance(ACCOUNT, member)));
  }

  Balance balance(String type) {
    return balance(account(), type);
  }

  static Balance balance(AccountSnapshot account, String type) {
    return account.balances().stream()
        .filter(balance -> balance.tokenType().equals(type))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + type + " in " + account));
  }

  MemberBalance member(String member, String type) {
    return account(member).memberBalances().stream()
        .filter(balance -> balance.tokenType().equals(type))
        .findFirst()
        .orElseThrow();
  }

  private Decision checked(Decision decision) {
    checked(decision.account());
    return decision;
  }

  private AccountSnapshot checked(AccountSnapshot answer) {
    AccountAudit.check(answer);
    revisions.merge(
        answer.account(),
        answer.revision(),
        (before, now) -> {
          assertTrue(now >= before, () -> "revision fell from " + before + " to " + now);
          return now;
        });
    return answer;
  }

  /** What a stage brings, or the fault that it fails with. */
  static <T> T await(CompletionStage<T> stage) {
    try {
      return TestRedis.await(stage);
    } catch (CompletionException e) {
      if (e.getCause() instanceof FaultException fault) {
        throw fault;
      }
      throw e;
    }
  }

  // Expectations

  static Reservation allowed(Decision decision) {
    return assertInstanceOf(Decision.Allowed.class, decision).reservation();
  }

  static Denial denied(Decision decision) {
    return assertInstanceOf(Decision.Denied.class, decision).denial();
  }

  static boolean replayed(Decision decision) {
    return assertInstanceOf(Decision.Allowed.class, decision).replayed();
  }

  static Fault fault(Executable call) {
    return assertThrows(FaultException.class, call).fault();
  }

  /** Websites of the period that runs: free (negative for debt), held and consumed. */
  void assertWebsites(long free, long held, long consumed) {
    assertBalance("website", free, held, consumed);
  }

  void assertBalance(String type, long free, long held, long consumed) {
    Balance balance = balance(type);
    assertEquals(
        type + " free " + free + ", held " + held + ", consumed " + consumed,
        type
            + " free "
            + balance.free()
            + ", held "
            + balance.held()
            + ", consumed "
            + balance.consumed());
  }
}
