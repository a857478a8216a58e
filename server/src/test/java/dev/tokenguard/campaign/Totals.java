package dev.tokenguard.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came of many rounds, by topology, setting and fault. It is kept in a file, a line for each
 * fault of each round, so that runs that follow one another add up.
 */
final class Totals {

  /** Stands for a round as a whole, where a fault would be named. */
  private static final String ROUND = "all";

  private static final String FILE = "results.tsv";
  private static final int NAMES = 5;
  private static final int NUMBERS = 6;

  /**
   * By topology, setting and fault: times, calls, faults told, changes lost, of these replicated
   * ones, violations.
   */
  private final Map<List<String>, long[]> rows =
      new TreeMap<>(java.util.Comparator.comparing((List<String> key) -> String.join("\t", key)));

  private long rounds;
  private long calls;
  private long unknown;
  private long undecided;
  private long struck;
  private long violations;

  /** Reads what earlier runs left in a folder. */
  static Totals of(Path folder) throws IOException {
    Totals totals = new Totals();
    Path file = folder.resolve(FILE);
    if (Files.exists(file)) {
      Files.readAllLines(file).forEach(totals::add);
    }
    return totals;
  }

  /** Adds a round, in the file too. */
  void add(Path folder, long seed, int round, Round.Result result, RoundChecker.Outcome outcome)
      throws IOException {
    List<String> lines = new ArrayList<>();
    String names =
        String.join(
            "\t", String.valueOf(seed), String.valueOf(round), result.topology(), result.setting());
    outcome
        .rows()
        .forEach(
            (fault, row) ->
                lines.add(
                    line(
                        names,
                        fault,
                        row.times(),
                        row.calls(),
                        row.faults(),
                        row.lost(),
                        row.replicated(),
                        row.violations())));
    lines.add(
        line(
            names,
            ROUND,
            1,
            outcome.calls(),
            outcome.unknown(),
            outcome.undecided(),
            0,
            outcome.found().size()));
    Files.write(folder.resolve(FILE), lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    lines.forEach(this::add);
  }

  private static String line(String names, String fault, long... numbers) {
    StringBuilder line = new StringBuilder(names).append('\t').append(fault);
    for (long number : numbers) {
      line.append('\t').append(number);
    }
    return line.toString();
  }

  private void add(String line) {
    String[] parts = line.split("\t");
    long[] numbers = new long[NUMBERS];
    for (int i = 0; i < NUMBERS; i++) {
      numbers[i] = Long.parseLong(parts[NAMES + i]);
    }
    String fault = parts[4];
    if (fault.equals(ROUND)) {
      rounds++;
      calls += numbers[1];
      unknown += numbers[2];
      undecided += numbers[3];
      violations += numbers[5];
    } else {
      struck += numbers[0];
    }
    long[] sums =
        rows.computeIfAbsent(List.of(parts[2], parts[3], fault), key -> new long[NUMBERS]);
    for (int i = 0; i < NUMBERS; i++) {
      sums[i] += numbers[i];
    }
  }

  long calls() {
    return calls;
  }

  long struck() {
    return struck;
  }

  long violations() {
    return violations;
  }

  /** One line that tells it all. */
  String line() {
    return String.format(
        "%d rounds, %,d calls, %d faults, %,d calls with unknown outcome,"
            + " %d accounts undecided, %d violations",
        rounds, calls, struck, unknown, undecided, violations);
  }

  /** The table, as Markdown. */
  String table() {
    StringBuilder table =
        new StringBuilder(
            "| topology | setting | fault | times | calls meanwhile | told a fault | acknowledged"
                + " changes lost | violations |\n|---|---|---|---|---|---|---|---|\n");
    rows.forEach(
        (key, sums) -> {
          boolean whole = key.get(2).equals(ROUND);
          table.append(
              String.format(
                  "| %s | %s | %s | %,d | %,d | %s | %s | %,d |%n",
                  key.get(0),
                  key.get(1),
                  whole ? "all rounds" : key.get(2),
                  sums[0],
                  sums[1],
                  whole ? "" : String.format("%,d", sums[2]),
                  whole ? "" : lost(sums),
                  sums[5]));
        });
    return table.toString();
  }

  private static String lost(long[] sums) {
    String lost = String.format("%,d", sums[3]);
    return sums[4] == 0 ? lost : lost + String.format(", %,d of them told as replicated", sums[4]);
  }

  /** Prints what is in some folders, one after the other. */
  public static void main(String[] folders) throws IOException {
    for (String folder : folders) {
      Totals totals = of(Path.of(folder));
      System.out.println(totals.table());
      System.out.println(totals.line());
    }
  }
}
