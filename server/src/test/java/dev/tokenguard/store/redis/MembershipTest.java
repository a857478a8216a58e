package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Ask.ask;
import static dev.tokenguard.store.redis.StoreTester.allowed;
import static dev.tokenguard.store.redis.StoreTester.await;
import static dev.tokenguard.store.redis.StoreTester.denied;
import static dev.tokenguard.store.redis.StoreTester.fault;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.AccountFields;
import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.Member;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.domain.Settlement;
import dev.tokenguard.store.AccountStore;
import dev.tokenguard.store.ChangeRequest;
import dev.tokenguard.store.GrantStore;
import dev.tokenguard.store.TokenStore.CommitCommand;
import dev.tokenguard.store.TokenStore.ExtendCommand;
import dev.tokenguard.store.TokenStore.RefundCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Users of a group who name themselves alone; the group pays. */
class MembershipTest {
  private static final ChangeRequest NO_REQUEST = new ChangeRequest("", "");
  private static final Plan FREE = Catalogs.plan("free", Catalogs.daily("website", 5));
  private static final Plan GROUP = Catalogs.plan("group", Catalogs.daily("website", 100));

  @RegisterExtension final StoreTester store = new StoreTester(Catalogs.catalog(FREE, GROUP));

  private AccountStore accounts() {
    return store.stores().accounts();
  }

  @BeforeEach
  void groups() {
    for (String group : List.of("red", "blue")) {
      store.touched(group);
      create(group, true);
    }
    store.touched("mia");
    store.touched("tom");
  }

  private void create(String group, boolean membersOnly) {
    AccountFields fields =
        new AccountFields(
            group, "", "group", false, null, Duration.ZERO, membersOnly, "", "", List.of());
    await(accounts().create(group, fields, NO_REQUEST));
  }

  private Member add(String group, String user) {
    return add(group, user, Amounts.NONE, false);
  }

  private Member add(String group, String user, Amounts caps, boolean move) {
    return await(accounts().addMember(group, user, caps, false, move, NO_REQUEST)).value();
  }

  private void remove(String group, String user) {
    await(accounts().removeMember(group, user, NO_REQUEST));
  }

  private Decision consume(String user, String id, long websites) {
    return store.consume(ask(id, websites).account(user));
  }

  private long available(String account) {
    return StoreTester.balance(await(store.store().balance(account, "")), "website").available();
  }

  private long ownTokens(String account) {
    return await(accounts().get(account)).balances().get(0).available();
  }

  @Test
  void theGroupPaysForWhoNamesItselfAlone() {
    add("red", "mia");

    Reservation reservation = allowed(consume("mia", "a", 30));

    assertEquals("red", reservation.account());
    assertEquals("mia", reservation.member());
    assertEquals(70, available("red"));
    assertEquals(70, available("mia"));
    assertEquals("red", await(accounts().get("mia")).payer());
    assertEquals(1, await(accounts().get("red")).members());
    assertEquals(30, await(accounts().getMember("red", "mia")).balances().get(0).consumed());
  }

  @Test
  void theBalanceOfAMemberTellsItsOwnUse() {
    add("red", "mia", Amounts.of("website", 40), false);
    consume("mia", "a", 30);

    AccountSnapshot balance = await(store.store().balance("mia", ""));

    assertEquals("red", balance.account());
    assertEquals(30, balance.memberBalances().get(0).consumed());
    assertEquals(40L, balance.memberBalances().get(0).cap());
    assertEquals(Denial.Reason.MEMBER_LIMIT_REACHED, denied(consume("mia", "b", 11)).reason());
  }

  @Test
  void anotherSidecarFindsThePayerToo() {
    allowed(consume("mia", "own", 1)); // the account is known here as one that pays for itself
    RedisTokenStore elsewhere = store.newStore();
    await(elsewhere.balance("mia", ""));
    add("red", "mia");

    store.use(elsewhere);

    assertEquals("red", allowed(consume("mia", "a", 1)).account());
  }

  @Test
  void whoWasRemovedPaysForItselfAgain() {
    add("red", "mia");
    allowed(consume("mia", "a", 1));
    RedisTokenStore elsewhere = store.newStore();
    await(elsewhere.balance("mia", ""));
    remove("red", "mia");

    assertEquals("mia", allowed(consume("mia", "b", 1)).account());
    store.use(elsewhere);
    assertEquals("mia", allowed(consume("mia", "c", 1)).account());
    assertEquals(99, available("red"));
    assertEquals(Fault.MEMBER_NOT_FOUND, fault(() -> remove("red", "mia")));
    assertEquals(0, await(accounts().get("red")).members());
    assertEquals(
        Denial.Reason.NOT_A_MEMBER,
        denied(store.consume(ask("d", 1).account("red").member("mia"))).reason());
  }

