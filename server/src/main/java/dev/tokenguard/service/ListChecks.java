package dev.tokenguard.service;

import dev.tokenguard.domain.LedgerEntry.Kind;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is wrong with a request for a list. Adds to the {@link RequestChecks} of the request. */
final class ListChecks {

  private final RequestChecks checks;

  ListChecks(RequestChecks checks) {
    this.checks = checks;
  }

  /** Items of a page; the default for 0. */
  int pageSize(int size) {
    return count("page_size", size, AdminLimits.DEFAULT_PAGE, AdminLimits.MAX_PAGE);
  }

  /** A number of items; the default for 0. */
  int count(String field, int count, int otherwise, int most) {
    if (count < 0 || count > most) {
      checks.malformed(field, count + " (expected: 1 to " + most + ", or 0 for " + otherwise + ")");
    }
    return count == 0 ? otherwise : count;
  }

  /**
   * The name of a plan, feature or token type to filter by. It need not be in the catalog: history,
   * and accounts, outlive the names that a catalog once had.
   */
  ListChecks name(String field, String name) {
    checks.text(field, name, AdminLimits.MAX_NAME_BYTES);
    return this;
  }

  /** One of a few names; null for none, and where it is wrong. */
  @Nullable String oneOf(String field, String name, Collection<String> known) {
    if (name.isEmpty()) {
      return null;
    }
    if (!known.contains(name)) {
      checks.malformed(
          field, Wording.quoted(name) + " (expected: " + String.join(", ", known) + ")");
      return null;
    }
    return name;
  }

  /** Which transactions; {@code path} goes before the names of the fields. */
  TransactionFilter transactions(String path, HistoryRequest.Filter filter) {
    name(path + "token_type", filter.tokenType()).name(path + "feature", filter.feature());
    checks
        .optionalId(path + "member_id", filter.member())
        .optionalId(path + "reservation_id", filter.reservation());
    Instant start = filter.start();
    Instant end = filter.end();
    if (start != null && end != null && !start.isBefore(end)) {
      checks.malformed(path + "end_time", "is not after start_time");
    }
    return new TransactionFilter(
        kinds(path + "kinds", filter.kinds()),
        filter.tokenType(),
        filter.feature(),
        filter.member(),
        filter.reservation(),
        start == null ? Instant.MIN : start,
        end == null ? Instant.MAX : end);
  }

  private Set<Kind> kinds(String field, List<String> names) {
    List<String> known = Arrays.stream(Kind.values()).map(Enum::name).toList();
    EnumSet<Kind> kinds = EnumSet.noneOf(Kind.class);
    for (int i = 0; i < names.size(); i++) {
      String name = oneOf(field + "[" + i + "]", names.get(i), known);
      if (name != null) {
        kinds.add(Kind.valueOf(name));
      } else if (names.get(i).isEmpty()) {
        kinds.addAll(EnumSet.allOf(Kind.class));
      }
    }
    return kinds.isEmpty() ? EnumSet.allOf(Kind.class) : kinds;
  }

  /** Days of usage, of which either end may be left open. */
  DayRange days(String startDate, String endDate) {
    Optional<LocalDate> start = day("start_date", startDate);
    Optional<LocalDate> end = day("end_date", endDate);
    if (start.isPresent() && end.isPresent()) {
      String wrong = DayRange.wrong(start.get(), end.get());
      if (!wrong.isEmpty()) {
        checks.malformed("start_date", wrong);
      }
    }
    return new DayRange(start, end);
  }

  private Optional<LocalDate> day(String field, String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      LocalDate day = LocalDate.parse(text);
      if (day.getYear() >= 1970 && day.getYear() <= 9999) {
        return Optional.of(day);
      }
    } catch (DateTimeException e) {
      // Told below.
    }
    checks.malformed(field, Wording.quoted(text) + " (expected: a day, as 2026-11-21)");
    return Optional.empty();
  }
}
