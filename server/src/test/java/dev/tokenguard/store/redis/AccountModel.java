package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Allowance;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.OwnAllowance;
import dev.tokenguard.domain.Periods;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.Policies.LateCommit;
import dev.tokenguard.domain.Policies.Overage;
import dev.tokenguard.domain.Reservation.State;
import dev.tokenguard.store.GrantStore;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One account as the design describes it, in plain Java: what a store must answer. Outcomes are
 * texts, so that a difference can be read.
 */
final class AccountModel {
  private final Map<String, Tokens> tokens = new TreeMap<>();
  private final Map<String, Hold> holds = new HashMap<>();
  private final Map<String, Hold> open = new HashMap<>();
  private final Map<String, Map<String, Long>> caps = new HashMap<>();
  private final Map<String, Use> uses = new HashMap<>();
  private final Map<String, Request> requests = new HashMap<>();
  private final Map<String, Grant> grants = new HashMap<>();
  private final Map<String, Long> usage = new TreeMap<>();
  private final TreeSet<String> members = new TreeSet<>();
  private final TreeSet<String> added = new TreeSet<>();
  private final int maxOpen;
  private final int maxGrants;
  private final Instant opened;
  private Map<String, Plan> catalog;
  private String planName;
  private String zone = "";
  private List<OwnAllowance> own = List.of();
  private long version = 1;
  private Plan plan;
  private long now;
  private int pocketsMade;
  private final TreeSet<String> touched = new TreeSet<>();

  AccountModel(
      Map<String, Plan> catalog, String planName, Instant opened, int maxOpen, int maxGrants) {
    this.catalog = catalog;
    this.planName = planName;
    this.plan = Objects.requireNonNull(catalog.get(planName));
    this.opened = opened;
    this.maxOpen = maxOpen;
    this.maxGrants = maxGrants;
    at(opened);
    catchUp(plan.allowances().keySet());
  }

  private static final class Pocket {
    final int order;
    final boolean grant;
    final long priority;
    long until;
    long schedule;
    long amount;
    long free;
    long held;
    boolean gone;

    Pocket(int order, boolean grant, long priority, long until, long amount, long free) {
      this.order = order;
      this.grant = grant;
      this.priority = priority;
      this.until = until;
      this.amount = amount;
      this.free = free;
    }
  }

  private static final class Tokens {
    final List<Pocket> pockets = new ArrayList<>();
    boolean known;
    long debt;
    long orphaned;
    long granted;
    long consumed;
    long lapsed;
    long periodConsumed;
    long periodLapsed;

    @Nullable Pocket allowance() {
      return pockets.stream().filter(pocket -> !pocket.grant).findFirst().orElse(null);
    }

    long free() {
      return pockets.stream().mapToLong(pocket -> pocket.free).sum() - debt;
    }

    long held() {
      return orphaned + pockets.stream().mapToLong(pocket -> pocket.held).sum();
    }

    boolean hasAnything() {
      return !pockets.isEmpty() || consumed > 0 || granted != 0;
    }

    /** How much more there may be of it. */
    long room() {
      return Amounts.MAX - held() - Math.max(0, free());
    }

    /** Sums over the life begin anew from what is left, before one of them passes the maximum. */
    void makeRoom(long more, long used) {
      if (periodConsumed + used > Amounts.MAX) {
        periodConsumed = 0;
      }
      if (granted + more > Amounts.MAX || consumed + used > Amounts.MAX) {
        startAnew();
      }
    }

    void startAnew() {
      granted -= consumed + lapsed;
      consumed = 0;
      lapsed = 0;
    }

    void add(Pocket pocket) {
      pockets.add(pocket);
      sort();
    }

    void sort() {
      pockets.sort(
          Comparator.<Pocket>comparingLong(p -> p.priority)
              .thenComparingLong(p -> p.until)
              .thenComparingInt(p -> p.order));
    }

    void lapse(Pocket pocket) {
      pockets.remove(pocket);
      pocket.gone = true;
      orphaned += pocket.held;
      lapsed += pocket.free;
    }

    long takeFree(long wanted) {
      long left = wanted;
      for (Pocket pocket : pockets) {
        long part = Math.max(0, Math.min(pocket.free, left));
        pocket.free -= part;
        left -= part;
      }
      return wanted - left;
    }
  }

