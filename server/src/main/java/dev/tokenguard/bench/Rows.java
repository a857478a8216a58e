package dev.tokenguard.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All rows of a run, in the order of the table. */
final class Rows {
  private final Map<String, Row> rows = new LinkedHashMap<>();

  /** The row of a name and a number in flight, made if it is not there. */
  Row row(String name, int inFlight) {
    return rows.computeIfAbsent(key(name, inFlight), key -> new Row(name, inFlight));
  }

  Optional<Row> find(String name, int inFlight) {
    return Optional.ofNullable(rows.get(key(name, inFlight)));
  }

  List<Row> all() {
    return List.copyOf(rows.values());
  }

  /** What is computed of the slices of several rows in one round. */
  @FunctionalInterface
  interface OfRound {
    double of(List<Slice> slices);
  }

  /**
   * The median, over all rounds, of what is computed of the slices of these rows in each; empty
   * unless all of them were run equally often.
   */
  Optional<Double> median(OfRound computed, int inFlight, String... names) {
    List<List<Slice>> columns = new ArrayList<>();
    for (String name : names) {
      find(name, inFlight).ifPresent(row -> columns.add(row.slices()));
    }
    if (columns.size() < names.length || columns.get(0).isEmpty()) {
      return Optional.empty();
    }
    int rounds = columns.get(0).size();
    List<Double> values = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      List<Slice> slices = new ArrayList<>();
      for (List<Slice> column : columns) {
        if (column.size() != rounds) {
          return Optional.empty();
        }
        slices.add(column.get(round));
      }
      values.add(computed.of(slices));
    }
    return Optional.of(Row.median(values, value -> value));
  }

  private static String key(String name, int inFlight) {
    return name + "@" + inFlight;
  }
}
