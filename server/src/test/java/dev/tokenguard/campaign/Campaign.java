package dev.tokenguard.campaign;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Rounds, one after the other, each checked before the next. */
final class Campaign {

  private static final int SHOWN = 5;
  private static final String RESULT = "result";

  private final Path folder;
  private final long seed;
  private final List<Round.Kind> kinds;
  private final int faultsOfRound;
  private final int calmMillis;
  private final Totals totals;
  private final List<String> broken = new ArrayList<>();

  /**
   * @param folder for what is found, and for the results, which are added to those that are there
   * @param kinds of topology to choose from
   * @param calmMillis how long callers are left alone after each fault, at least
   */
  Campaign(Path folder, long seed, List<Round.Kind> kinds, int faultsOfRound, int calmMillis)
      throws IOException {
    this.folder = Files.createDirectories(folder);
    this.seed = seed;
    this.kinds = kinds;
    this.faultsOfRound = faultsOfRound;
    this.calmMillis = calmMillis;
    this.totals = Totals.of(folder);
  }

  Totals totals() {
    return totals;
  }

  /** Rounds that came to no end, and why. */
  List<String> broken() {
    return broken;
  }

  /** Runs a round; returns whether nothing was found. */
  boolean run(int number) throws IOException, InterruptedException {
    // Every topology has its turn; which one and what happens there is chance.
    Random random = new Random(seed * 1_000_003 + number);
    Round.Kind kind = kinds.get(Math.floorMod(number + (int) (seed % kinds.size()), kinds.size()));
    Round.Plan plan = new Round.Plan(kind, random.nextLong(), faultsOfRound, calmMillis);
    String name =
        "-Dcampaign.kinds=" + kind + " -Dcampaign.seed=" + seed + " -Dcampaign.round=" + number;
    say("round " + number + " on " + kind + ": " + name);
    Path its = folder.resolve("round-" + seed + "-" + number + "-" + kind);
    delete(its);
    long start = System.nanoTime();
    try {
      Round.Result result = new Round(plan, its).run();
      keep(its, result);
      RoundChecker.Outcome outcome = RoundChecker.check(result);
      totals.add(folder, seed, number, result, outcome);
      say(
          String.format(
              "round %d: %,d calls and %d faults in %d s, %d violations; in all %s",
              number,
              outcome.calls(),
              result.struck().size(),
              (System.nanoTime() - start) / 1_000_000_000,
              outcome.found().size(),
              totals.line()));
      outcome.found().stream().limit(SHOWN).forEach(found -> say(Findings.text(name, found)));
      if (outcome.found().isEmpty()) {
        delete(its);
      }
      return outcome.found().isEmpty();
    } catch (IOException | RuntimeException | AssertionError e) {
      // That the stage fell is no verdict on the play; the next one is built anew.
      broken.add(name + ": " + e);
      say("round " + number + " came to no end: " + e);
      e.printStackTrace(System.out);
      return false;
    }
  }

  /** So that it can be looked at again, should anything be found. */
  private static void keep(Path its, Round.Result result) throws IOException {
    try (ObjectOutputStream out =
        new ObjectOutputStream(Files.newOutputStream(its.resolve(RESULT)))) {
      out.writeObject(result);
    }
  }

  /** Checks a round once more whose folder was kept; returns what was found. */
  static int checkAgain(Path its) throws IOException {
    try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(its.resolve(RESULT)))) {
      RoundChecker.Outcome outcome = RoundChecker.check((Round.Result) in.readObject());
      outcome.found().stream()
          .limit(SHOWN)
          .forEach(found -> say(Findings.text(its.toString(), found)));
      say(outcome.calls() + " calls, " + outcome.found().size() + " violations");
      return outcome.found().size();
    } catch (ClassNotFoundException e) {
      throw new IOException(e);
    }
  }

  private static void say(String text) {
    System.out.println(
        java.time.Instant.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS) + " " + text);
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(each);
        }
      }
    }
  }
}