  /** {@code period} is the member's: an allowance, or a time without one. */
  private record Part(String type, @Nullable Object period, Pocket pocket, long amount) {}

  private static final class Use {
    @Nullable Object period;
    long consumed;
    long held;

    void add(long charged) {
      consumed = Math.min(Amounts.MAX, consumed + charged);
    }
  }

  private static final class Hold {
    State state = State.OPEN;
    String request = "";
    String member = "";
    String feature = "";
    String settled = "";
    String settlement = "";
    long created;
    long expires;
    final List<Part> parts = new ArrayList<>();
    final TreeMap<String, Long> amounts = new TreeMap<>();

    void add(Part part) {
      for (int i = 0; i < parts.size(); i++) {
        Part same = parts.get(i);
        if (same.pocket == part.pocket && same.period == part.period) {
          parts.set(i, new Part(part.type, part.period, part.pocket, same.amount + part.amount));
          return;
        }
      }
      parts.add(part);
    }
  }

  void at(Instant time) {
    now = time.toEpochMilli();
  }

  void catalog(Map<String, Plan> loaded) {
    catalog = loaded;
    plan = Objects.requireNonNull(catalog.get(planName)).with(own);
  }

  long version() {
    return version;
  }

  Plan plan() {
    return plan;
  }

  /** Tokens charged, by {@code day/feature/type/member}. */
  Map<String, Long> usage() {
    return usage;
  }

  // What operators do

  /** What an operator asked for, and what came of it. */
  private record Request(String content, String outcome) {}

  /** A grant: what was asked for, and its pocket once it has begun. */
  private static final class Grant {
    final String type;
    final long amount;
    final long from;
    final Pocket pocket;
    boolean begun;
    boolean revoked;

    Grant(String type, long amount, long from, Pocket pocket) {
      this.type = type;
      this.amount = amount;
      this.from = from;
      this.pocket = pocket;
    }

    boolean isScheduled() {
      return !begun && !revoked;
    }

    boolean isLeft() {
      return !revoked && !pocket.gone;
    }
  }

  /** The outcome of a request that was made before; null for a new one. */
  private @Nullable String before(String request, String content) {
    Request before = requests.get(request);
    if (before == null) {
      return null;
    }
    return before.content.equals(content) ? before.outcome : "fault IDEMPOTENCY_MISMATCH";
  }

  private void remember(String request, String content, String outcome) {
    if (!request.isEmpty()) {
      requests.put(request, new Request(content, outcome));
    }
  }

  private long grantsLeft() {
    return grants.values().stream().filter(Grant::isLeft).count();
  }

  String grant(String id, String content, GrantStore.GrantCommand command) {
    String type = command.tokenType();
    long amount = command.amount();
    begin(List.of(type));
    Instant starts = command.starts();
    Instant expires = command.expires();
    long from = starts == null ? 0 : starts.toEpochMilli();
    long until = expires == null ? Periods.FOREVER : expires.toEpochMilli();
    String before = before(id, content);
    if (before != null) {
      String after = balances(type);
      return before.startsWith("fault") ? before : told(id) + " replayed" + after;
    }
    if (until <= now) {
      return "fault INVALID_REQUEST";
    }
    if (grantsLeft() >= maxGrants) {
      return "fault TOO_MANY_GRANTS";
    }
    if (amount > of(type).room()) {
      return "fault AMOUNT_OUT_OF_RANGE";
    }
    give(id, new Grant(type, amount, from, grantPocket(command.priority(), until, amount)));
    remember(id, content, "granted");
    String after = balances(type);
    return told(id) + after;
  }

  private Pocket grantPocket(long priority, long until, long amount) {
    return new Pocket(pocketsMade++, true, priority, until, amount, amount);
  }

  private void give(String id, Grant grant) {
    grants.put(id, grant);
    if (grant.from <= now) {
      put(grant);
    }
  }

  private void put(Grant grant) {
    Tokens t = tokens.computeIfAbsent(grant.type, name -> new Tokens());
    grant.pocket.free = Math.min(grant.amount, t.room());
    grant.begun = true;
    t.makeRoom(grant.pocket.free, 0);
    t.granted += grant.pocket.free;
    t.add(grant.pocket);
  }

