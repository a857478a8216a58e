package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.StoreTester.ACCOUNT;
import static dev.tokenguard.store.redis.StoreTester.allowed;
import static dev.tokenguard.store.redis.StoreTester.await;
import static dev.tokenguard.store.redis.StoreTester.denied;
import static dev.tokenguard.store.redis.StoreTester.fault;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Account;
import dev.tokenguard.domain.AccountFields;
import dev.tokenguard.domain.AccountFields.Field;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.OwnAllowance;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.Schedule;
import dev.tokenguard.store.AccountStore;
import dev.tokenguard.store.ChangeRequest;
import dev.tokenguard.store.Changed;
import dev.tokenguard.store.Page;
import dev.tokenguard.store.redis.AccountFixture.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Accounts as operators make, change, list and delete them. */
class AccountStoreTest {
  private static final Plan FREE = Catalogs.plan("free", Catalogs.daily("website", 5));
  private static final Plan PRO =
      Catalogs.inZone("Asia/Bangkok", Catalogs.plan("pro", Catalogs.daily("website", 50)));
  private static final ChangeRequest NO_REQUEST = new ChangeRequest("", "");

  @RegisterExtension final StoreTester store = new StoreTester(Catalogs.catalog(FREE, PRO));

  private AccountStore accounts() {
    store.touched(ACCOUNT);
    return store.stores().accounts();
  }

  private static AccountFields on(String plan) {
    return new AccountFields("", "", plan, false, null, Duration.ZERO, false, "", "", List.of());
  }

  private static AccountFields own(long amount) {
    return new AccountFields(
        "Acme",
        "The roadrunner's",
        "pro",
        false,
        null,
        Duration.ZERO,
        false,
        "",
        "",
        List.of(new OwnAllowance("website", amount, Optional.empty(), 0, false)));
  }

  private Changed<Account> create(AccountFields fields, String request) {
    return await(accounts().create(ACCOUNT, fields, new ChangeRequest(request, fields.plan())));
  }

  private Account update(AccountFields fields, Field... changed) {
    return await(accounts().update(ACCOUNT, fields, Set.of(changed), 0, NO_REQUEST)).value();
  }

  @Test
  void aPlainAccountIsAsOneThatNobodyCreated() {
    Account account = create(on("free"), "").value();

    assertEquals(1, account.version());
    assertEquals("free", account.fields().plan());
    assertEquals(5, account.balances().get(0).available());
    assertEquals(store.clock.time(), account.opened());
    assertEquals(Fault.ACCOUNT_EXISTS, fault(() -> create(on("free"), "")));
  }

  @Test
  void everyFieldIsKept() {
    AccountFields fields =
        new AccountFields(
            "Acme",
            "Everything for roadrunners",
            "pro",
            true,
            Instant.parse("2027-01-01T00:00:00Z"),
            Duration.ofDays(3),
            true,
            "Asia/Tehran",
            "fa-IR",
            List.of(
                new OwnAllowance("image", 7, Optional.of(new Schedule.EveryDays(30)), 3, true)));

    create(fields, "");

    assertEquals(fields, await(accounts().get(ACCOUNT)).fields());
  }

  @Test
  void aRepeatedRequestCreatesOnce() {
    assertFalse(create(on("pro"), "r").replayed());
    store.consume("a", 1);

    Changed<Account> again = create(on("pro"), "r");

    assertTrue(again.replayed());
    assertEquals(49, again.value().balances().get(0).available());
    assertEquals(Fault.IDEMPOTENCY_MISMATCH, fault(() -> create(on("free"), "r")));
    assertEquals(Fault.ACCOUNT_EXISTS, fault(() -> create(on("pro"), "s")));
  }

  @Test
  void theFirstCallOfAnotherPlanFindsItsRules() {
    create(on("pro"), "");

    allowed(store.consume("a", 50));

    store.assertWebsites(0, 0, 50);
  }

  @Test
  void whatNobodyOpenedIsNotFound() {
    store.account();

    assertEquals(Fault.ACCOUNT_NOT_FOUND, fault(() -> await(accounts().get(ACCOUNT))));
    assertEquals(Fault.ACCOUNT_NOT_FOUND, fault(() -> update(on("pro"), Field.PLAN)));
    assertFalse(store.exists());
  }

  @Test
  void anotherPlanTakesEffectAtTheNextCall() {
    store.consume("a", 4);

    Account account = update(on("pro"), Field.PLAN);

    assertEquals(46, account.balances().get(0).available());
    assertEquals(2, account.version());
    store.assertWebsites(46, 0, 4);
    assertEquals(1, store.stored().ledger(Kind.ADJUST).size());
  }

  @Test
  void aLimitThatIsEditedKeepsWhatWasUsed() {
    create(own(100), "");
    store.consume("a", 40);

    Account account = update(own(50), Field.ALLOWANCES);

    assertEquals(10, account.balances().get(0).available());
    assertEquals(40, account.balances().get(0).consumed());
    assertEquals("Acme", account.fields().displayName());
  }

  @Test
  void anOwnAllowanceResetsAsThePlans() {
    create(own(100), "");
    store.consume("a", 40);

    store.clock.advance(Duration.ofDays(1));

    store.assertWebsites(100, 0, 0);
  }

  @Test
  void onlyWhatIsNamedChanges() {
    create(own(100), "");
    AccountFields renamed =
        new AccountFields(
            "Ajax", "x", "free", true, null, Duration.ZERO, true, "UTC", "", List.of());

    Account account = update(renamed, Field.DISPLAY_NAME);

    assertEquals("Ajax", account.fields().displayName());
    assertEquals("The roadrunner's", account.fields().description());
    assertEquals("pro", account.fields().plan());
    assertEquals(1, account.fields().allowances().size());
    assertFalse(account.fields().suspended());
  }

