package dev.tokenguard.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.UsageCell;
import dev.tokenguard.testing.Samples;
import dev.tokenguard.testing.ScriptedAdminStore;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UsageServiceTest {

  private static final LocalDate TODAY = LocalDate.of(2026, 3, 1);
  private static final LocalDate YESTERDAY = LocalDate.of(2026, 2, 28);

  private final ScriptedAdminStore store = new ScriptedAdminStore();
  private final UsageService service =
      new UsageService(
          store,
          store,
          () -> Samples.CATALOG,
          Limits.DEFAULT,
          Clock.fixed(Samples.NOW, ZoneOffset.UTC));

  UsageServiceTest() {
    store.accounts.put("a", ScriptedAdminStore.account("a", 4));
    store.usage.put(
        "a",
        List.of(
            new UsageCell(TODAY, "shop", "image", "m1", 30),
            new UsageCell(TODAY, "shop", "website", "m1", 1),
            new UsageCell(TODAY, "site", "website", "m2", 2),
            new UsageCell(YESTERDAY, "site", "website", "", 4),
            new UsageCell(YESTERDAY, "site", "website", "m2", 8),
            new UsageCell(TODAY.minusDays(29), "site", "website", "m1", 16),
            new UsageCell(TODAY.minusDays(30), "site", "website", "m1", 1000)));
  }

  static Stream<Arguments> groups() {
    return Stream.of(
        Arguments.of(List.of(), List.of("|||website|31", "|||image|30")),
        Arguments.of(List.of("TOKEN_TYPE"), List.of("|||website|31", "|||image|30")),
        Arguments.of(
            List.of("FEATURE", "TOKEN_TYPE"),
            List.of("||shop|image|30", "||site|website|30", "||shop|website|1")),
        Arguments.of(List.of("MEMBER"), List.of("|m1|||47", "|m2|||10", "||||4")),
        Arguments.of(
            List.of("DAY"), List.of("2026-01-31||||16", "2026-02-28||||12", "2026-03-01||||33")),
        Arguments.of(
            List.of("DAY", "MEMBER", "DAY"),
            List.of(
                "2026-01-31|m1|||16",
                "2026-02-28|m2|||8",
                "2026-02-28||||4",
                "2026-03-01|m1|||31",
                "2026-03-01|m2|||2")));
  }

  @ParameterizedTest
  @MethodSource("groups")
  void sumsUpAllThatItIsNotGroupedBy(List<String> groupBy, List<String> rows) {
    UsageReport report = usage("", "", groupBy, "", "", "", 0);
    assertEquals(rows, rows(report));
    assertEquals(Map.of("website", 31L, "image", 30L), report.totals());
    assertEquals(TODAY.minusDays(29), report.first());
    assertEquals(TODAY, report.last());
    assertFalse(report.truncated());
  }

  @Test
  void filters() {
    assertEquals(
        List.of("|||website|30"), rows(usage("", "", List.of(), "website", "site", "", 0)));
    assertEquals(List.of("|||website|10"), rows(usage("", "", List.of(), "", "", "m2", 0)));
    assertEquals(List.of(), rows(usage("", "", List.of(), "", "nothing", "", 0)));
  }

  @Test
  void tellsTheTopSpenders() {
    UsageReport report = usage("", "", List.of("DAY", "MEMBER"), "", "", "", 2);
    assertEquals(List.of("2026-01-31|m1|||16", "2026-03-01|m1|||31"), rows(report));
    assertTrue(report.truncated());
    assertEquals(Map.of("website", 31L, "image", 30L), report.totals(), "of all rows");
  }

  @Test
  void looksAtTheDaysThatAreAskedFor() {
    assertEquals(List.of("|||website|12"), rows(usage("", "2026-02-28", "2026-02-28")));
    assertEquals(LocalDate.of(2026, 1, 29), usage("", "", "2026-02-27").first());
    UsageReport open = usage("", "2026-02-28", "");
    assertEquals(YESTERDAY, open.first());
    assertEquals(TODAY, open.last());
  }

  @Test
  void todayIsTheAccounts() {
    store.zones.put("a", ZoneId.of("Pacific/Kiritimati"));
    assertEquals(TODAY.plusDays(1), usage("", "", "").last());
  }

  @Test
  void aFirstDayAfterTodayIsRefusedOnceTodayIsKnown() {
    CompletionException thrown =
        assertThrows(CompletionException.class, () -> usage("", "2026-03-02", ""));
    assertEquals(Fault.INVALID_REQUEST, Faults.of(thrown).fault());
    assertEquals("start_date", Faults.of(thrown).violations().get(0).field());
  }

  @Test
  void aSumThatIsTooLargeStaysAtTheLargest() {
    UsageCell most = new UsageCell(TODAY, "f", "image", "", Amounts.MAX);
    store.usage.put("a", Collections.nCopies(2000, most));
    UsageReport report = usage("", "", "");
    assertEquals(Long.MAX_VALUE, report.rows().get(0).amount());
    assertEquals(Map.of("image", Long.MAX_VALUE), report.totals());
    assertEquals(Long.MIN_VALUE, Sums.plus(Long.MIN_VALUE, -1));
    assertEquals(-1, Sums.plus(Long.MIN_VALUE, Long.MAX_VALUE));
  }

  @Test
  void anAccountInNumbers() {
    Statistics statistics = service.statistics("a").toCompletableFuture().join();
    assertEquals("a", statistics.account().account());
    assertEquals(5, statistics.granted());
    assertEquals(1, statistics.consumed());
    assertEquals(0, statistics.held());
    assertEquals(4, statistics.available());
    assertEquals(Samples.NOW.plus(Duration.ofHours(12)), statistics.nextReset());
    assertEquals(Map.of("image", 30L, "website", 3L), statistics.today());
    assertEquals(Map.of("image", 30L, "website", 31L), statistics.month());
  }

  private UsageReport usage(String member, String start, String end) {
    return usage(start, end, List.of(), "", "", member, 0);
  }

  private UsageReport usage(
      String start,
      String end,
      List<String> groupBy,
      String tokenType,
      String feature,
      String member,
      int limit) {
    return service
        .usage(
            new HistoryRequest.Usage("a", start, end, groupBy, tokenType, feature, member, limit))
        .toCompletableFuture()
        .join();
  }

  private static List<String> rows(UsageReport report) {
    return report.rows().stream()
        .map(
            row ->
                String.join(
                    "|",
                    row.day(),
                    row.member(),
                    row.feature(),
                    row.tokenType(),
                    String.valueOf(row.amount())))
        .toList();
  }
}