  private String told(String id) {
    Grant grant = Objects.requireNonNull(grants.get(id));
    if (grant.isScheduled()) {
      return "grant " + grant.amount + " 0 scheduled";
    }
    boolean left = grant.isLeft();
    return "grant " + (left ? grant.pocket.free : 0) + " " + (left ? grant.pocket.held : 0);
  }

  String revoke(String id, String request, String content) {
    Grant grant = grants.get(id);
    boolean left = grant != null && grant.isLeft();
    String before = before(request, content);
    if (before != null && !before.startsWith("fault")) {
      String type = before.substring(before.indexOf(' ') + 1);
      begin(List.of(type));
      return "revoked " + before + " replayed" + balances(type);
    }
    begin(left ? List.of(Objects.requireNonNull(grant).type) : List.of());
    if (before != null) {
      return before;
    }
    if (grant == null || !grant.isLeft()) {
      return "fault GRANT_NOT_FOUND";
    }
    long revoked = 0;
    Tokens t = of(grant.type);
    if (grant.begun) {
      revoked = grant.pocket.free;
      t.pockets.remove(grant.pocket);
      t.orphaned += grant.pocket.held;
      t.granted -= revoked;
      grant.pocket.gone = true;
    }
    grant.revoked = true;
    remember(request, content, revoked + " " + grant.type);
    return "revoked " + revoked + " " + grant.type + balances(grant.type);
  }

  String adjust(String request, String content, String type, long amount, boolean allowDebt) {
    begin(List.of(type));
    String before = before(request, content);
    if (before != null) {
      return before.startsWith("fault") ? before : "adjusted replayed" + balances(type);
    }
    Tokens t = of(type);
    long taken = Math.max(0, -amount);
    long beyond = Math.max(0, taken - Math.max(0, t.free()));
    if (beyond > 0 && !allowDebt) {
      return "fault INSUFFICIENT_TOKENS";
    }
    if (beyond - Math.min(0, t.free()) > Amounts.MAX || amount > t.room()) {
      return "fault AMOUNT_OUT_OF_RANGE";
    }
    Pocket allowance = plan.allowances().containsKey(type) ? t.allowance() : null;
    if (amount > 0 && allowance == null) {
      if (grantsLeft() >= maxGrants) {
        return "fault TOO_MANY_GRANTS";
      }
      Pocket pocket =
          grantPocket(dev.tokenguard.domain.Grant.DEFAULT_PRIORITY, Periods.FOREVER, amount);
      give(request, new Grant(type, amount, now, pocket));
    } else if (amount > 0) {
      Objects.requireNonNull(allowance).free += amount;
      t.makeRoom(amount, 0);
      t.granted += amount;
    } else {
      t.takeFree(taken - beyond);
      if (t.granted - taken < -Amounts.MAX) {
        t.startAnew();
      }
      t.debt += beyond;
      t.granted -= taken;
    }
    remember(request, content, "adjusted");
    return "adjusted" + balances(type);
  }

  /** Another plan, zone or allowances of its own; null for what stays. */
  String update(
      String request,
      String content,
      String newPlan,
      String newZone,
      List<OwnAllowance> newOwn,
      long seen) {
    begin(all());
    begin(List.of());
    String before = before(request, content);
    if (before != null && before.startsWith("fault")) {
      return before;
    }
    if (before == null) {
      if (seen != 0 && seen != version) {
        return "fault STALE_VERSION";
      }
      planName = newPlan;
      zone = newZone;
      own = newOwn;
      version++;
      catalog(catalog);
      remember(request, content, "updated");
    }
    begin(all());
    return "updated "
        + planName
        + " "
        + zone
        + " "
        + own
        + " version "
        + version
        + " members "
        + added.size()
        + (before == null ? "" : " replayed")
        + snapshot(all());
  }

