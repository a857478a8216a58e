package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Catalogs.carryingDebt;
import static dev.tokenguard.store.redis.Catalogs.catalog;
import static dev.tokenguard.store.redis.Catalogs.daily;
import static dev.tokenguard.store.redis.Catalogs.inZone;
import static dev.tokenguard.store.redis.Catalogs.once;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.Catalogs.policies;
import static dev.tokenguard.store.redis.Catalogs.resets;
import static dev.tokenguard.store.redis.Catalogs.rollover;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tokenguard.domain.Account;
import dev.tokenguard.domain.AccountFields;
import dev.tokenguard.domain.AccountFields.Field;
import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Balance;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Member;
import dev.tokenguard.domain.MemberBalance;
import dev.tokenguard.domain.OwnAllowance;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.Policies;
import dev.tokenguard.domain.Policies.LateCommit;
import dev.tokenguard.domain.Policies.Overage;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.domain.Schedule;
import dev.tokenguard.store.AccountStore;
import dev.tokenguard.store.ChangeRequest;
import dev.tokenguard.store.Changed;
import dev.tokenguard.store.GrantStore;
import dev.tokenguard.store.GrantStore.AdjustCommand;
import dev.tokenguard.store.GrantStore.GrantCommand;
import dev.tokenguard.store.StoreListener;
import dev.tokenguard.store.TokenStore.CommitCommand;
import dev.tokenguard.store.TokenStore.ExtendCommand;
import dev.tokenguard.store.TokenStore.RefundCommand;
import dev.tokenguard.store.UpkeepStore;
import dev.tokenguard.store.redis.AccountFixture.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Random calls on many accounts at once, of services and of operators, each answer held against
 * {@link AccountModel}. Half of the accounts go the same way every time; for the others the seed is
 * printed, and {@code -Dtokenguard.seed=...} walks the same way again. Some have amounts near the
 * maximum.
 */
class RandomWalkTest {
  private static final int ACCOUNTS = 240;
  private static final int STEPS = 750;
  private static final int MAX_OPEN = 6;
  private static final int MAX_GRANTS = 7;
  private static final long MAX = Amounts.MAX;
  private static final String[] TYPES = {"image", "video", "website", "words"};
  private static final String[] MEMBERS = {"", "", "joe", "ann"};

  private static final RedisTokenStore.Limits LIMITS =
      new RedisTokenStore.Limits(
          MAX_OPEN,
          50,
          Duration.ofDays(36_500),
          Duration.ofDays(36_500),
          1000,
          MAX_GRANTS,
          400,
          20);

  private final long seed = Long.getLong("tokenguard.seed", System.nanoTime());
  private final String namespace = TestRedis.newNamespace();
  private volatile boolean failed;

  /** Plans in pairs: an account changes from one to the other and back as its catalog does. */
  private static List<Plan[]> plans() {
    Schedule hourly = new Schedule.Every(Duration.ofMinutes(90));
    Schedule everyThree = new Schedule.EveryDays(3);
    Policies.Overage[] overages = Overage.values();
    List<Plan[]> pairs = new ArrayList<>();
    for (Overage overage : overages) {
      for (LateCommit late : LateCommit.values()) {
        Plan plain = plan("free", daily("image", 20), once("video", 200), daily("website", 5));
        Plan less = plan("free", daily("image", 8), once("video", 90), daily("website", 7));
        pairs.add(new Plan[] {policies(plain, overage, late), policies(less, overage, late)});
        Plan rolling =
            plan(
                "free",
                rollover(resets("image", 12, hourly), 7),
                carryingDebt(rollover(daily("video", 9), 30)),
                carryingDebt(resets("website", 6, everyThree)));
        Plan fewer =
            plan(
                "free",
                rollover(resets("image", 15, hourly), 7),
                carryingDebt(resets("website", 3, everyThree)));
        pairs.add(
            new Plan[] {
              inZone("America/Santiago", policies(rolling, overage, late)),
              inZone("America/Santiago", policies(fewer, overage, late))
            });
      }
    }
    return pairs;
  }

