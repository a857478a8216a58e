package dev.tokenguard.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Account;
import dev.tokenguard.domain.AccountFields;
import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Grant;
import dev.tokenguard.domain.OwnAllowance;
import dev.tokenguard.domain.Schedule;
import dev.tokenguard.store.ChangeRequest;
import dev.tokenguard.store.GrantStore.GrantCommand;
import dev.tokenguard.testing.AdminFixture;
import dev.tokenguard.testing.Samples;
import dev.tokenguard.testing.ScriptedAdminStore;
import dev.tokenguard.testing.ScriptedStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AdminServicesTest {

  private static final AccountRequest.Fields NO_FIELDS =
      new AccountRequest.Fields("", "", "", "", null, null, false, "", "", List.of());

  private final ScriptedStore tokens = new ScriptedStore();
  private final ManualTimer timer = new ManualTimer();
  private final BalanceWatcher watcher =
      new BalanceWatcher(
          tokens, GuardListener.NONE, timer, timer::nanoTime, Duration.ofHours(1), 10);
  private final AdminFixture admin =
      new AdminFixture(
          new GuardService(
              tokens, () -> Samples.CATALOG, Limits.DEFAULT, GuardListener.NONE, watcher),
          watcher,
          Limits.DEFAULT);
  private final ScriptedAdminStore store = admin.store;

  @Test
  void anAccountWithoutAPlanIsOnTheDefaultOne() {
    join(create("a", NO_FIELDS));
    assertEquals("free", createdFields().plan());
    admin.catalog =
        new Catalog(
            Samples.CATALOG.tokenTypes(),
            Samples.CATALOG.features(),
            Samples.CATALOG.plans(),
            Optional.empty());
    FaultException fault = fault(create("b", NO_FIELDS));
    assertEquals("account.plan", fault.violations().get(0).field());
  }

  @Test
  void hearsOfWhatWasOpenedAndGrantedOnce() {
    join(create("a", NO_FIELDS));
    join(grant(null, null));
    join(grant(Samples.NOW.plusSeconds(60), null));
    store.replay = true;
    join(create("a", NO_FIELDS));
    join(grant(null, null));
    assertEquals(List.of("opened", "granted 3 website"), admin.heard);
  }

  @Test
  void setsWhatTheOperatorWrote() {
    join(
        create(
            "a",
            new AccountRequest.Fields(
                "A",
                "B",
                "free",
                "SUSPENDED",
                Samples.NOW.plusNanos(1_500_000),
                Duration.ofDays(366),
                true,
                "Asia/Bangkok",
                "fa-IR",
                List.of(
                    new AccountRequest.Allowance("image", 5, "every 30 days", 2, true),
                    new AccountRequest.Allowance("website", 0, "", 0, false)))));
    assertEquals(
        new AccountFields(
            "A",
            "B",
            "free",
            true,
            Samples.NOW.plusMillis(1),
            Duration.ofDays(366),
            true,
            "Asia/Bangkok",
            "fa-IR",
            List.of(
                new OwnAllowance("image", 5, Optional.of(new Schedule.EveryDays(30)), 2, true),
                new OwnAllowance("website", 0, Optional.empty(), 0, false))),
        createdFields());
  }

  private AccountFields createdFields() {
    return (AccountFields) store.asked.get(0).get(2);
  }

  /** A read-modify-write by another version of a client must not fail for fields left alone. */
  @Test
  void anUpdateLooksAtNothingButWhatChanges() {
    store.accounts.put("a", ScriptedAdminStore.account("a", 5));
    AccountRequest.Fields bad =
        new AccountRequest.Fields(
            "name", "x".repeat(999), "nope", "9", null, null, true, "nowhere", "-", List.of());
    join(update(bad, "display_name", "members_only"));
    assertEquals(
        List.of(
            "update",
            "a",
            new AccountFields("name", "", "", false, null, Duration.ZERO, true, "", "", List.of()),
            EnumSet.of(AccountFields.Field.DISPLAY_NAME, AccountFields.Field.MEMBERS_ONLY),
            3L),
        store.asked.get(0));
    join(update(NO_FIELDS, "display_name", "members_only"));
    join(
        update(
            new AccountRequest.Fields("name", "other", "", "", null, null, true, "", "", List.of()),
            "members_only",
            "display_name"));
    assertNotEquals(fingerprint(0), fingerprint(1));
    assertEquals(fingerprint(0), fingerprint(2), "what was not looked at makes no other request");
  }

  @Test
  void clearingThePlanMeansTheDefaultOne() {
    store.accounts.put("a", ScriptedAdminStore.account("a", 5));
    join(update(NO_FIELDS, "plan"));
    assertEquals("free", ((AccountFields) store.asked.get(0).get(2)).plan());
  }

  private CompletionStage<?> update(AccountRequest.Fields fields, String... mask) {
    return admin
        .services
        .accounts()
        .update(new AccountRequest.Update("a", fields, List.of(mask), 3, "q"));
  }

  @Test
  void everyPartOfARequestIsPartOfItsIdentity() {
    store.accounts.put("a", ScriptedAdminStore.account("a", 5));
    for (AccountRequest.Fields fields :
        List.of(
            NO_FIELDS,
            new AccountRequest.Fields("x", "", "", "", null, null, false, "", "", List.of()),
            new AccountRequest.Fields("", "x", "", "", null, null, false, "", "", List.of()),
            new AccountRequest.Fields("", "", "free", "", null, null, false, "", "", List.of()),
            new AccountRequest.Fields("", "", "", "ACTIVE", null, null, false, "", "", List.of()),
            new AccountRequest.Fields("", "", "", "", Samples.NOW, null, false, "", "", List.of()),
            new AccountRequest.Fields(
                "", "", "", "", null, Duration.ofDays(1), false, "", "", List.of()),
            new AccountRequest.Fields("", "", "", "", null, null, true, "", "", List.of()),
            new AccountRequest.Fields("", "", "", "", null, null, false, "UTC", "", List.of()),
            new AccountRequest.Fields("", "", "", "", null, null, false, "", "th", List.of()),
            new AccountRequest.Fields(
                "",
                "",
                "",
                "",
                null,
                null,
                false,
                "",
                "",
                List.of(new AccountRequest.Allowance("image", 1, "", 0, false))))) {
      store.accounts.clear();
      join(create("a", fields));
    }
    MemberService members = admin.services.members();
    join(members.add(new MemberRequest.Add("a", "m", Map.of(), false, false, "q")));
    join(members.add(new MemberRequest.Add("a", "n", Map.of(), false, false, "q")));
    join(members.add(new MemberRequest.Add("a", "m", Map.of("image", 1L), false, false, "q")));
    join(members.add(new MemberRequest.Add("a", "m", Map.of(), true, false, "q")));
    join(members.add(new MemberRequest.Add("a", "m", Map.of(), false, true, "q")));
    join(members.cap(new MemberRequest.Cap("a", "m", Map.of(), "q")));
    join(members.cap(new MemberRequest.Cap("a", "m", Map.of("image", 2L), "q")));
    join(members.remove(new MemberRequest.Remove("a", "m", "q")));
    join(grant(null, null));
    join(grant(null, Samples.NOW.plusSeconds(9)));
    join(grant(Samples.NOW.plusSeconds(9), null));
    GrantService grants = admin.services.grants();
    for (Integer priority : new Integer[] {0, 100}) {
      join(
          grants.create(
              new GrantRequest.Create(
                  "a", "website", 3, "reward", "", "", priority, null, null, "q")));
    }
    join(grants.revoke(new GrantRequest.Revoke("a", "g", "", "", "q")));
    join(grants.revoke(new GrantRequest.Revoke("a", "h", "", "", "q")));
    join(grants.adjust(new GrantRequest.Adjust("a", "website", 3, "reward", "", "", false, "q")));
    join(grants.adjust(new GrantRequest.Adjust("a", "website", -3, "reward", "", "", false, "q")));
    join(grants.adjust(new GrantRequest.Adjust("a", "website", 3, "reward", "n", "", false, "q")));
    join(grants.adjust(new GrantRequest.Adjust("a", "website", 3, "reward", "", "n", false, "q")));
    join(grants.adjust(new GrantRequest.Adjust("a", "website", 3, "reward", "", "", true, "q")));
    AccountService accounts = admin.services.accounts();
    join(accounts.delete(new AccountRequest.Delete("a", true, true, 0, "q")));
    join(accounts.delete(new AccountRequest.Delete("a", false, true, 0, "q")));
    join(accounts.delete(new AccountRequest.Delete("a", false, true, 1, "q")));
    List<String> prints = store.requests.stream().map(ChangeRequest::fingerprint).toList();
    assertEquals(prints.size(), new HashSet<>(prints).size(), prints.toString());
    assertTrue(prints.stream().allMatch(print -> print.length() <= 16), prints.toString());
    assertTrue(store.requests.stream().allMatch(each -> each.id().equals("q")));
  }

  @Test
  void aDeletionThatMayFindNothingDoes() {
    AccountService accounts = admin.services.accounts();
    assertEquals(
        new Outcome<>(0L, true),
        join(accounts.delete(new AccountRequest.Delete("a", false, true, 0, ""))));
    assertEquals(
        Fault.ACCOUNT_NOT_FOUND,
        fault(accounts.delete(new AccountRequest.Delete("a", false, false, 0, ""))).fault());
    store.fault = FaultException.of(Fault.STORE_UNAVAILABLE, "away");
    assertEquals(
        Fault.STORE_UNAVAILABLE,
        fault(accounts.delete(new AccountRequest.Delete("a", false, true, 0, ""))).fault());
  }

  @Test
  void aStartInThePastIsNow() {
    join(grant(Samples.NOW.minusSeconds(5), null));
    GrantCommand command = (GrantCommand) store.asked.get(0).get(1);
    assertEquals(null, command.starts());
    assertEquals(Grant.DEFAULT_PRIORITY, command.priority());
  }

  @Test
  void listsAccountsByFilter() {
    AccountFields suspended =
        new AccountFields("", "", "old", true, null, Duration.ZERO, false, "", "", List.of());
    store.accounts.put("a1", ScriptedAdminStore.account("a1", 5));
    store.accounts.put("a2", ScriptedAdminStore.account("a2", 0));
    store.accounts.put("b1", ScriptedAdminStore.account("b1", suspended, 5));
    assertEquals(List.of("a1", "a2", "b1"), ids(list("", "", "", false, "")));
    assertEquals(List.of("a1", "a2"), ids(list("a", "", "", false, "")));
    assertEquals(List.of("b1"), ids(list("", "old", "", false, "")), "no plan of the catalog");
    assertEquals(List.of("b1"), ids(list("", "", "SUSPENDED", false, "")));
    assertEquals(List.of("a1", "a2"), ids(list("", "", "ACTIVE", false, "")));
    assertEquals(List.of("a2"), ids(list("", "", "", true, "")));
    assertEquals(List.of("a2"), ids(list("", "", "", true, "m")));
    assertEquals(List.of("listOf", "m"), store.asked.get(store.asked.size() - 1));
    assertTrue(store.asked.contains(List.of("list", "", "a", 2, 10_000)));
  }

  @Test
  void pagesAccountsEitherWay() {
    for (int i = 1; i <= 5; i++) {
      store.accounts.put("a" + i, ScriptedAdminStore.account("a" + i, 5));
    }
    for (String memberOf : List.of("", "m")) {
      List<String> told = new ArrayList<>();
      String token = "";
      do {
        Listed<Account> page =
            join(
                admin
                    .services
                    .accounts()
                    .list(new AccountRequest.ListAll(2, token, "", "", "", false, memberOf)));
        told.addAll(page.items().stream().map(Account::id).toList());
        token = page.nextToken();
      } while (!token.isEmpty());
      assertEquals(List.of("a1", "a2", "a3", "a4", "a5"), told);
    }
  }

  private Listed<Account> list(
      String prefix, String plan, String status, boolean low, String memberOf) {
    // Of two accounts at a time, so that what was found is all there is.
    List<Account> all = new ArrayList<>();
    Listed<Account> page =
        join(
            admin
                .services
                .accounts()
                .list(new AccountRequest.ListAll(2, "", prefix, plan, status, low, memberOf)));
    all.addAll(page.items());
    if (!page.nextToken().isEmpty()) {
      Listed<Account> rest =
          join(
              admin
                  .services
                  .accounts()
                  .list(
                      new AccountRequest.ListAll(
                          2, page.nextToken(), prefix, plan, status, low, memberOf)));
      all.addAll(rest.items());
    }
    return new Listed<>(all, "");
  }

  @Test
  void tellsThoseWhoWatch() {
    List<String> polled = new ArrayList<>();
    for (String account : Set.of("a", "m")) {
      watcher.watch(account, "", snapshot -> snapshot, new Silent());
    }
    settle(polled);
    store.accounts.put("a", ScriptedAdminStore.account("a", 5));
    join(grant(null, null));
    assertEquals(List.of("a"), settle(polled));
    join(admin.services.members().remove(new MemberRequest.Remove("a", "m", "")));
    assertEquals(List.of("a", "m"), settle(polled));
    join(admin.services.upkeep().resetDue(new UpkeepRequest.ResetDue(List.of("a"), 0, "", "")));
    assertEquals(List.of("a"), settle(polled));
  }

  /** The accounts that were polled since the last time. */
  private List<String> settle(List<String> seen) {
    timer.pass(Duration.ofSeconds(1));
    List<String> all = tokens.asked.stream().map(String::valueOf).toList();
    List<String> fresh = all.subList(seen.size(), all.size()).stream().sorted().distinct().toList();
    seen.clear();
    seen.addAll(all);
    return fresh;
  }

  private static final class Silent implements BalanceWatcher.Subscriber {
    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void balance(AccountSnapshot account) {}

    @Override
    public void ended(FaultException why) {}
  }

  private CompletionStage<Outcome<Account>> create(String account, AccountRequest.Fields fields) {
    return admin.services.accounts().create(new AccountRequest.Create(account, fields, "q"));
  }

  private CompletionStage<BalanceChange<Grant>> grant(
      @Nullable Instant starts, @Nullable Instant expires) {
    return admin
        .services
        .grants()
        .create(
            new GrantRequest.Create(
                "a", "website", 3, "reward", "", "", null, starts, expires, "q"));
  }

  private String fingerprint(int request) {
    return store.requests.get(request).fingerprint();
  }

  private static List<String> ids(Listed<Account> page) {
    return page.items().stream().map(Account::id).toList();
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private static FaultException fault(CompletionStage<?> stage) {
    return Faults.of(
        assertThrows(CompletionException.class, () -> stage.toCompletableFuture().join()));
  }
}
