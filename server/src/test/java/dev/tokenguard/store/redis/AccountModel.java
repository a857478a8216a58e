package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Allowance;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Periods;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.Policies.LateCommit;
import dev.tokenguard.domain.Policies.Overage;
import dev.tokenguard.domain.Reservation.State;
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
  private final int maxOpen;
  private final Instant opened;
  private Plan plan;
  private long now;
  private int pocketsMade;
  private final TreeSet<String> touched = new TreeSet<>();

  AccountModel(Plan plan, Instant opened, int maxOpen) {
    this.plan = plan;
    this.opened = opened;
    this.maxOpen = maxOpen;
    at(opened);
    catchUp(plan.allowances().keySet());
  }

  private static final class Pocket {
    final int order;
    final boolean grant;
    final long priority;
    final long until;
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

    void add(Pocket pocket) {
      known = true;
      pockets.add(pocket);
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

  private record Part(String type, @Nullable Pocket period, Pocket pocket, long amount) {}

  private static final class Use {
    @Nullable Pocket period;
    long consumed;
    long held;
  }

  private static final class Hold {
    State state = State.OPEN;
    String request = "";
    String member = "";
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

  void plan(Plan changed) {
    plan = changed;
  }

  void cap(String member, String type, long cap) {
    caps.computeIfAbsent(member, name -> new HashMap<>()).put(type, cap);
  }

  void grant(String type, long amount, long priority, long until) {
    Tokens t = tokens.computeIfAbsent(type, name -> new Tokens());
    t.granted += amount;
    t.add(new Pocket(pocketsMade++, true, priority, until, amount, amount));
  }

  // What is due

  private Periods period(Allowance rule, long time) {
    ZoneId zone = plan.zone().orElse(ZoneOffset.UTC);
    return rule.resets().periodsAround(Instant.ofEpochMilli(time), zone, opened);
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
          t.lapse(grant);
          t.periodLapsed += grant.free;
          recent += grant.until > period.start() ? grant.free : 0;
        }
      }
      Pocket allowance = t.allowance();
      if (rule == null && allowance != null) {
        withdraw(t, allowance);
      } else if (rule != null && allowance == null) {
        t.granted += rule.amount();
        t.add(newAllowance(rule, period, rule.amount()));
      } else if (rule != null && allowance != null && allowance.until <= now) {
        reset(t, rule, period, allowance, recent);
      } else if (rule != null && allowance != null) {
        long difference = rule.amount() - allowance.amount;
        allowance.amount += difference;
        allowance.free += difference;
        t.granted += difference;
      }
    }
  }

  private Pocket newAllowance(Allowance rule, Periods period, long free) {
    return new Pocket(pocketsMade++, false, 0, period.end(), rule.amount(), free);
  }

  private void withdraw(Tokens t, Pocket allowance) {
    if (allowance.until <= now) {
      t.lapse(allowance);
      t.lapsed -= t.debt;
      t.debt = 0;
      t.periodConsumed = 0;
      t.periodLapsed = 0;
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
    for (long time = allowance.until; time < period.start(); time = period(rule, time).end()) {
      long there = rule.amount() + carried; // of a period that was slept through
      long pays = Math.min(t.debt, there);
      t.debt -= pays;
      paid += pays;
      carried = Math.min(there - pays, rule.rolloverMax());
    }
    allowance.free -= unused;
    t.lapse(allowance);
    long free = rule.amount() + carried;
    t.granted += free - unused + paid;
    t.periodConsumed = t.debt;
    t.periodLapsed = recent;
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
    hold.created = now;
    hold.expires = keep ? now + ask.ttl().toMillis() : now;
    holds.put(ask.id(), hold);
    open.put(ask.id(), hold);
    take(hold, ask.amounts().byType());
    if (!keep) {
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
      put(beyond, type, excess);
      put(short_, type, lacking);
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
          use.consumed += excess - (capped ? lacking : 0);
        });
    charged.values().removeIf(amount -> amount == 0);
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

  String balance(String member) {
    TreeSet<String> names = new TreeSet<>(plan.allowances().keySet());
    tokens.forEach(
        (type, t) -> {
          if (t.known || t.consumed > 0) {
            names.add(type); // and not one that was only asked for
          }
        });
    begin(names);
    StringBuilder text = new StringBuilder("balance");
    for (String type : names) {
      Use use = use(member, type);
      boolean counts = !member.isEmpty() && use.period == of(type).allowance();
      if (!member.isEmpty()) {
        Long cap = caps.getOrDefault(member, Map.of()).get(type);
        text.append(" " + type + " " + cap + " " + (counts ? use.consumed : 0));
        text.append(" " + (counts ? use.held : 0));
      }
    }
    return text + snapshot(names);
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
        boolean counts = use.period == of(need.getKey()).allowance();
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
          long left = need;
          for (Pocket pocket : t.pockets) {
            long part = Math.max(0, Math.min(pocket.free, left));
            if (part > 0) {
              pocket.free -= part;
              pocket.held += part;
              left -= part;
              hold.add(new Part(type, t.allowance(), pocket, part));
            }
          }
          hold.amounts.merge(type, need, Long::sum);
          useNow(hold.member, type).held += need;
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
        use.consumed += charged;
      }
    }
  }

  private Use use(String member, String type) {
    return uses.computeIfAbsent(member + " " + type, key -> new Use());
  }

  private Use useNow(String member, String type) {
    Use use = use(member, type);
    Pocket period = of(type).allowance();
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
      t.debt -= t.takeFree(t.debt);
      t.pockets.removeIf(pocket -> pocket.grant && pocket.free == 0 && pocket.held == 0);
    }
  }

  private String snapshot(Collection<String> names) {
    finish();
    StringBuilder text = new StringBuilder(" | open " + open.size());
    for (String type : new TreeSet<>(names)) {
      Tokens t = of(type);
      long held = t.pockets.stream().mapToLong(pocket -> pocket.held).sum();
      Pocket allowance = t.allowance();
      text.append("; " + type + " free " + t.free() + " held " + held);
      text.append(" consumed " + t.periodConsumed + " lapsed " + t.periodLapsed);
      text.append(" reset " + resetOf(type, allowance));
      text.append(" of " + t.granted + " " + t.consumed + " " + (held + t.orphaned));
      text.append(" " + t.lapsed);
    }
    return text.toString();
  }
}