  private static Plan[] largePlans(int i) {
    Overage overage = Overage.values()[i / 10 % Overage.values().length];
    LateCommit late = LateCommit.values()[i / 30 % LateCommit.values().length];
    Plan most =
        plan(
            "free",
            daily("image", MAX),
            rollover(daily("video", MAX / 2), MAX / 2),
            carryingDebt(daily("website", MAX - 3)));
    Plan less = plan("free", daily("image", MAX - 1), daily("video", 7), once("website", MAX / 3));
    return new Plan[] {policies(most, overage, late), policies(less, overage, late)};
  }

  /** Another plan, which operators put accounts on. */
  private static Plan pro(Plan[] plans) {
    Plan pro =
        plan(
            "pro",
            resets("image", 11, new Schedule.Weekly()),
            daily("video", 4),
            carryingDebt(daily("website", 9)));
    Policies policies = plans[0].policies();
    return inZone("Asia/Tehran", policies(pro, policies.overage(), policies.lateCommit()));
  }

  @Test
  void everyAnswerIsTheModels() {
    System.out.println("RandomWalkTest: -Dtokenguard.seed=" + seed);
    AtomicLong steps = new AtomicLong();
    List<Walk> walks = new ArrayList<>();
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    List<Plan[]> plans = plans();
    for (int i = 0; i < ACCOUNTS; i++) {
      Random random = new Random(i % 2 == 0 ? i : seed + i);
      boolean large = i % 10 == 8;
      Plan[] pair = large ? largePlans(i) : plans.get(i / 2 % plans.size());
      walks.add(new Walk("account-" + i, pair, large, random, steps));
    }
    for (Walk walk : walks) {
      ends.add(walk.start());
    }
    CompletableFuture.allOf(ends.toArray(new CompletableFuture<?>[0]))
        .orTimeout(300, TimeUnit.SECONDS)
        .join();
    for (Walk walk : walks) {
      walk.audit();
    }
    assertEquals((long) ACCOUNTS * STEPS, steps.get());
  }

  /** One account's way: its calls wait for each other, those of other accounts run meanwhile. */
  private final class Walk {
    final String account;
    final AccountFixture fixture;
    private final Plan[] plans;
    private final boolean large;
    private final Random random;
    private final AtomicLong steps;
    private final SimulatedClock clock;
    private final RedisTokenStore store;
    private final GrantStore grants;
    private final AccountStore accounts;
    private final UpkeepStore upkeep;
    private final AccountModel model;
    private final Deque<List<Object>> history = new ArrayDeque<>();
    private final List<Ask> asked = new ArrayList<>();
    private final List<Runnable> requested = new ArrayList<>();
    private final Map<String, Optional<Amounts>> commits = new HashMap<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private Instant last;
    private Catalog catalog;
    private int requests;
    private int done;

    Walk(String account, Plan[] plans, boolean large, Random random, AtomicLong steps) {
      this.account = account;
      this.plans = plans;
      this.large = large;
      this.catalog = catalog(plans[0], pro(plans));
      this.random = random;
      this.steps = steps;
      clock = new SimulatedClock(StoreTester.NOON.plusMillis(random.nextInt(400_000_000)));
      last = clock.time();
      fixture = new AccountFixture(TestRedis.shared(), namespace, account);
      RedisStores stores =
          new RedisStores(
              TestRedis.shared().link(),
              namespace,
              LIMITS,
              () -> catalog,
              StoreListener.NONE,
              clock);
      store = stores.tokens();
      grants = stores.grants();
      accounts = stores.accounts();
      upkeep = stores.upkeep(Duration.ofDays(3));
      model = new AccountModel(catalog.plans(), "free", clock.time(), MAX_OPEN, MAX_GRANTS);
      Ask first = Ask.ask("first", Amounts.NONE).account(account);
      model.consume(first);
      StoreTester.await(store.consume(first.command()));
    }