  @Test
  void aStaleVersionIsRefused() {
    store.consume("a", 1);
    update(on("pro"), Field.PLAN);

    assertEquals(
        Fault.STALE_VERSION,
        fault(
            () ->
                await(accounts().update(ACCOUNT, on("free"), Set.of(Field.PLAN), 1, NO_REQUEST))));
    assertEquals(
        3,
        await(accounts().update(ACCOUNT, on("free"), Set.of(Field.PLAN), 2, NO_REQUEST))
            .value()
            .version());
  }

  @Test
  void suspensionAndExpiryTakeEffectAtTheNextCall() {
    store.consume("a", 1);
    AccountFields suspended =
        new AccountFields("", "", "", true, null, Duration.ZERO, false, "", "", List.of());
    update(suspended, Field.STATUS);
    assertEquals(Denial.Reason.ACCOUNT_SUSPENDED, denied(store.consume("b", 1)).reason());

    AccountFields expired =
        new AccountFields(
            "", "", "", false, store.clock.time(), Duration.ofDays(1), false, "", "", List.of());
    update(expired, Field.STATUS, Field.EXPIRE_TIME, Field.GRACE_PERIOD);
    allowed(store.consume("b", 1));
    store.clock.advance(Duration.ofDays(1));
    assertEquals(Denial.Reason.SUBSCRIPTION_EXPIRED, denied(store.consume("c", 1)).reason());

    update(on(""), Field.EXPIRE_TIME);
    allowed(store.consume("c", 1));
  }

  @Test
  void aDeletedAccountBeginsAnew() {
    create(on("pro"), "");
    store.consume("a", 9);

    Changed<Long> deleted =
        await(accounts().delete(ACCOUNT, false, 0, new ChangeRequest("del", "f")));

    assertEquals(0L, deleted.value());
    assertFalse(store.exists());
    assertTrue(
        await(accounts().delete(ACCOUNT, false, 0, new ChangeRequest("del", "f"))).replayed());
    assertEquals(
        Fault.ACCOUNT_NOT_FOUND,
        fault(() -> await(accounts().delete(ACCOUNT, false, 0, NO_REQUEST))));
    store.leave(ACCOUNT);
    store.assertWebsites(5, 0, 0);
  }

  @Test
  void aDeletionThatIsAskedForTwentyTimesAtOnceIsToldToAll() {
    for (int round = 0; round < 10; round++) {
      String request = "del-" + round;
      store.consume("a" + round, 1);
      List<CompletionStage<Changed<Long>>> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        all.add(accounts().delete(ACCOUNT, false, 0, new ChangeRequest(request, "f")));
      }
      assertEquals(1, all.stream().filter(each -> !await(each).replayed()).count());
      store.leave(ACCOUNT);
    }
  }

  @Test
  void openReservationsForbidADeletionUnlessItIsForced() {
    allowed(store.reserve("a", 2));
    allowed(store.reserve("b", 1));

    assertEquals(
        Fault.OPEN_RESERVATIONS,
        fault(() -> await(accounts().delete(ACCOUNT, false, 0, NO_REQUEST))));
    store.assertWebsites(2, 3, 0);

    assertEquals(2L, await(accounts().delete(ACCOUNT, true, 0, NO_REQUEST)).value());
    assertFalse(store.exists());
  }

  @Test
  void listsAreInOrderAndPageThroughEverything() {
    for (int i = 0; i < 300; i++) {
      String id = "user-" + (i * 7919 % 300);
      store.touched(id);
      allowed(store.consume(Ask.ask("a", 1).account(id)));
    }
    Set<String> suspendedOnes = Set.of("user-7", "user-150");
    for (String id : suspendedOnes) {
      await(
          accounts()
              .update(
                  id,
                  new AccountFields(
                      "", "", "", true, null, Duration.ZERO, false, "", "", List.of()),
                  Set.of(Field.STATUS),
                  0,
                  NO_REQUEST));
    }

    List<String> all = ids("", 37, 1000);
    assertEquals(300, all.size());
    assertEquals(all.stream().sorted().toList(), all);
    assertEquals(
        all.stream().filter(id -> id.startsWith("user-1")).toList(), ids("user-1", 10, 1000));
    assertEquals(List.of(), ids("nobody", 10, 1000));

    List<Account> suspended = new ArrayList<>();
    @Nullable String next = "";
    int pages = 0;
    while (next != null) {
      Page<Account> page =
          await(accounts().list(next, "", 100, 50, account -> account.fields().suspended()));
      suspended.addAll(page.items());
      next = page.next();
      pages++;
    }
    assertEquals(suspendedOnes, Set.copyOf(suspended.stream().map(Account::id).toList()));
    assertTrue(pages >= 6, "a page looks at a bounded number: " + pages);
  }

  private List<String> ids(String prefix, int size, int look) {
    List<String> ids = new ArrayList<>();
    @Nullable String next = "";
    while (next != null) {
      Page<Account> page = await(accounts().list(next, prefix, size, look, account -> true));
      page.items().forEach(account -> ids.add(account.id()));
      assertTrue(page.items().size() <= size);
      next = page.next();
    }
    return ids;
  }

  @Test
  void aDeletedAccountIsListedNoMore() {
    store.consume("a", 1);
    assertEquals(List.of(ACCOUNT), ids("", 10, 100));

    await(accounts().delete(ACCOUNT, false, 0, NO_REQUEST));

    assertEquals(List.of(), ids("", 10, 100));
    assertNull(store.fixture().read());
  }
}
