package dev.tokenguard.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Everything a run found.
 *
 * @param about names and values that say what was measured, for the reader
 * @param rows the rows
 * @param startTimes from the start of the process until it served; none if the bench started none
 * @param withAotCache whether the server was started with one
 * @param idleBytes resident memory of the server after its start
 * @param loadBytes most resident memory of the server
 * @param overspent tokens that one account, hit by all callers, spent beyond what it has, or that
 *     are not accounted for
 * @param figures what is no row
 */
record Results(
    Map<String, String> about,
    Rows rows,
    List<Duration> startTimes,
    boolean withAotCache,
    OptionalLong idleBytes,
    OptionalLong loadBytes,
    long overspent,
    List<Figure> figures) {

  /** The value of a figure, if it was measured. */
  OptionalDouble figure(String what) {
    return figures.stream()
        .filter(each -> each.what().equals(what))
        .mapToDouble(Figure::value)
        .findFirst();
  }

  Optional<Duration> startTime() {
    return startTimes.isEmpty()
        ? Optional.empty()
        : Optional.of(Duration.ofNanos((long) Row.median(startTimes, Duration::toNanos)));
  }
}
