package dev.tokenguard.service;

import dev.tokenguard.domain.UsageCell;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Sums up usage by some dimensions. Not thread-safe. */
final class UsageTable {

  private static final Comparator<UsageRow> BY_NAME =
      Comparator.comparing(UsageRow::day)
          .thenComparing(UsageRow::feature)
          .thenComparing(UsageRow::tokenType)
          .thenComparing(UsageRow::member);

  private static final Comparator<UsageRow> LARGEST_FIRST =
      Comparator.comparingLong(UsageRow::amount).reversed().thenComparing(BY_NAME);

  private final Set<Dimension> groupBy;
  private final Map<UsageRow, Long> sums = new HashMap<>();
  private final SortedMap<String, Long> totals = new TreeMap<>();

  UsageTable(Set<Dimension> groupBy) {
    this.groupBy = groupBy;
  }

  /** What rows are told apart by. */
  enum Dimension {
    DAY,
    FEATURE,
    TOKEN_TYPE,
    MEMBER
  }

  void add(UsageCell cell) {
    UsageRow key =
        new UsageRow(
            groupBy.contains(Dimension.DAY) ? cell.day().toString() : "",
            groupBy.contains(Dimension.FEATURE) ? cell.feature() : "",
            groupBy.contains(Dimension.TOKEN_TYPE) ? cell.tokenType() : "",
            groupBy.contains(Dimension.MEMBER) ? cell.member() : "",
            0);
    sums.merge(key, cell.amount(), Sums::plus);
    Sums.add(totals, cell.tokenType(), cell.amount());
  }

  /** The largest rows, so many at most, in the order of a report. */
  List<UsageRow> rows(int limit) {
    List<UsageRow> largest =
        sums.entrySet().stream()
            .map(entry -> row(entry.getKey(), entry.getValue()))
            .sorted(LARGEST_FIRST)
            .limit(limit)
            .toList();
    // Sorting is stable: within a day, the largest stay first.
    return groupBy.contains(Dimension.DAY)
        ? largest.stream().sorted(Comparator.comparing(UsageRow::day)).toList()
        : largest;
  }

  private static UsageRow row(UsageRow key, long amount) {
    return new UsageRow(key.day(), key.feature(), key.tokenType(), key.member(), amount);
  }

  int size() {
    return sums.size();
  }

  SortedMap<String, Long> totals() {
    return totals;
  }
}