  String enlist(
      String member, String what, Map<String, Long> newCaps, String request, String content) {
    String before = before(request, content);
    if (what.equals("add") && before == null) {
      begin(all());
    }
    if (!what.equals("add") || before == null) {
      begin(List.of());
    }
    if (before != null && before.startsWith("fault")) {
      return before;
    }
    if (what.equals("add") && before != null && !members.contains(member)) {
      return "member {} false replayed";
    }
    if (before == null
        && what.equals("add")
        && added.contains(member)
        && newCaps.equals(caps.get(member))) {
      before = "just so";
    }
    if (before == null) {
      if (what.equals("remove")
          ? !added.contains(member)
          : what.equals("cap") && !members.contains(member)) {
        return "fault MEMBER_NOT_FOUND";
      }
      caps.put(member, new TreeMap<>(newCaps));
      members.add(member);
      if (what.equals("add")) {
        added.add(member);
      } else if (what.equals("remove")) {
        added.remove(member);
        if (uses.entrySet().stream()
            .noneMatch(e -> e.getKey().startsWith(member + " ") && e.getValue().held > 0)) {
          uses.keySet().removeIf(key -> key.startsWith(member + " "));
          members.remove(member);
        }
      }
      remember(request, content, "enlisted");
    }
    String replayed = before == null ? "" : " replayed";
    if (what.equals("remove")) {
      return "removed" + replayed;
    }
    begin(all());
    return members.contains(member)
        ? "member " + caps.get(member) + " " + added.contains(member) + replayed
        : "fault MEMBER_NOT_FOUND";
  }

  String tidy() {
    begin(all());
    finish();
    return "tidied open " + open.size();
  }

  private void charged(String feature, String type, String member, long amount) {
    if (amount > 0) {
      long day = Instant.ofEpochMilli(now).atZone(zoneId()).toLocalDate().toEpochDay();
      usage.merge(day + "/" + feature + "/" + type + "/" + member, amount, Long::sum);
    }
  }

  // What is due

  private ZoneId zoneId() {
    return zone.isEmpty() ? plan.zone().orElse(ZoneOffset.UTC) : ZoneId.of(zone);
  }

  private Periods period(Allowance rule, long time) {
    return rule.resets().periodsAround(Instant.ofEpochMilli(time), zoneId(), opened);
  }

  private Tokens of(String type) {
    return Objects.requireNonNull(tokens.get(type), type);
  }

  private String resetOf(String type, @Nullable Pocket allowance) {
    return allowance == null
            || !plan.allowances().containsKey(type)
            || allowance.until == Periods.FOREVER
        ? "never"
        : Instant.ofEpochMilli(allowance.until).toString();
  }

  private void begin(Collection<String> names) {
    finish(); // the call before, where it ended in a fault
    touched.clear();
    touched.addAll(names);
    open.entrySet().stream()
        .filter(e -> e.getValue().expires <= now)
        .sorted(
            Comparator.<Map.Entry<String, Hold>>comparingLong(e -> e.getValue().expires)
                .thenComparing(Map.Entry::getKey))
        .toList()
        .forEach(e -> expire(e.getKey(), e.getValue()));
    grants.values().stream()
        .filter(grant -> grant.isScheduled() && grant.from <= now)
        .sorted(
            Comparator.<Grant>comparingLong(grant -> grant.from)
                .thenComparing(grant -> String.valueOf(grant.pocket.order)))
        .toList()
        .forEach(
            grant -> {
              put(grant);
              touched.add(grant.type);
            });
    catchUp(touched);
  }

  private void expire(String id, Hold hold) {
    end(id, hold, State.EXPIRED);
    for (Part part : hold.parts) {
      touched.add(part.type);
      Tokens t = of(part.type);
      release(t, part);
      if (!part.pocket.gone && hold.expires <= part.pocket.until) {
        part.pocket.free += part.amount;
        Pocket allowance = t.allowance();
        if (allowance == null
            || hold.expires <= allowance.until) { // before the reset, if one is due
          t.debt -= t.takeFree(t.debt);
        }
      } else {
        t.lapsed += part.amount;
      }
      Use use = use(hold.member, part.type);
      if (use.period == part.period) {
        use.held -= part.amount;
      }
    }
  }

  private void end(String id, Hold hold, State state) {
    hold.state = state;
    open.remove(id);
  }

  private static void release(Tokens t, Part part) {
    if (part.pocket.gone) {
      t.orphaned -= part.amount;
    } else {
      part.pocket.held -= part.amount;
    }
  }

