package dev.tokenguard.campaign;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Explains revisions that nobody was told of and that the ledger does not write down: reservations
 * and extensions whose callers never heard, each taking effect at most once, after it was asked for
 * and before anything shows it. Which of them were it, what is held afterwards tells: amounts are
 * such that only one set of them comes to that sum.
 */
final class GapFiller {

  /** Steps of a search before it is given up. */
  private static final int STEPS = 2_000_000;

  private final Line line;
  private final Model model;
  private final long[] knownBy;

  /** By revision, what callers were told is held. */
  private final NavigableMap<Integer, Long> heldAt;

  /** By reservation, the first revision at which something shows that it was made. */
  private final Map<Long, Integer> shownAt;

  private final List<Operation> reserves = new ArrayList<>();
  private final List<Operation> extensions = new ArrayList<>();
  private final Map<Operation.Key, Integer> used = new HashMap<>();
  private int steps;

  GapFiller(
      Line line,
      Model model,
      long[] knownBy,
      NavigableMap<Integer, Long> heldAt,
      Map<Long, Integer> shownAt) {
    this.line = line;
    this.model = model;
    this.knownBy = knownBy;
    this.heldAt = heldAt;
    this.shownAt = shownAt;
    Set<Long> placed = new HashSet<>();
    for (int i = 1; i <= line.last(); i++) {
      Change change = line.at(i);
      if (change != null && change.kind() == Change.Kind.RESERVE) {
        placed.add(change.id());
      }
    }
    for (Operation asked : line.operations().values()) {
      if (asked.rpc() == Rpc.RESERVE
          && line.survives(asked.id())
          && !placed.contains(asked.id())
          && asked.start() < Long.MAX_VALUE) {
        reserves.add(asked);
      } else if (asked.rpc() == Rpc.EXTEND && line.survives(asked.id()) && asked.unknown() > 0) {
        extensions.add(asked);
      }
    }
    reserves.sort(Comparator.comparingLong(Operation::start));
    // Of several that would add nothing, the one whose reservation ends first must not come too
    // late.
    extensions.sort(Comparator.comparingInt(asked -> endOf(asked.id())));
  }

  /**
   * One that may fill a gap.
   *
   * @param amount what it adds to what is held
   * @param deadline the revision at which something shows that it was done
   * @param again whether it is a repetition of the one before it, which adds nothing to what that
   *     one did and did nothing without it
   */
  private record Candidate(Operation asked, long amount, int deadline, boolean again) {}

  /** A stretch of revisions, from the first gap to the next at which it is known what is held. */
  private record Stretch(int first, int last, List<Integer> gaps, long missing) {}

  /** Explains all gaps from here to where it is next known what is held; says why it cannot. */
  @Nullable String fill(int first) {
    Map.Entry<Integer, Long> known = heldAt.ceilingEntry(first);
    int last = known == null ? line.last() : known.getKey();
    List<Integer> gaps = new ArrayList<>();
    Map<Long, Long> amounts = new HashMap<>();
    long missing = known == null ? 0 : known.getValue() - model.held;
    for (int i = first; i <= last; i++) {
      Change change = line.at(i);
      if (change == null) {
        gaps.add(i);
      } else {
        missing -= heldBy(change, amounts);
      }
    }
    Stretch stretch = new Stretch(first, last, gaps, missing);
    List<Candidate> forced = new ArrayList<>();
    List<Candidate> others = new ArrayList<>();
    candidates(stretch, amounts, forced, others);
    int more = gaps.size() - forced.size();
    long rest = missing - sum(forced);
    if (more < 0 || more > others.size()) {
      return gaps.size()
          + " changes that nobody explains, "
          + forced.size()
          + " that must be among"
          + " them, "
          + others.size()
          + " that may be: "
          + stretch;
    }
    steps = 0;
    List<Candidate> chosen = new ArrayList<>(forced);
    if (!choose(others, 0, more, rest, chosen, stretch)) {
      return (steps > STEPS ? "given up: " : "")
          + "changes that nobody explains: "
          + stretch
          + ", which must be among them: "
          + forced
          + ", which may be: "
          + others;
    }
    return null;
  }

  private void candidates(
      Stretch stretch, Map<Long, Long> amounts, List<Candidate> forced, List<Candidate> others) {
    // Each gap has a moment by which it was known; what fits none of them fits not the last.
    long latest = knownBy[stretch.gaps.get(stretch.gaps.size() - 1)];
    for (Operation asked : reserves) {
      if (!used.containsKey(asked.key) && asked.start() <= latest) {
        int deadline = shownAt.getOrDefault(asked.id(), Integer.MAX_VALUE);
        (deadline <= stretch.last ? forced : others)
            .add(new Candidate(asked, asked.amount(), deadline, false));
      }
    }
    for (Operation asked : extensions) {
      Hold hold = model.hold(asked.id());
      Operation reserve = line.operation(Rpc.RESERVE, asked.id());
      if (reserve == null || (hold != null && hold.state != HoldState.OPEN)) {
        continue;
      }
      long amount = amounts.getOrDefault(asked.id(), hold == null ? reserve.amount() : hold.amount);
      for (int i = used.getOrDefault(asked.key, 0); i < asked.unknown(); i++) {
        if (asked.start() <= latest) {
          long raise = Math.max(0, asked.amount() - amount);
          boolean again = i > used.getOrDefault(asked.key, 0);
          others.add(new Candidate(asked, raise, Integer.MAX_VALUE, again));
          amount += raise;
        }
      }
    }
  }