  @Test
  void aHoldOfWhoWasRemovedIsSettledAgainstTheGroup() {
    add("red", "mia");
    for (String id : List.of("a", "b", "c")) {
      allowed(store.reserve(ask(id, 10).account("mia")));
    }
    remove("red", "mia");

    Settlement committed =
        await(store.store().commit(new CommitCommand("mia", "a", null, Map.of())));
    Settlement refunded = await(store.store().refund(new RefundCommand("mia", "b", "failed")));
    Decision extended =
        await(
            store.store().extend(new ExtendCommand("mia", "c", Duration.ofHours(1), Amounts.NONE)));

    assertEquals("red", committed.account().account());
    assertEquals("red", refunded.reservation().account());
    assertEquals("red", allowed(extended).account());
    assertEquals(80, available("red"));
    assertEquals(5, available("mia"));
  }

  @Test
  void aHoldFromBeforeItWasAddedIsSettledAgainstItself() {
    allowed(store.reserve(ask("own", 2).account("mia")));
    add("red", "mia");

    Settlement settlement =
        await(store.store().commit(new CommitCommand("mia", "own", null, Map.of())));

    assertEquals("mia", settlement.account().account());
    assertEquals(3, ownTokens("mia"));
    assertEquals(100, available("red"));
  }

  @Test
  void nobodySettlesTheReservationOfAnother() {
    add("red", "mia");
    add("red", "tom");
    allowed(store.reserve(ask("a", 10).account("mia")));

    assertEquals(
        Fault.RESERVATION_NOT_FOUND,
        fault(() -> await(store.store().commit(new CommitCommand("tom", "a", null, Map.of())))));
    assertEquals(
        Fault.RESERVATION_NOT_FOUND,
        fault(() -> await(store.store().refund(new RefundCommand("tom", "a", "")))));
    assertEquals(
        "red",
        await(store.store().commit(new CommitCommand("mia", "a", null, Map.of())))
            .account()
            .account());
  }

  @Test
  void oneGroupPaysAtATimeUnlessItMoves() {
    add("red", "mia");

    assertEquals(Fault.MEMBER_HAS_PAYER, fault(() -> add("blue", "mia")));
    assertEquals(0, await(accounts().get("blue")).members());
    add("blue", "mia", Amounts.NONE, true);

    assertEquals("blue", allowed(consume("mia", "a", 1)).account());
    assertEquals(0, await(accounts().get("red")).members());
    assertEquals(
        List.of("blue"),
        await(accounts().listOf("mia", a -> true)).items().stream().map(a -> a.id()).toList());
  }

  @Test
  void aMemberOfSeveralNamesTheOneThatPays() {
    await(accounts().addMember("red", "mia", Amounts.NONE, true, false, NO_REQUEST));
    await(accounts().addMember("blue", "mia", Amounts.NONE, true, false, NO_REQUEST));

    assertEquals("mia", allowed(consume("mia", "a", 1)).account());
    assertEquals(
        "blue", allowed(store.consume(ask("b", 1).account("blue").member("mia"))).account());
    assertEquals(
        List.of("blue", "red"),
        await(accounts().listOf("mia", a -> true)).items().stream().map(a -> a.id()).toList());
  }

  // What a crash between the two sides leaves.

  @Test
  void aMemberWhoseGroupDoesNotKnowItPaysForItself() {
    add("red", "mia");
    store.fixture("red").removeMember("mia"); // as if only the first half of adding was done

    assertEquals("mia", allowed(consume("mia", "a", 1)).account());
    assertEquals("red", await(accounts().get("mia")).payer(), "it may be just being added");
    store.clock.advance(Duration.ofMinutes(2));
    assertEquals("mia", allowed(consume("mia", "b", 1)).account());

    assertEquals("", await(accounts().get("mia")).payer());
    assertEquals("red", add("red", "mia").account());
    assertEquals("red", allowed(consume("mia", "c", 1)).account());
  }

  @Test
  void twoAdditionsThatStoppedHalfwayRefuseNobody() {
    consume("mia", "first", 1);
    store.fixture("mia").payer("red", store.clock.time());
    assertEquals("mia", allowed(consume("mia", "a", 1)).account());
    store.fixture("mia").payer("blue", store.clock.time()); // by another server
    store.fixture("red").plan("free");
    store.clock.advance(Duration.ofDays(1));

    assertEquals(
        "mia", allowed(consume("mia", "b", 1)).account(), "whatever this server remembers");
  }

