package dev.tokenguard.service;

import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.FaultException.Violation;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * Days as a caller gave them, inclusive; what it left open depends on today in a time zone.
 *
 * @param start first day; empty for so many days before the last that they are 30 together
 * @param end last day; empty for today
 */
record DayRange(Optional<LocalDate> start, Optional<LocalDate> end) {

  /** Whether it depends on no time zone. */
  boolean isFixed() {
    return end.isPresent();
  }

  LocalDate last(LocalDate today) {
    return end.orElse(today);
  }

  /**
   * The first day.
   *
   * @throws FaultException if it is after the last, or too far from it
   */
  LocalDate first(LocalDate today) {
    LocalDate last = last(today);
    LocalDate first = start.orElseGet(() -> last.minusDays(AdminLimits.DEFAULT_USAGE_DAYS - 1));
    String wrong = wrong(first, last);
    if (!wrong.isEmpty()) {
      throw FaultException.invalid(List.of(new Violation("start_date", wrong)));
    }
    return first;
  }

  /** What is wrong with two days; empty if nothing is. */
  static String wrong(LocalDate first, LocalDate last) {
    if (first.isAfter(last)) {
      return first + " (expected: at most the last day, " + last + ")";
    }
    return first.plusDays(AdminLimits.MAX_USAGE_DAYS).isAfter(last)
        ? ""
        : first + " (expected: at most " + AdminLimits.MAX_USAGE_DAYS + " days up to " + last + ")";
  }
}