  private void catchUp(Collection<String> names) {
    for (String type : names) {
      Tokens t = tokens.computeIfAbsent(type, name -> new Tokens());
      Allowance rule = plan.allowances().get(type);
      Periods period = rule == null ? Periods.NEVER : period(rule, now);
      long recent = 0;
      for (Pocket grant : List.copyOf(t.pockets)) {
        if (grant.grant && grant.until <= now) {
          if (t.lapsed + grant.free > Amounts.MAX) {
            t.startAnew();
          }
          t.lapse(grant);
          t.periodLapsed = Math.min(Amounts.MAX, t.periodLapsed + grant.free);
          recent += grant.until > period.start() ? grant.free : 0;
        }
      }
      Pocket allowance = t.allowance();
      if (rule == null && allowance != null) {
        withdraw(t, allowance);
      } else if (rule != null && allowance == null) {
        t.makeRoom(rule.amount(), 0);
        long free = Math.min(rule.amount(), t.room());
        t.granted += free;
        t.add(newAllowance(rule, period, free));
      } else if (rule != null && allowance != null && allowance.until <= now) {
        reset(t, rule, period, allowance, recent);
      } else if (rule != null && allowance != null) {
        if (allowance.schedule != scheduleOf(rule)) { // it ends at another time, and is the same
          allowance.until = period.end();
          allowance.schedule = scheduleOf(rule);
          t.sort();
        }
        long difference = Math.min(rule.amount() - allowance.amount, t.room());
        difference = Math.max(difference, -Amounts.MAX - t.free());
        t.makeRoom(Math.max(0, rule.amount() - allowance.amount), 0);
        allowance.amount = rule.amount();
        allowance.free += difference;
        t.granted += difference;
      }
    }
  }

  private Pocket newAllowance(Allowance rule, Periods period, long free) {
    Pocket made = new Pocket(pocketsMade++, false, 0, period.end(), rule.amount(), free);
    made.schedule = scheduleOf(rule);
    return made;
  }

  private long scheduleOf(Allowance rule) {
    return rule.resets().signature(zoneId());
  }

  private void withdraw(Tokens t, Pocket allowance) {
    if (allowance.until <= now) {
      t.lapse(allowance);
      t.lapsed -= t.debt;
      t.debt = 0;
      t.periodConsumed = 0;
      t.periodLapsed = 0;
      if (t.granted < 0) {
        t.startAnew();
      }
    } else {
      allowance.amount -= allowance.free;
      t.granted -= allowance.free;
      allowance.free = 0;
    }
  }

  private void reset(Tokens t, Allowance rule, Periods period, Pocket allowance, long recent) {
    if (!rule.carryDebt()) {
      t.lapsed -= t.debt;
      t.debt = 0;
    } else if (allowance.free < 0) {
      t.debt -= allowance.free;
      allowance.free = 0;
    }
    long unused = Math.min(Math.max(allowance.free, 0), rule.rolloverMax());
    long carried = unused;
    long paid = 0;
    boolean same = allowance.schedule == scheduleOf(rule);
    for (long time = allowance.until;
        same && time < period.start();
        time = period(rule, time).end()) {
      long there = rule.amount() + carried; // of a period that was slept through
      long pays = Math.min(t.debt, there);
      t.debt -= pays;
      paid += pays;
      carried = Math.min(there - pays, rule.rolloverMax());
    }
    allowance.free -= unused;
    t.lapse(allowance);
    if (t.granted < 0 || t.granted + paid + rule.amount() + carried > Amounts.MAX) {
      t.startAnew();
    }
    long free = Math.min(rule.amount() + carried, t.room());
    t.granted += free - unused + paid;
    t.periodConsumed = t.debt;
    t.periodLapsed = Math.min(Amounts.MAX, recent);
    t.add(newAllowance(rule, period, free));
  }

  // What is asked

  String reserve(Ask ask) {
    return spend(ask, true);
  }

  String consume(Ask ask) {
    return spend(ask, false);
  }