  @Test
  void aMemberOfADeletedGroupPaysForItself() {
    add("red", "mia");
    allowed(consume("mia", "a", 1));
    await(accounts().delete("red", false, 0, NO_REQUEST));
    store.leave("red");

    assertEquals("mia", allowed(consume("mia", "b", 1)).account());
    assertEquals(Fault.ACCOUNT_NOT_FOUND, fault(() -> await(accounts().get("red"))));
  }

  @Test
  void aGroupThatDoesNotExistTakesNobodyIn() {
    assertEquals(Fault.ACCOUNT_NOT_FOUND, fault(() -> add("green", "mia")));
    assertEquals("mia", allowed(consume("mia", "a", 1)).account());
  }

  @Test
  void aDeletedUserLeavesItsGroup() {
    add("red", "mia");
    allowed(consume("mia", "a", 1));

    await(accounts().delete("mia", false, 0, NO_REQUEST));

    assertEquals(0, await(accounts().get("red")).members());
    assertEquals("mia", allowed(consume("mia", "b", 1)).account());
  }

  @Test
  void withoutADefaultPlanAMemberHasNothingOfItsOwn() {
    store.catalog(Catalogs.withoutDefaultPlan(GROUP));
    assertEquals(Denial.Reason.ACCOUNT_NOT_FOUND, denied(consume("zoe", "a", 1)).reason());
    add("red", "zoe");
    assertEquals("red", allowed(consume("zoe", "a", 1)).account());
    remove("red", "zoe");

    assertEquals(Denial.Reason.ACCOUNT_NOT_FOUND, denied(consume("zoe", "b", 1)).reason());
    assertNull(store.fixture("zoe").read());
  }

  @Test
  void whoHasNothingOfItsOwnIsGrantedNothing() {
    store.catalog(Catalogs.withoutDefaultPlan(GROUP));
    add("red", "zoe");
    GrantStore.GrantCommand command =
        new GrantStore.GrantCommand("zoe", "website", 5, "purchase", "", "", 100, null, null);

    assertEquals(
        Fault.ACCOUNT_NOT_FOUND,
        fault(() -> await(store.stores().grants().grant(command, new ChangeRequest("pay", "f")))));
    assertEquals("red", allowed(consume("zoe", "a", 1)).account());
  }

  @Test
  void capsAreReplacedAndUseIsKept() {
    add("red", "mia", Amounts.of("website", 10), false);
    consume("mia", "a", 8);

    await(accounts().capMember("red", "mia", Amounts.of("website", 20), NO_REQUEST));

    assertEquals(8, await(accounts().getMember("red", "mia")).balances().get(0).consumed());
    allowed(consume("mia", "b", 12));
    assertEquals(Denial.Reason.MEMBER_LIMIT_REACHED, denied(consume("mia", "c", 1)).reason());
    store.clock.advance(Duration.ofDays(1));
    allowed(consume("mia", "c", 20));
  }

  @Test
  void aRepeatedRequestAddsOnce() {
    ChangeRequest request = new ChangeRequest("r", "f");
    assertFalse(
        await(accounts().addMember("red", "mia", Amounts.NONE, false, false, request)).replayed());
    assertTrue(
        await(accounts().addMember("red", "mia", Amounts.NONE, false, false, request)).replayed());
    ChangeRequest removal = new ChangeRequest("s", "f");
    assertFalse(await(accounts().removeMember("red", "mia", removal)).replayed());
    assertTrue(await(accounts().removeMember("red", "mia", removal)).replayed());
  }

  private boolean add(String group, String user, boolean move, String request) {
    return add(group, user, Amounts.NONE, move, request);
  }

  private boolean add(String group, String user, Amounts caps, boolean move, String request) {
    ChangeRequest change = new ChangeRequest(request, caps.byType().toString().length() + "f");
    return await(accounts().addMember(group, user, caps, false, move, change)).replayed();
  }

  @Test
  void anAddThatFailsChangesNothing() {
    add("red", "mia", Amounts.of("website", 50), false, "r");

    assertEquals(
        Fault.IDEMPOTENCY_MISMATCH, fault(() -> add("red", "mia", Amounts.NONE, false, "r")));
    assertEquals("red", allowed(consume("mia", "a", 1)).account());
  }

  @Test
  void aMoveThatFailsChangesNothing() {
    add("red", "mia");
    for (int i = 0; i < 1000; i++) {
      await(accounts().addMember("blue", "m" + i, Amounts.NONE, true, false, NO_REQUEST));
    }

    assertEquals(Fault.TOO_MANY_MEMBERS, fault(() -> add("blue", "mia", Amounts.NONE, true)));
    assertEquals("red", allowed(consume("mia", "a", 1)).account());
  }

