package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Ask.ask;
import static dev.tokenguard.store.redis.StoreTester.allowed;
import static dev.tokenguard.store.redis.StoreTester.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.AccountFields;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.store.AccountStore;
import dev.tokenguard.store.ChangeRequest;
import dev.tokenguard.store.TokenStore.CommitCommand;
import dev.tokenguard.store.TokenStore.RefundCommand;
import dev.tokenguard.store.redis.AccountFixture.Stored;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Users who come to groups and leave them at random, with operators that fail halfway, while they
 * reserve and settle by their own name alone, over two servers that each remember who pays. A few
 * walks are the same every time, one is not: its seed is printed.
 */
class MembershipWalkTest {
  private static final int STEPS = 900;
  private static final long GRACE = 60_000;
  private static final ChangeRequest NO_REQUEST = new ChangeRequest("", "");
  private static final List<String> GROUPS = List.of("red", "blue", "green");
  private static final List<String> USERS = List.of("mia", "tom", "eva", "sam");

  @RegisterExtension
  final StoreTester store =
      new StoreTester(
          Catalogs.catalog(
              Catalogs.plan("free", Catalogs.once("website", 100_000)),
              Catalogs.plan("group", Catalogs.once("website", 100_000))));

  private final Map<String, TreeSet<String>> groups = new TreeMap<>();
  private final Map<String, String> payers = new HashMap<>();
  private final Map<String, Long> since = new HashMap<>();
  private final Map<String, Hold> open = new TreeMap<>();
  private final Map<String, TreeSet<String>> paidBefore = new HashMap<>();
  private final Deque<String> history = new ArrayDeque<>();

  /** A reservation: who made it, and on whose account. */
  private record Hold(String user, String payer) {}

  @Test
  void theFirstWalk() {
    walk(1);
  }

  @Test
  void theSecondWalk() {
    walk(2);
  }

  @Test
  void aNewWalk() {
    long seed = Long.getLong("tokenguard.seed", System.nanoTime());
    System.out.println("MembershipWalkTest: -Dtokenguard.seed=" + seed);
    walk(seed);
  }

