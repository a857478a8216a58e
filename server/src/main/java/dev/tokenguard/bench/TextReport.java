package dev.tokenguard.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The results for people: aligned tables. */
final class TextReport {
  private TextReport() {}

  static String of(Results results) {
    StringBuilder text = new StringBuilder();
    results.about().forEach((name, value) -> text.append(String.format("%-9s %s%n", name, value)));
    text.append(System.lineSeparator());
    List<String[]> lines = new ArrayList<>();
    lines.add(
        new String[] {
          "",
          "in flight",
          "calls/s",
          "p50 us",
          "p99 us",
          "p99.9 us",
          "script us",
          "Redis us",
          "server us"
        });
    for (Row row : results.rows().all()) {
      lines.add(
          new String[] {
            row.name(),
            Integer.toString(row.inFlight()),
            number(row.rate()),
            number(row.micros(50)),
            number(row.micros(99)),
            number(row.micros(99.9)),
            cost(row.scriptMicros()),
            cost(row.redisMicros()),
            cost(row.serverMicros())
          });
    }
    append(text, lines);
    text.append(
        String.format(
            "%ncalls/s: median of the slices. script, Redis, server: processor time; of one script,"
                + " and of the%nprocess for one call.%n"));
    failures(text, results);
    text.append(System.lineSeparator());
    figures(text, results);
    budgets(text, results);
    return text.toString();
  }

  private static void failures(StringBuilder text, Results results) {
    for (Row row : results.rows().all()) {
      row.failures()
          .forEach(
              (why, count) ->
                  text.append(
                      String.format(
                          Locale.ROOT,
                          "%nFAILED %s, %d in flight: %d calls, %s%n",
                          row.name(),
                          row.inFlight(),
                          count,
                          why)));
    }
  }

  private static void figures(StringBuilder text, Results results) {
    if (results.figures().isEmpty()) {
      return;
    }
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"figure", "measured"});
    for (Figure each : results.figures()) {
      lines.add(new String[] {each.what(), figure(each.value(), each.unit()) + unit(each.unit())});
    }
    append(text, lines);
    text.append(System.lineSeparator());
  }

  private static void budgets(StringBuilder text, Results results) {
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"budget", "measured", "asked for", ""});
    for (Budget budget : Budgets.of(results)) {
      String unit = unit(budget.unit());
      lines.add(
          new String[] {
            budget.what(),
            figure(budget.value(), budget.unit()) + unit,
            (budget.atLeast() ? ">= " : "<= ") + figure(budget.limit(), budget.unit()) + unit,
            budget.met() ? "met" : "MISSED"
          });
    }
    append(text, lines);
  }

  /** The first column and the last to the left, numbers to the right. */
  private static void append(StringBuilder text, List<String[]> lines) {
    int columns = lines.get(0).length;
    int[] widths = new int[columns];
    for (String[] line : lines) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], line[i].length());
      }
    }
    for (String[] line : lines) {
      StringBuilder row = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        boolean words = i == 0 || lines.get(0)[i].isEmpty();
        row.append(i == 0 ? "" : "  ")
            .append(" ".repeat(words ? 0 : widths[i] - line[i].length()))
            .append(line[i])
            .append(" ".repeat(words ? widths[i] - line[i].length() : 0));
      }
      text.append(row.toString().stripTrailing()).append(System.lineSeparator());
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  private static String cost(double micros) {
    return micros == 0 ? "-" : String.format(Locale.ROOT, "%.1f", micros);
  }

  private static String unit(String unit) {
    return unit.isEmpty() ? "" : " " + unit;
  }

  private static String figure(double value, String unit) {
    String format =
        switch (unit) {
          case "", "s", "calls" -> "%.2f";
          case "us", "ms" -> "%.1f";
          default -> "%,.0f";
        };
    return String.format(Locale.ROOT, format, value);
  }
}