  @Test
  void aRepeatedMoveDoesNotUndoWhatHappenedSince() {
    add("red", "mia", true, "a");
    add("blue", "mia", true, "b");

    assertTrue(add("red", "mia", true, "a"));

    assertEquals("blue", allowed(consume("mia", "x", 1)).account());
    assertEquals(1, await(accounts().get("blue")).members());
  }

  @Test
  void aRepeatedRemovalDoesNotUndoWhatHappenedSince() {
    ChangeRequest removal = new ChangeRequest("x", "f");
    add("red", "mia");
    await(accounts().removeMember("red", "mia", removal));
    add("red", "mia");

    assertTrue(await(accounts().removeMember("red", "mia", removal)).replayed());

    assertEquals("red", allowed(consume("mia", "a", 1)).account());
    assertEquals(1, await(accounts().get("red")).members());
  }

  @Test
  void aRepeatedAddAfterARemovalIsTold() {
    add("red", "mia", false, "a");
    remove("red", "mia");

    assertTrue(add("red", "mia", false, "a"));

    assertEquals("", await(accounts().get("mia")).payer());
    assertEquals("mia", allowed(consume("mia", "a", 1)).account());
  }

  @Test
  void whoIsThereJustSoIsLeftAlone() {
    add("red", "mia");
    long revision = await(accounts().get("red")).revision();

    assertTrue(
        await(accounts().addMember("red", "mia", Amounts.NONE, false, false, NO_REQUEST))
            .replayed());
    assertEquals(revision, await(accounts().get("red")).revision());
  }

  @Test
  void theSameIdIsChargedOnceWhoeverPaysByThen() {
    allowed(consume("mia", "own", 1));
    add("red", "mia");
    allowed(consume("mia", "a", 2));
    allowed(store.reserve(ask("b", 3).account("mia")));
    add("blue", "mia", Amounts.NONE, true);

    for (String id : List.of("own", "a")) {
      Decision again = consume("mia", id, id.equals("own") ? 1 : 2);
      assertTrue(StoreTester.replayed(again), id);
      assertEquals(id.equals("own") ? "mia" : "red", allowed(again).account());
    }
    Decision again = store.reserve(ask("b", 3).account("mia"));
    assertTrue(StoreTester.replayed(again));
    assertEquals("red", allowed(again).account());
    remove("blue", "mia");
    store.use(store.newStore());
    assertTrue(StoreTester.replayed(consume("mia", "a", 2)));
    assertEquals(100, available("blue"));
    assertEquals(95, available("red"));
    assertEquals(4, ownTokens("mia"));
  }

  @Test
  void membersAreListed() {
    create("open", false);
    store.touched("open");
    TreeSet<String> added = new TreeSet<>();
    for (int i = 0; i < 400; i++) {
      await(accounts().addMember("open", "u" + i, Amounts.NONE, true, false, NO_REQUEST));
      added.add("u" + i);
    }
    allowed(store.consume(ask("a", 1).account("open").member("counted")));

    assertEquals(added, new TreeSet<>(list(false)));
    added.add("counted");
    assertEquals(added, new TreeSet<>(list(true)));
    assertEquals(400, await(accounts().get("open")).members());
  }

  private List<String> list(boolean counted) {
    List<String> ids = new ArrayList<>();
    @Nullable String next = "";
    while (next != null) {
      var page = await(accounts().listMembers("open", next, 50, counted));
      page.items().forEach(member -> ids.add(member.id()));
      next = page.next();
    }
    return ids;
  }

  @Test
  void membersAreBounded() {
    create("open", false);
    store.touched("open");
    for (int i = 0; i < 1000; i++) {
      await(accounts().addMember("open", "m" + i, Amounts.NONE, true, false, NO_REQUEST));
    }

    assertEquals(
        Fault.TOO_MANY_MEMBERS,
        fault(
            () ->
                await(
                    accounts()
                        .addMember("open", "one more", Amounts.NONE, true, false, NO_REQUEST))));
    assertEquals(
        Fault.TOO_MANY_MEMBERS,
        fault(() -> store.consume(ask("a", 1).account("open").member("counted"))));
    allowed(store.consume(ask("b", 1).account("open").member("m7")));
    remove("open", "m8");
    allowed(store.consume(ask("a", 1).account("open").member("counted")));
  }

  @Test
  void anUnknownReservationIsNotFoundWhereFormerPayersAreGone() {
    add("red", "mia");
    remove("red", "mia");
    await(accounts().delete("red", true, 0, NO_REQUEST));
    store.leave("red");
    allowed(consume("mia", "a", 1));

    assertEquals(
        Fault.RESERVATION_NOT_FOUND,
        fault(() -> await(store.store().refund(new RefundCommand("mia", "unknown", "")))));
  }
}