    void audit() {
      Stored stored = Objects.requireNonNull(fixture.read());
      AccountAudit.check(account, stored);
      AccountAudit.checkEveryGrant(account, stored);
      long day = Duration.ofDays(1).toMillis();
      assertEquals(
          model.usage(),
          fixture.usage(StoreTester.NOON.toEpochMilli() / day - 40, last.toEpochMilli() / day + 40),
          account + ": usage");
    }

    CompletableFuture<Void> start() {
      step();
      return end;
    }

    private void step() {
      if (done++ == STEPS || failed) {
        end.complete(null);
        return;
      }
      steps.incrementAndGet();
      try {
        move();
        if (random.nextInt(6) == 0) {
          operate();
        } else {
          call();
        }
      } catch (RuntimeException e) {
        end.completeExceptionally(e);
      }
    }

    private void call() {
      Ask ask = ask();
      String id = ask.id();
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3 -> {
          asked.add(ask);
          compare(
              List.of("reserve", ask),
              store.reserve(ask.command()).thenApply(this::text),
              model.reserve(ask));
        }
        case 4 -> {
          Ask other =
              new Ask(account, ask.member(), ask.feature(), "c" + id, ask.amounts(), ask.ttl());
          compare(
              List.of("consume", other),
              store.consume(other.command()).thenApply(this::text),
              model.consume(other));
        }
        case 5 ->
            compare(
                List.of("check", ask),
                store.check(ask.command()).thenApply(this::checked),
                model.check(ask));
        case 6, 7, 8 -> commit(id);
        case 9 ->
            compare(
                List.of("refund", id),
                store
                    .refund(new RefundCommand(account, id, ""))
                    .thenApply(s -> told(s.reservation(), s.replayed()) + text(s.account())),
                model.refund(id));
        case 10 -> {
          Amounts totals = random.nextBoolean() ? Amounts.NONE : amounts();
          long ttl = ttl();
          compare(
              List.of("extend", id, ttl, totals),
              store
                  .extend(new ExtendCommand(account, id, Duration.ofMillis(ttl), totals))
                  .thenApply(this::text),
              model.extend(id, ttl, totals));
        }
        default -> {
          String member = MEMBERS[random.nextInt(MEMBERS.length)];
          compare(
              List.of("balance", member),
              store.balance(account, member).thenApply(this::balance),
              model.balance(member));
        }
      }
    }