  private void walk(long seed) {
    Random random = new Random(seed);
    List<RedisTokenStore> servers = List.of(store.store(), store.newStore());
    for (String user : USERS) {
      allowed(store.consume(ask("first", 1).account(user)));
      payers.put(user, "");
    }
    GROUPS.forEach(this::create);
    try {
      for (int step = 0; step < STEPS; step++) {
        store.clock.advance(
            Duration.ofMillis(random.nextInt(20) == 0 ? 2 * GRACE : random.nextInt(9000)));
        store.use(servers.get(random.nextInt(2)));
        String group = GROUPS.get(random.nextInt(GROUPS.size()));
        String user = USERS.get(random.nextInt(USERS.size()));
        switch (random.nextInt(30)) {
          case 0, 1, 2 -> add(group, user, random.nextInt(3) == 0, random.nextInt(3) == 0);
          case 3, 4 -> remove(group, user);
          case 5 -> halfAdd(group, user);
          case 6 -> halfRemove(group, user);
          case 7 -> deleteOrCreate(group, random.nextInt(3) == 0);
          case 8 -> look();
          case 9, 10, 11, 12, 13, 14, 15, 16, 17 -> reserve(user, "r" + step);
          case 18, 19 -> consume(user, "c" + step);
          default -> settle(user, random);
        }
      }
      look();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + ":\n" + String.join("\n", history), e);
    }
  }

  private void note(String what) {
    history.add(store.clock.time() + " " + what + " " + payers + " " + groups);
    if (history.size() > 30) {
      history.removeFirst();
    }
  }

  private AccountStore accounts() {
    return store.stores().accounts();
  }

  private static String outcome(Runnable call) {
    try {
      call.run();
      return "done";
    } catch (FaultException e) {
      return e.fault().name();
    }
  }

  private void create(String group) {
    AccountFields fields =
        new AccountFields("", "", "group", false, null, Duration.ZERO, false, "", "", List.of());
    await(accounts().create(group, fields, NO_REQUEST));
    store.touched(group);
    groups.put(group, new TreeSet<>());
  }

  private boolean lists(String group, String user) {
    return groups.getOrDefault(group, new TreeSet<>()).contains(user);
  }

  private String payer(String user) {
    return Objects.requireNonNull(payers.get(user));
  }

  private void point(String user, String group) {
    if (!payer(user).equals(group)) {
      payers.put(user, group);
      since.put(user, store.clock.now());
      paidBefore.computeIfAbsent(user, name -> new TreeSet<>()).add(group);
    }
  }

  private void add(String group, String user, boolean paysForItself, boolean move) {
    note("add " + user + " to " + group + " " + paysForItself + " " + move);
    String before = payer(user);
    boolean elsewhere = !before.isEmpty() && !before.equals(group) && lists(before, user);
    String expected = "done";
    if (!groups.containsKey(group)) {
      expected = "ACCOUNT_NOT_FOUND";
    } else if (!paysForItself && elsewhere && !move) {
      expected = "MEMBER_HAS_PAYER";
    } else {
      Objects.requireNonNull(groups.get(group)).add(user);
      if (!paysForItself) {
        if (elsewhere) {
          Objects.requireNonNull(groups.get(before)).remove(user);
        }
        point(user, group);
      } else if (before.equals(group)) {
        payers.put(user, "");
      }
    }
    assertEquals(
        expected,
        outcome(
            () ->
                await(
                    accounts()
                        .addMember(group, user, Amounts.NONE, paysForItself, move, NO_REQUEST))));
  }

  private void remove(String group, String user) {
    note("remove " + user + " from " + group);
    String expected =
        !groups.containsKey(group)
            ? "ACCOUNT_NOT_FOUND"
            : lists(group, user) ? "done" : "MEMBER_NOT_FOUND";
    groups.getOrDefault(group, new TreeSet<>()).remove(user);
    if (payer(user).equals(group)) {
      payers.put(user, "");
    }
    assertEquals(expected, outcome(() -> await(accounts().removeMember(group, user, NO_REQUEST))));
  }

  /** The member's side is written, and the server dies. */
  private void halfAdd(String group, String user) {
    if (!payer(user).equals(group)) {
      note("half add " + user + " to " + group);
      store.fixture(user).payer(group, store.clock.time());
      point(user, group);
    }
  }

  /** The group's side is written, and the server dies. */
  private void halfRemove(String group, String user) {
    if (lists(group, user)) {
      note("half remove " + user + " from " + group);
      store.fixture(group).unlist(user);
      Objects.requireNonNull(groups.get(group)).remove(user);
    }
  }

  private void deleteOrCreate(String group, boolean force) {
    if (!groups.containsKey(group)) {
      note("create " + group);
      create(group);
      return;
    }
    note("delete " + group + " " + force);
    boolean idle = open.values().stream().noneMatch(hold -> hold.payer.equals(group));
    String expected = idle || force ? "done" : "OPEN_RESERVATIONS";
    assertEquals(expected, outcome(() -> await(accounts().delete(group, force, 0, NO_REQUEST))));
    if (expected.equals("done")) {
      groups.remove(group);
      open.values().removeIf(hold -> hold.payer.equals(group));
      store.leave(group);
    }
  }

  /** Who pays, by what both sides say; what the member's side says in vain is forgotten. */
  private void assertPaidFor(String user, Reservation reservation) {
    String named = payer(user);
    boolean paidFor = !named.isEmpty() && lists(named, user);
    String told = reservation.account();
    if (!told.equals(paidFor ? named : user)) {
      // A server may remember who paid before, for as long as that account lists the user.
      assertTrue(
          lists(told, user) && paidBefore.getOrDefault(user, new TreeSet<>()).contains(told),
          () -> told + " pays for " + user);
    } else if (!paidFor && isOld(user)) {
      payers.put(user, "");
    }
    assertEquals(told.equals(user) ? "" : user, reservation.member());
  }

  private boolean isOld(String user) {
    return !payer(user).isEmpty()
        && store.clock.now() - Objects.requireNonNull(since.get(user)) >= GRACE;
  }

  private void reserve(String user, String id) {
    note("reserve " + user + " " + id);
    Reservation made = allowed(store.reserve(ask(id, 1).account(user).ttl(Duration.ofDays(5))));
    assertPaidFor(user, made);
    open.put(id, new Hold(user, made.account()));
  }

  private void consume(String user, String id) {
    note("consume " + user + " " + id);
    assertPaidFor(user, allowed(store.consume(ask(id, 1).account(user))));
  }

  /** What somebody reserved, tried by somebody. */
  private void settle(String user, Random random) {
    if (open.isEmpty()) {
      return;
    }
    List<String> ids = new ArrayList<>(open.keySet());
    String id = ids.get(random.nextInt(ids.size()));
    Hold hold = Objects.requireNonNull(open.get(id));
    String who = random.nextInt(4) == 0 ? user : hold.user;
    boolean commit = random.nextBoolean();
    note((commit ? "commit " : "refund ") + id + " of " + hold + " by " + who);
    String[] settledBy = {""};
    String outcome =
        outcome(
            () ->
                settledBy[0] =
                    await(
                            commit
                                ? store.store().commit(new CommitCommand(who, id, null, Map.of()))
                                : store.store().refund(new RefundCommand(who, id, "")))
                        .reservation()
                        .account());
    String named = payer(who);
    if (!groups.containsKey(named) && isOld(who)) { // who asked there has been told so
      String now = await(accounts().get(who)).payer();
      assertTrue(now.isEmpty() || now.equals(named), now);
      payers.put(who, now);
    }
    if (who.equals(hold.user)) {
      assertEquals("done", outcome);
      assertEquals(hold.payer, settledBy[0]);
      open.remove(id);
    } else {
      assertEquals("RESERVATION_NOT_FOUND", outcome);
    }
  }

  /** What is stored is what should be. */
  private void look() {
    store.audit();
    groups.forEach(
        (group, users) -> {
          Stored stored = Objects.requireNonNull(store.fixture(group).read());
          assertEquals(users, stored.listed, group);
          assertEquals(users.size(), stored.members, group);
          assertEquals(held(group), stored.open, group);
        });
    for (String user : USERS) {
      assertEquals(payer(user), await(accounts().get(user)).payer(), user);
      assertEquals(held(user), Objects.requireNonNull(store.fixture(user).read()).open, user);
    }
  }

  private long held(String account) {
    return open.values().stream().filter(hold -> hold.payer.equals(account)).count();
  }
}