  private String spend(Ask ask, boolean keep) {
    Hold known = holds.get(ask.id());
    Collection<String> names =
        known == null ? ask.amounts().types() : List.copyOf(known.amounts.keySet());
    begin(names);
    String request = (keep ? "" : "consume ") + ask.command().fingerprint();
    if (known != null) {
      return known.request.equals(request)
          ? told(known, true) + snapshot(names)
          : "fault IDEMPOTENCY_MISMATCH";
    }
    String denial = decide(ask.member(), ask.amounts().byType());
    if (!denial.isEmpty()) {
      return denial + snapshot(names);
    }
    if (keep && open.size() >= maxOpen) {
      return "fault TOO_MANY_RESERVATIONS";
    }
    Hold hold = new Hold();
    hold.request = request;
    hold.member = ask.member();
    hold.feature = ask.feature();
    hold.created = now;
    hold.expires = keep ? now + ask.ttl().toMillis() : now;
    holds.put(ask.id(), hold);
    open.put(ask.id(), hold);
    take(hold, ask.amounts().byType());
    if (!keep) {
      hold.amounts.forEach(
          (type, amount) -> {
            of(type).makeRoom(0, amount);
            charged(hold.feature, type, hold.member, amount);
          });
      settle(hold, new TreeMap<>(hold.amounts));
      end(ask.id(), hold, State.COMMITTED);
    }
    return told(hold, false) + snapshot(names);
  }

  String check(Ask ask) {
    begin(ask.amounts().types());
    String denial = decide(ask.member(), ask.amounts().byType());
    return (denial.isEmpty() ? "allowed" : denial) + snapshot(ask.amounts().types());
  }

  String extend(String id, long ttl, Amounts totals) {
    Hold hold = holds.get(id);
    TreeSet<String> names = new TreeSet<>(totals.types());
    if (hold != null) {
      names.addAll(hold.amounts.keySet());
    }
    begin(names);
    if (hold == null) {
      return "fault RESERVATION_NOT_FOUND";
    }
    if (hold.state != State.OPEN) {
      return "fault RESERVATION_ENDED " + hold.state;
    }
    TreeMap<String, Long> missing = new TreeMap<>();
    totals
        .byType()
        .forEach(
            (type, total) -> {
              long more = total - hold.amounts.getOrDefault(type, 0L);
              if (more > 0) {
                missing.put(type, more);
              }
            });
    String denial = missing.isEmpty() ? "" : decide(hold.member, missing);
    if (!denial.isEmpty()) {
      return denial + snapshot(names);
    }
    take(hold, missing);
    hold.expires = Math.max(hold.expires, now + ttl);
    return told(hold, false) + snapshot(names);
  }

  String refund(String id) {
    Hold hold = holds.get(id);
    Collection<String> names = hold == null ? List.of() : List.copyOf(hold.amounts.keySet());
    begin(names);
    if (hold == null) {
      return "fault RESERVATION_NOT_FOUND";
    }
    if (hold.state == State.REFUNDED) {
      return told(hold, true) + snapshot(names);
    }
    if (hold.state != State.OPEN) {
      return "fault RESERVATION_ENDED " + hold.state;
    }
    settle(hold, new TreeMap<>());
    end(id, hold, State.REFUNDED);
    return told(hold, false) + snapshot(names);
  }