  private static long sum(List<Candidate> some) {
    return some.stream().mapToLong(Candidate::amount).sum();
  }

  /** What a change that is known adds to what is held. */
  private long heldBy(Change change, Map<Long, Long> amounts) {
    Call maker = change.maker();
    Hold hold = model.hold(change.id());
    return switch (change.kind()) {
      case RESERVE -> change.asked() == null ? 0 : change.asked().amount();
      case EXTEND -> {
        Operation reserve = line.operation(Rpc.RESERVE, change.id());
        long before =
            amounts.getOrDefault(
                change.id(), hold != null ? hold.amount : reserve == null ? 0 : reserve.amount());
        long after = maker == null ? before : maker.reserved;
        amounts.put(change.id(), after);
        yield after - before;
      }
      case COMMIT, REFUND, EXPIRE -> change.entry() == null ? 0 : -change.entry().released();
      default -> 0;
    };
  }

  /** Chooses so many of the others that come to the sum, and finds an order for all. */
  private boolean choose(
      List<Candidate> others,
      int from,
      int more,
      long rest,
      List<Candidate> chosen,
      Stretch stretch) {
    if (++steps > STEPS || rest < 0) {
      return false;
    }
    if (more == 0) {
      return rest == 0 && arrange(stretch, chosen);
    }
    for (int i = from; i <= others.size() - more; i++) {
      Candidate next = others.get(i);
      if (next.again && i > from) {
        continue; // The one before it was not chosen.
      }
      chosen.add(next);
      if (choose(others, i + 1, more - 1, rest - next.amount, chosen, stretch)) {
        return true;
      }
      chosen.remove(chosen.size() - 1);
    }
    return false;
  }

  private boolean arrange(Stretch stretch, List<Candidate> chosen) {
    List<Candidate> left = new ArrayList<>(chosen);
    left.sort(
        Comparator.comparingInt(Candidate::deadline)
            .thenComparing(each -> each.asked.rpc())
            .thenComparingLong(each -> each.asked.start()));
    Change[] found = new Change[stretch.gaps.size()];
    if (!arrange(stretch, stretch.first, 0, model.free(), left, found)) {
      return false;
    }
    for (int i = 0; i < found.length; i++) {
      line.explain(stretch.gaps.get(i), found[i]);
      used.merge(
          new Operation.Key(
              found[i].kind() == Change.Kind.RESERVE ? Rpc.RESERVE : Rpc.EXTEND, found[i].id()),
          1,
          Integer::sum);
    }
    return true;
  }

  private boolean arrange(
      Stretch stretch, int revision, int gap, long free, List<Candidate> left, Change[] found) {
    if (++steps > STEPS) {
      return false;
    }
    if (revision > stretch.last) {
      return true;
    }
    Change change = line.at(revision);
    if (change != null) {
      long after = free + freedBy(change);
      boolean tooMuch = change.kind() == Change.Kind.RESERVE && after < 0;
      return !tooMuch && arrange(stretch, revision + 1, gap, after, left, found);
    }
    for (int i = 0; i < left.size(); i++) {
      Candidate next = left.get(i);
      if (next.amount <= Math.max(0, free)
          && next.deadline >= revision
          && next.asked.start() <= knownBy[revision]
          && isReady(next, revision, left)) {
        left.remove(i);
        found[gap] =
            new Change(
                Change.Kind.valueOf(next.asked.rpc().name()),
                next.asked.id(),
                next.asked,
                null,
                null);
        if (arrange(stretch, revision + 1, gap + 1, free - next.amount, left, found)) {
          return true;
        }
        left.add(i, next);
      }
    }
    return false;
  }

  /** An extension follows its reservation and precedes its end. */
  private boolean isReady(Candidate next, int revision, List<Candidate> left) {
    if (next.asked.rpc() == Rpc.RESERVE) {
      return true;
    }
    if (left.stream()
        .anyMatch(each -> each.asked.rpc() == Rpc.RESERVE && each.asked.id() == next.asked.id())) {
      return false;
    }
    return endOf(next.asked.id()) > revision;
  }

  /** At which revision a reservation ended. */
  private int endOf(long id) {
    return ends().getOrDefault(id, Integer.MAX_VALUE);
  }

  private @Nullable Map<Long, Integer> ends;

  private Map<Long, Integer> ends() {
    Map<Long, Integer> all = ends;
    if (all == null) {
      all = new HashMap<>();
      for (int i = line.last(); i >= 1; i--) {
        Change change = line.at(i);
        if (change != null
            && (change.kind() == Change.Kind.COMMIT
                || change.kind() == Change.Kind.REFUND
                || change.kind() == Change.Kind.EXPIRE)) {
          all.put(change.id(), i);
        }
      }
      ends = all;
    }
    return all;
  }

  private long freedBy(Change change) {
    Closing.Entry entry = change.entry();
    if (entry != null) {
      return entry.granted() - entry.consumed() + entry.released();
    }
    return -heldBy(change, new HashMap<>());
  }
}
