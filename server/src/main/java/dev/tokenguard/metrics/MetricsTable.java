package dev.tokenguard.metrics;

import java.util.Locale;
import java.util.stream.Collectors;

/** The meters as documentation. */
public final class MetricsTable {

  private MetricsTable() {}

  /** A Markdown table of every meter of TokenGuard, for the README. */
  public static String markdown() {
    StringBuilder table =
        new StringBuilder("| metric | type | labels | tells |\n|---|---|---|---|\n");
    for (Metric metric : Metric.values()) {
      String labels =
          metric.labels().stream()
              .map(label -> "`" + label + "`")
              .collect(Collectors.joining(", "));
      String type =
          metric.type() == Metric.Type.TIMER
              ? "histogram"
              : metric.type().name().toLowerCase(Locale.ROOT);
      table
          .append("| `")
          .append(metric.exposedName())
          .append("` | ")
          .append(type)
          .append(" | ")
          .append(labels)
          .append(" | ")
          .append(metric.help())
          .append(" |\n");
    }
    return table.toString();
  }
}
