package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Catalogs.amounts;
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

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Balance;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.MemberBalance;
import dev.tokenguard.domain.Periods;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.Policies;
import dev.tokenguard.domain.Policies.LateCommit;
import dev.tokenguard.domain.Policies.Overage;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.domain.Schedule;
import dev.tokenguard.store.StoreListener;
import dev.tokenguard.store.TokenStore.CommitCommand;
import dev.tokenguard.store.TokenStore.ExtendCommand;
import dev.tokenguard.store.TokenStore.RefundCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
 * Random calls on many accounts at once, each answer held against {@link AccountModel}. The seed is
 * printed; {@code -Dtokenguard.seed=...} walks the same way again.
 */
class RandomWalkTest {
  private static final int ACCOUNTS = 240;
  private static final int STEPS = 850;
  private static final int MAX_OPEN = 6;
  private static final String[] TYPES = {"image", "video", "website", "words"};
  private static final String[] MEMBERS = {"", "", "joe", "ann"};

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

  @Test
  void everyAnswerIsTheModels() {
    System.out.println("RandomWalkTest: -Dtokenguard.seed=" + seed);
    AtomicLong steps = new AtomicLong();
    List<Walk> walks = new ArrayList<>();
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    List<Plan[]> plans = plans();
    for (int i = 0; i < ACCOUNTS; i++) {
      walks.add(new Walk("account-" + i, plans.get(i % plans.size()), new Random(seed + i), steps));
    }
    for (Walk walk : walks) {
      ends.add(walk.start());
    }
    CompletableFuture.allOf(ends.toArray(new CompletableFuture<?>[0]))
        .orTimeout(300, TimeUnit.SECONDS)
        .join();
    for (Walk walk : walks) {
      AccountAudit.check(walk.account, Objects.requireNonNull(walk.fixture.read()));
    }
    assertEquals((long) ACCOUNTS * STEPS, steps.get());
  }

  /** One account's way: its calls wait for each other, those of other accounts run meanwhile. */
  private final class Walk {
    final String account;
    final AccountFixture fixture;
    private final Plan[] plans;
    private final Random random;
    private final AtomicLong steps;
    private final SimulatedClock clock;
    private final RedisTokenStore store;
    private final AccountModel model;
    private final Deque<List<Object>> history = new ArrayDeque<>();
    private final List<Ask> asked = new ArrayList<>();
    private final Map<String, Optional<Amounts>> commits = new HashMap<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private Plan plan;
    private Catalog catalog;
    private int done;

    Walk(String account, Plan[] plans, Random random, AtomicLong steps) {
      this.account = account;
      this.plans = plans;
      this.plan = plans[0];
      this.catalog = catalog(plan);
      this.random = random;
      this.steps = steps;
      clock = new SimulatedClock(StoreTester.NOON.plusMillis(random.nextInt(400_000_000)));
      fixture = new AccountFixture(TestRedis.shared(), namespace, account);
      store =
          new RedisStores(
                  TestRedis.shared().link(),
                  namespace,
                  StoreTester.limitsOf(MAX_OPEN, 50, Duration.ofDays(36_500)),
                  () -> catalog,
                  StoreListener.NONE,
                  clock)
              .tokens();
      model = new AccountModel(plan, clock.time(), MAX_OPEN);
      Ask first = Ask.ask("first", Amounts.NONE).account(account);
      model.consume(first);
      StoreTester.await(store.consume(first.command()));
      for (int i = random.nextInt(5); i > 0; i--) {
        String type = TYPES[random.nextInt(TYPES.length)];
        long amount = random.nextInt(1, 31);
        long priority = random.nextInt(-1, 2);
        long until =
            random.nextInt(4) == 0
                ? Periods.FOREVER
                : clock.time().toEpochMilli() + random.nextInt(2_000_000_000);
        fixture.grant(clock.time(), type, amount, priority, until);
        model.grant(type, amount, priority, until);
      }
      if (random.nextBoolean()) {
        fixture.cap("joe", "website", 4);
        model.cap("joe", "website", 4);
        fixture.cap("joe", "image", 10);
        model.cap("joe", "image", 10);
      }
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
        call();
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
        amounts.put(TYPES[type == 0 ? 3 : type % 3], (long) random.nextInt(1, 6));
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
      model.at(clock.time());
      if (random.nextInt(30) == 0) {
        clock.skew(Duration.ofMinutes(random.nextInt(1_000_000) - 500_000));
      }
      if (random.nextInt(50) == 0) {
        plan = plans[random.nextInt(2)];
        catalog = catalog(plan);
        model.plan(plan);
      }
    }

    private void compare(List<Object> what, CompletionStage<String> answer, String expected) {
      history.add(List.of(clock.time(), plan.allowances().keySet(), what, expected));
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

    private static String text(AccountSnapshot snapshot) {
      AccountAudit.check(snapshot);
      StringBuilder text = new StringBuilder(" | open " + snapshot.openReservations());
      for (Balance b : snapshot.balances()) {
        text.append("; " + b.tokenType() + " free " + b.free() + " held " + b.held());
        text.append(" consumed " + b.consumed() + " lapsed " + b.lapsed());
        text.append(" reset " + (b.resetAt() == null ? "never" : b.resetAt()));
        Balance.Lifetime life = b.lifetime();
        text.append(" of " + life.granted() + " " + life.consumed() + " " + life.held());
        text.append(" " + life.lapsed());
      }
      return text.toString();
    }
  }
}