    /** Something new, or once more what was asked for before. */
    private void operate() {
      if (random.nextInt(4) == 0 && !requested.isEmpty()) {
        requested.get(Math.max(0, requested.size() - 1 - random.nextInt(6))).run();
        return;
      }
      // An id that was used for something else, at times; and none, where that is allowed.
      String id = "o" + (random.nextInt(12) == 0 ? random.nextInt(requests + 1) : ++requests);
      String optional = random.nextInt(8) == 0 ? "" : id;
      Runnable request =
          switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> grant(id);
            case 4, 5 -> revoke(optional);
            case 6, 7 -> adjust(id);
            case 8, 9 -> update(optional);
            case 10 -> enlist(optional);
            default -> this::tidy;
          };
      requested.add(request);
      request.run();
    }

    private long amount() {
      if (large) {
        return random.nextBoolean() ? MAX / random.nextInt(1, 5) - random.nextInt(3) : MAX / 9;
      }
      return random.nextInt(1, 25);
    }

    private String type() {
      return TYPES[random.nextInt(TYPES.length)];
    }

    private Runnable grant(String id) {
      Instant now = clock.time();
      Instant starts =
          random.nextInt(3) > 0 ? null : now.plusMillis(random.nextInt(200_000_000) - 10_000_000);
      Instant earliest = starts == null ? now.minusMillis(9_000_000) : starts;
      int longest = starts == null ? 600_000_000 : 90_000_000;
      Instant expires =
          random.nextInt(3) == 0 ? null : earliest.plusMillis(random.nextInt(longest) + 1);
      GrantCommand command =
          new GrantCommand(
              account, type(), amount(), "gift", "", "ann", random.nextInt(-1, 2), starts, expires);
      String content = hash("grant", command);
      return () ->
          compare(
              List.of("grant", id, command),
              grants.grant(command, new ChangeRequest(id, content)).thenApply(this::text),
              model.grant(id, content, command));
    }

    private String text(GrantStore.Granted granted) {
      return "grant "
          + granted.grant().remaining()
          + " "
          + granted.grant().held()
          + (granted.grant().scheduled() ? " scheduled" : "")
          + (granted.replayed() ? " replayed" : "")
          + text(granted.balance());
    }

    private Runnable revoke(String id) {
      String grant = "o" + Math.max(1, requests - random.nextInt(40));
      String content = hash("revoke", grant);
      return () ->
          compare(
              List.of("revoke", id, grant),
              grants
                  .revoke(account, grant, "", "ann", new ChangeRequest(id, content))
                  .thenApply(
                      revoked ->
                          "revoked "
                              + revoked.amount()
                              + " "
                              + revoked.balance().tokenType()
                              + (revoked.replayed() ? " replayed" : "")
                              + text(revoked.balance())),
              model.revoke(grant, id, content));
    }

    private Runnable adjust(String id) {
      String type = type();
      long amount = random.nextBoolean() ? amount() : -amount();
      boolean allowDebt = random.nextInt(3) == 0;
      AdjustCommand command = new AdjustCommand(account, type, amount, "fix", "", "ann", allowDebt);
      String content = hash("adjust", command);
      return () ->
          compare(
              List.of("adjust", id, command),
              grants
                  .adjust(command, new ChangeRequest(id, content))
                  .thenApply(
                      adjusted ->
                          "adjusted"
                              + (adjusted.replayed() ? " replayed" : "")
                              + text(adjusted.balance())),
              model.adjust(id, content, type, amount, allowDebt));
    }

    private Runnable update(String id) {
      String plan = random.nextInt(3) == 0 ? "pro" : "free";
      String zone = random.nextInt(4) == 0 ? "Pacific/Auckland" : "";
      List<OwnAllowance> own = new ArrayList<>();
      for (int i = random.nextInt(3); i > 0; i--) {
        Optional<Schedule> resets =
            switch (random.nextInt(4)) {
              case 0 -> Optional.of(new Schedule.EveryDays(2));
              case 1 -> Optional.of(new Schedule.Daily());
              default -> Optional.empty();
            };
        own.add(
            new OwnAllowance(
                TYPES[2 * i - 2], amount(), resets, random.nextInt(6), random.nextBoolean()));
      }
      AccountFields fields =
          new AccountFields(
              "", "", plan, false, null, Duration.ZERO, false, zone, "", List.copyOf(own));
      long seen =
          switch (random.nextInt(4)) {
            case 0 -> model.version();
            case 1 -> model.version() + 1;
            default -> 0;
          };
      String content = hash("update", List.of(fields, seen));
      return () ->
          compare(
              List.of("update", id, plan, zone, own, seen),
              accounts
                  .update(
                      account,
                      fields,
                      EnumSet.of(Field.PLAN, Field.TIME_ZONE, Field.ALLOWANCES),
                      seen,
                      new ChangeRequest(id, content))
                  .thenApply(this::text),
              model.update(id, content, plan, zone, fields.allowances(), seen));
    }

    private String text(Changed<Account> changed) {
      Account now = changed.value();
      StringBuilder text = new StringBuilder("updated " + now.fields().plan());
      text.append(" " + now.fields().zone() + " " + now.fields().allowances());
      text.append(" version " + now.version() + " members " + now.members());
      text.append((changed.replayed() ? " replayed" : "") + " | open " + now.openReservations());
      now.balances().forEach(balance -> text.append(text(balance)));
      return text.toString();
    }

    private Runnable enlist(String id) {
      String member = MEMBERS[2 + random.nextInt(2)];
      String what = random.nextInt(3) == 0 ? "remove" : random.nextBoolean() ? "add" : "cap";
      Amounts caps =
          what.equals("remove") || random.nextInt(3) == 0
              ? Amounts.NONE
              : Catalogs.amounts("website", random.nextInt(1, 9), "image", random.nextInt(1, 19));
      String content = hash("enlist", List.of(member, what, caps));
      ChangeRequest request = new ChangeRequest(id, content);
      return () ->
          compare(
              List.of("enlist", id, member, what, caps),
              switch (what) {
                case "remove" ->
                    accounts
                        .removeMember(account, member, request)
                        .thenApply(done -> "removed" + (done.replayed() ? " replayed" : ""));
                case "add" ->
                    accounts
                        .addMember(account, member, caps, true, false, request)
                        .thenApply(Walk::member);
                default ->
                    accounts.capMember(account, member, caps, request).thenApply(Walk::member);
              },
              model.enlist(member, what, caps.byType(), id, content));
    }

    private static String member(Changed<Member> changed) {
      Member member = changed.value();
      return "member "
          + member.caps().byType()
          + " "
          + member.added()
          + (changed.replayed() ? " replayed" : "");
    }

    private void tidy() {
      compare(
          List.of("tidy"),
          upkeep
              .tidy(account)
              .thenApply(
                  tidied ->
                      "tidied open " + Objects.requireNonNull(tidied).account().openReservations()),
          model.tidy());
    }

    private static String hash(String what, Object content) {
      return what + Integer.toHexString(content.hashCode());
    }

    private void commit(String id) {
      Optional<Amounts> actual = random.nextInt(3) > 0 ? Optional.empty() : Optional.of(amounts());
      if (random.nextInt(4) == 0) {
        actual = commits.getOrDefault(id, actual);
      }
      commits.put(id, actual);
      Amounts used = actual.orElse(null);
      compare(
          List.of("commit", id, actual),
          store
              .commit(new CommitCommand(account, id, used, Map.of()))
              .thenApply(
                  s ->
                      told(s.reservation(), s.replayed())
                          + " charged "
                          + s.charged().byType()
                          + " returned "
                          + s.returned().byType()
                          + " overdrawn "
                          + s.overdrawn().byType()
                          + " uncovered "
                          + s.uncovered().byType()
                          + (s.late() ? " late" : "")
                          + text(s.account())),
          model.commit(id, used));
    }

    /** One that was asked before, the same or with a difference; or a new one. */
    private Ask ask() {
      if (!asked.isEmpty() && random.nextInt(3) > 0) {
        Ask before = asked.get(Math.max(0, asked.size() - 1 - random.nextInt(8)));
        return random.nextInt(8) > 0 ? before : before.member("zoe");
      }
      return new Ask(
          account,
          MEMBERS[random.nextInt(MEMBERS.length)],
          "create_website",
          "r" + asked.size(),
          random.nextInt(12) == 0 ? Amounts.NONE : amounts(),
          Duration.ofMillis(ttl()));
    }

    private long ttl() {
      return switch (random.nextInt(4)) {
        case 0 -> 1000;
        case 1, 2 -> 1 + random.nextInt(3_600_000);
        default -> random.nextInt(300_000_000) + 1L;
      };
    }

    private Amounts amounts() {
      TreeMap<String, Long> amounts = new TreeMap<>();
      for (int i = random.nextInt(3); i >= 0; i--) {
        int type = random.nextInt(12);
        amounts.put(
            TYPES[type == 0 ? 3 : type % 3],
            large && random.nextBoolean() ? amount() : random.nextInt(1, 6));
      }
      return Amounts.of(amounts);
    }

    private void move() {
      long now = clock.time().toEpochMilli();
      long moved =
          switch (random.nextInt(40)) {
            case 0 -> now + random.nextInt(100_000_000);
            case 1 -> now + random.nextInt(900_000_000);
            case 2, 3 -> now + random.nextInt(10_000_000);
            case 4 -> now - random.nextInt(7_200_000);
            case 5, 6 -> (now / 86_400_000 + 1) * 86_400_000 - random.nextInt(2);
            case 7, 8, 9, 10, 11, 12 -> now + random.nextInt(1000);
            default -> now;
          };
      clock.set(Instant.ofEpochMilli(moved));
      last = last.isBefore(clock.time()) ? clock.time() : last;
      model.at(clock.time());
      if (random.nextInt(30) == 0) {
        clock.skew(Duration.ofMinutes(random.nextInt(1_000_000) - 500_000));
      }
      if (random.nextInt(50) == 0) {
        catalog = catalog(plans[random.nextInt(2)], pro(plans));
        model.catalog(catalog.plans());
      }
    }

    private void compare(List<Object> what, CompletionStage<String> answer, String expected) {
      history.add(List.of(clock.time(), model.plan().allowances().keySet(), what, expected));
      if (history.size() > 25) {
        history.removeFirst();
      }
      answer.whenComplete(
          (text, thrown) -> {
            String actual = thrown == null ? text : fault(thrown);
            if (actual.equals(expected)) {
              step();
            } else {
              failed = true;
              end.completeExceptionally(
                  new AssertionError(
                      "seed "
                          + seed
                          + ", "
                          + account
                          + ", step "
                          + done
                          + ":\n"
                          + String.join("\n", history.stream().map(String::valueOf).toList())
                          + "\nmodel "
                          + expected
                          + "\nstore "
                          + actual));
            }
          });
    }

    private String fault(Throwable thrown) {
      Throwable cause =
          thrown instanceof CompletionException
              ? Objects.requireNonNull(thrown.getCause())
              : thrown;
      if (cause instanceof FaultException fault) {
        String state = fault.details().getOrDefault("state", "");
        return "fault " + fault.fault() + (state.isEmpty() ? "" : " " + state);
      }
      return String.valueOf(cause);
    }

    private String text(Decision decision) {
      if (decision instanceof Decision.Allowed allowed) {
        return told(allowed.reservation(), allowed.replayed()) + text(allowed.account());
      }
      return checked(decision);
    }

    private String checked(Decision decision) {
      if (decision instanceof Decision.Denied denied) {
        Denial denial = denied.denial();
        return "denied "
            + denial.reason()
            + " "
            + denial.tokenType()
            + " "
            + denial.scope()
            + " "
            + denial.required()
            + " "
            + denial.available()
            + text(denied.account());
      }
      return "allowed" + text(decision.account());
    }

    private String balance(AccountSnapshot snapshot) {
      StringBuilder text = new StringBuilder("balance");
      for (MemberBalance member : snapshot.memberBalances()) {
        text.append(" " + member.tokenType() + " " + member.cap() + " " + member.consumed());
        text.append(" " + member.held());
      }
      return text + text(snapshot);
    }

    private static String told(Reservation told, boolean replayed) {
      return told.state()
          + " "
          + told.amounts().byType()
          + " "
          + told.createdAt().toEpochMilli()
          + ".."
          + told.expiresAt().toEpochMilli()
          + (replayed ? " replayed" : "");
    }

    private String text(AccountSnapshot snapshot) {
      AccountAudit.check(snapshot);
      StringBuilder text = new StringBuilder(" | open " + snapshot.openReservations());
      snapshot.balances().forEach(balance -> text.append(text(balance)));
      return text.toString();
    }

    private String text(Balance b) {
      StringBuilder text = new StringBuilder();
      text.append("; " + b.tokenType() + " free " + b.free() + " held " + b.held());
      text.append(" consumed " + b.consumed() + " lapsed " + b.lapsed());
      text.append(" reset " + (b.resetAt() == null ? "never" : b.resetAt()));
      Balance.Lifetime life = b.lifetime();
      text.append(" of " + life.granted() + " " + life.consumed() + " " + life.held());
      text.append(" " + life.lapsed());
      return text.toString();
    }
  }
}