  String commit(String id, @Nullable Amounts actual) {
    Hold hold = holds.get(id);
    TreeMap<String, Long> used = new TreeMap<>();
    if (actual != null) {
      used.putAll(actual.byType());
    } else if (hold != null) {
      used.putAll(hold.amounts);
    }
    TreeSet<String> names = new TreeSet<>(used.keySet());
    if (hold != null) {
      names.addAll(hold.amounts.keySet());
    }
    begin(names);
    String settled = actual == null ? "held" : "actual " + used;
    if (hold == null) {
      return "fault RESERVATION_NOT_FOUND";
    }
    if (hold.state == State.COMMITTED && !hold.settled.isEmpty()) {
      return hold.settled.equals(settled)
          ? told(hold, true) + hold.settlement + snapshot(names)
          : "fault IDEMPOTENCY_MISMATCH";
    }
    if (hold.state == State.COMMITTED || hold.state == State.REFUNDED) {
      return "fault RESERVATION_ENDED " + hold.state;
    }
    boolean late = hold.state == State.EXPIRED;
    if (late && plan.policies().lateCommit() == LateCommit.REJECT) {
      return "fault LATE_COMMIT_REJECTED";
    }
    Overage overage = plan.policies().overage();
    TreeMap<String, Long> beyond = new TreeMap<>();
    TreeMap<String, Long> short_ = new TreeMap<>();
    for (String type : names) {
      long held = hold.amounts.getOrDefault(type, 0L);
      long excess = Math.max(0, used.getOrDefault(type, 0L) - (late ? 0 : held));
      Tokens t = of(type);
      long lacking = Math.max(0, excess - Math.max(0, t.free()));
      if (overage == Overage.REJECT && (used.getOrDefault(type, 0L) > held || lacking > 0)) {
        return "fault OVERAGE_REJECTED";
      }
      if (overage == Overage.CHARGE && lacking - Math.min(0, t.free()) > Amounts.MAX) {
        return "fault AMOUNT_OUT_OF_RANGE";
      }
      put(beyond, type, excess);
      put(short_, type, lacking);
    }
    for (String type : names) {
      of(type).makeRoom(0, used.getOrDefault(type, 0L));
    }
    TreeMap<String, Long> charge = new TreeMap<>(used);
    beyond.forEach((type, excess) -> charge.merge(type, -excess, Long::sum));
    TreeMap<String, Long> returned = new TreeMap<>();
    if (!late) {
      hold.amounts.forEach(
          (type, held) -> put(returned, type, held - charge.getOrDefault(type, 0L)));
      settle(hold, charge);
    }
    TreeMap<String, Long> charged = new TreeMap<>(used);
    TreeMap<String, Long> overdrawn = new TreeMap<>();
    TreeMap<String, Long> uncovered = new TreeMap<>();
    beyond.forEach(
        (type, excess) -> {
          Tokens t = of(type);
          long lacking = short_.getOrDefault(type, 0L);
          t.takeFree(excess - lacking);
          boolean capped = overage == Overage.CAP;
          put(capped ? uncovered : overdrawn, type, lacking);
          charged.merge(type, capped ? -lacking : 0, Long::sum);
          t.debt += capped ? 0 : lacking;
          t.consumed += excess - (capped ? lacking : 0);
          t.periodConsumed += excess - (capped ? lacking : 0);
          Use use = useNow(hold.member, type);
          use.add(excess - (capped ? lacking : 0));
        });
    charged.values().removeIf(amount -> amount == 0);
    charged.forEach((type, amount) -> charged(hold.feature, type, hold.member, amount));
    end(id, hold, State.COMMITTED);
    hold.settled = settled;
    hold.settlement =
        " charged "
            + charged
            + " returned "
            + returned
            + " overdrawn "
            + overdrawn
            + " uncovered "
            + uncovered
            + (late ? " late" : "");
    return told(hold, false) + hold.settlement + snapshot(names);
  }

  private TreeSet<String> all() {
    TreeSet<String> names = new TreeSet<>(plan.allowances().keySet());
    tokens.forEach(
        (type, t) -> {
          if (t.known || t.hasAnything()) {
            names.add(type); // and not one that was only asked for
          }
        });
    return names;
  }

  String balance(String member) {
    TreeSet<String> names = all();
    begin(names);
    StringBuilder text = new StringBuilder("balance");
    for (String type : names) {
      Use use = use(member, type);
      boolean counts = !member.isEmpty() && use.period == periodNow(use, type);
      if (!member.isEmpty()) {
        Long cap = caps.getOrDefault(member, Map.of()).get(type);
        text.append(" " + type + " " + cap + " " + (counts ? use.consumed : 0));
        text.append(" " + (counts ? use.held : 0));
      }
    }
    return text + snapshot(all());
  }

  private String decide(String member, Map<String, Long> needs) {
    for (Map.Entry<String, Long> need : needs.entrySet()) {
      boolean granted = of(need.getKey()).pockets.stream().anyMatch(pocket -> pocket.grant);
      if (!plan.allowances().containsKey(need.getKey()) && !granted) {
        return "denied FEATURE_NOT_IN_PLAN " + need.getKey() + " ACCOUNT " + need.getValue() + " 0";
      }
    }
    for (Map.Entry<String, Long> need : needs.entrySet()) {
      Long cap = caps.getOrDefault(member, Map.of()).get(need.getKey());
      if (cap != null) {
        Use use = use(member, need.getKey());
        boolean counts = use.period == periodNow(use, need.getKey());
        long left = Math.max(0, cap - (counts ? use.consumed + use.held : 0));
        if (need.getValue() > left) {
          return "denied MEMBER_LIMIT_REACHED "
              + need.getKey()
              + " MEMBER "
              + need.getValue()
              + " "
              + left;
        }
      }
    }
    for (Map.Entry<String, Long> need : needs.entrySet()) {
      long free = of(need.getKey()).free();
      if (need.getValue() > free) {
        return "denied INSUFFICIENT_TOKENS "
            + need.getKey()
            + " ACCOUNT "
            + need.getValue()
            + " "
            + Math.max(0, free);
      }
    }
    return "";
  }

  private void take(Hold hold, Map<String, Long> needs) {
    needs.forEach(
        (type, need) -> {
          Tokens t = of(type);
          Use use = useNow(hold.member, type);
          long left = need;
          for (Pocket pocket : t.pockets) {
            long part = Math.max(0, Math.min(pocket.free, left));
            if (part > 0) {
              pocket.free -= part;
              pocket.held += part;
              left -= part;
              hold.add(new Part(type, use.period, pocket, part));
            }
          }
          hold.amounts.merge(type, need, Long::sum);
          use.held += need;
        });
  }

  /** Charges the first tokens of each type; the rest goes back. */
  private void settle(Hold hold, TreeMap<String, Long> charge) {
    for (Part part : hold.parts) {
      Tokens t = of(part.type);
      long charged = Math.min(part.amount, charge.getOrDefault(part.type, 0L));
      charge.merge(part.type, -charged, Long::sum);
      release(t, part);
      t.consumed += charged;
      if (part.pocket.gone) {
        t.lapsed += part.amount - charged;
      } else {
        part.pocket.free += part.amount - charged;
        t.periodConsumed += charged;
      }
      Use use = use(hold.member, part.type);
      if (use.period == part.period) {
        use.held -= part.amount;
        use.add(charged);
      }
    }
  }

  private Use use(String member, String type) {
    return uses.computeIfAbsent(member + " " + type, key -> new Use());
  }

  /** One time without an allowance is not another one with an allowance in between. */
  private Object periodNow(Use use, String type) {
    Pocket allowance = of(type).allowance();
    if (allowance != null) {
      return allowance;
    }
    return use.period == null || use.period instanceof Pocket ? new Object() : use.period;
  }

  private Use useNow(String member, String type) {
    if (!member.isEmpty()) {
      members.add(member);
    }
    Use use = use(member, type);
    Object period = periodNow(use, type);
    if (use.period != period) {
      use.period = period;
      use.consumed = 0;
      use.held = 0;
    }
    return use;
  }

  private static void put(Map<String, Long> amounts, String type, long amount) {
    if (amount > 0) {
      amounts.put(type, amount);
    }
  }

  private static String told(Hold hold, boolean replayed) {
    return hold.state
        + " "
        + hold.amounts
        + " "
        + hold.created
        + ".."
        + hold.expires
        + (replayed ? " replayed" : "");
  }

  /** Free tokens cover debt as soon as there are any, and a grant that is used up goes. */
  private void finish() {
    for (String type : touched) {
      Tokens t = of(type);
      t.known |= t.hasAnything(); // what comes and goes within one call leaves nothing
      t.debt -= t.takeFree(t.debt);
      for (Pocket pocket : List.copyOf(t.pockets)) {
        if (pocket.grant && pocket.free == 0 && pocket.held == 0) {
          t.pockets.remove(pocket);
          pocket.gone = true;
        }
      }
    }
  }

  private String snapshot(Collection<String> names) {
    return " | open " + open.size() + balances(names.toArray(new String[0]));
  }

  private String balances(String... names) {
    finish();
    StringBuilder text = new StringBuilder();
    for (String type : new TreeSet<>(List.of(names))) {
      Tokens t = of(type);
      long held = t.pockets.stream().mapToLong(pocket -> pocket.held).sum();
      Pocket allowance = t.allowance();
      text.append("; " + type + " free " + t.free() + " held " + held);
      text.append(" consumed " + t.periodConsumed + " lapsed " + t.periodLapsed);
      text.append(" reset " + resetOf(type, allowance));
      text.append(" of " + t.granted + " " + t.consumed + " " + t.held() + " " + t.lapsed);
    }
    return text.toString();
  }
}
