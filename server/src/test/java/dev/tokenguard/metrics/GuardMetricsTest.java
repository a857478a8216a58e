package dev.tokenguard.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.AccountSnapshot.Event;
import dev.tokenguard.domain.AccountSnapshot.Kind;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.CatalogStatus;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.domain.Settlement;
import dev.tokenguard.testing.ManualClock;
import dev.tokenguard.testing.Samples;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class GuardMetricsTest {

  private static final String ACCOUNT = "account-4711";
  private static final Amounts ONE = Amounts.of("website", 1);

  private final ManualClock clock = new ManualClock(Samples.NOW);
  private final GuardMetrics metrics =
      new GuardMetrics(() -> Samples.CATALOG, clock, Duration.ofDays(1), "1.2.3", 2);

  @Test
  void countsDecisionsByFeatureAndReason() {
    metrics.reserved(allowed("create_website", ONE, 4));
    metrics.consumed(allowed("create_website", ONE, 4));
    metrics.reserved(Samples.denied(ACCOUNT, Denial.Reason.INSUFFICIENT_TOKENS));
    assertValue(
        2,
        "tokenguard_decisions_total{feature=\"create_website\",outcome=\"allowed\",reason=\"none\"}");
    assertValue(
        1,
        "tokenguard_decisions_total{feature=\"create_website\",outcome=\"denied\","
            + "reason=\"insufficient_tokens\"}");
    assertValue(
        0,
        "tokenguard_decisions_total{feature=\"create_website\",outcome=\"denied\","
            + "reason=\"not_a_member\"}");
  }

  @Test
  void aRepetitionIsCountedAsThatAndNothingElse() {
    Decision first = allowed("create_website", ONE, 4);
    metrics.reserved(first);
    metrics.reserved(replayed(first));
    metrics.consumed(replayed(first));
    Settlement settlement = Samples.committed("r", ACCOUNT, ONE);
    metrics.committed(settlement);
    metrics.committed(replayed(settlement));
    metrics.refunded(replayed(settlement));
    for (String rpc : List.of("CheckAndReserve", "Consume", "Commit", "Refund")) {
      assertValue(1, "tokenguard_replays_total{rpc=\"" + rpc + "\"}");
    }
    assertValue(
        1,
        "tokenguard_decisions_total{feature=\"create_website\",outcome=\"allowed\",reason=\"none\"}");
    assertValue(1, "tokenguard_tokens_held_total{token_type=\"website\"}");
    assertValue(1, "tokenguard_tokens_committed_total{token_type=\"website\"}");
    assertValue(0, "tokenguard_reservations_open");
  }

  @Test
  void followsTokensFromHoldToEnd() {
    metrics.reserved(allowed("create_shop", Amounts.of("website", 10), 4));
    metrics.committed(
        new Settlement(
            reservation(10, Reservation.State.COMMITTED),
            Amounts.of("website", 7),
            Amounts.of("website", 3),
            Amounts.NONE,
            Amounts.NONE,
            false,
            false,
            Samples.account(ACCOUNT, 4, 2)));
    metrics.refunded(Samples.refunded("r", ACCOUNT, Amounts.of("website", 2)));
    metrics.consumed(allowed("create_website", Amounts.of("website", 5), 4));
    assertValue(10, "tokenguard_tokens_held_total{token_type=\"website\"}");
    assertValue(12, "tokenguard_tokens_committed_total{token_type=\"website\"}");
    assertValue(5, "tokenguard_tokens_refunded_total{token_type=\"website\"}");
  }

  @Test
  void countsHoldsByHowTheyEnded() {
    String ended = "tokenguard_holds_ended_total{end=\"%s\",token_type=\"website\"}";
    metrics.committed(Samples.committed("a", ACCOUNT, ONE));
    metrics.committed(Samples.committed("b", ACCOUNT, Amounts.of("website", 7)));
    metrics.refunded(Samples.refunded("c", ACCOUNT, ONE));
    metrics.looked(due(new Event(Kind.EXPIRED, "website", 7), new Event(Kind.RESET, "website", 5)));
    assertValue(2, String.format(ended, "committed"));
    assertValue(1, String.format(ended, "refunded"));
    assertValue(1, String.format(ended, "expired"));

    Settlement late = late(Samples.committed("d", ACCOUNT, ONE));
    metrics.committed(late);
    metrics.committed(replayed(Samples.committed("a", ACCOUNT, ONE)));
    assertValue(2, String.format(ended, "committed"));
    assertValue(9, "tokenguard_tokens_committed_total{token_type=\"website\"}");
  }

  @Test
  void tellsHowFarTheClockOfTheStoreIsOff() {
    AtomicReference<Duration> offset = new AtomicReference<>(Duration.ofMillis(-2500));
    metrics.watchStoreClock(offset::get);
    assertValue(-2.5, "tokenguard_store_clock_offset_seconds");
    offset.set(Duration.ZERO);
    assertValue(0, "tokenguard_store_clock_offset_seconds");
  }

  @Test
  void tellsWhoseRedisItIs() {
    assertValue(0, "tokenguard_embedded_redis");
    metrics.embeddedUsed();
    assertValue(1, "tokenguard_embedded_redis");
  }

  @Test
  void countsCallsThatAreTurnedAway() {
    assertValue(0, "tokenguard_grpc_refusals_total{reason=\"overloaded\"}");
    metrics.callRefused(Fault.OVERLOADED);
    metrics.callRefused(Fault.DEADLINE_PASSED);
    assertValue(1, "tokenguard_grpc_refusals_total{reason=\"overloaded\"}");
    assertValue(1, "tokenguard_grpc_refusals_total{reason=\"deadline_passed\"}");
    assertValue(0, "tokenguard_grpc_refusals_total{reason=\"shutting_down\"}");
  }

  @Test
  void countsWhatOperatorsOpenAndGrant() {
    metrics.opened();
    metrics.granted("website", 7);
    metrics.granted("website", 3);
    metrics.granted("no such type", 1);
    assertValue(1, "tokenguard_accounts_opened_total");
    assertValue(10, "tokenguard_tokens_granted_total{token_type=\"website\"}");
    assertValue(1, "tokenguard_tokens_granted_total{token_type=\"unknown\"}");
  }

  @Test
  void anExtendMovesTheHoldAndCountsTheRaise() {
    Reservation before = reservation(2, Reservation.State.OPEN);
    metrics.reserved(new Decision.Allowed(before, false, Samples.account(ACCOUNT, 4, 1)));
    Reservation after =
        new Reservation(
            before.id(),
            ACCOUNT,
            "",
            before.feature(),
            Amounts.of("website", 3),
            Reservation.State.OPEN,
            before.createdAt(),
            before.expiresAt().plus(Duration.ofMinutes(10)));
    metrics.extended(new Decision.Allowed(after, false, Samples.account(ACCOUNT, 4, 2), before));
    assertValue(3, "tokenguard_tokens_held_total{token_type=\"website\"}");
    assertValue(1, "tokenguard_reservations_open");
    clock.pass(Duration.ofMinutes(15));
    assertValue(1, "tokenguard_reservations_open");
    clock.pass(Duration.ofMinutes(15));
    assertValue(0, "tokenguard_reservations_open");
  }

  @Test
  void countsWhatBecameDueWhoeverBroughtItAbout() {
    AccountSnapshot account =
        due(
            new Event(Kind.RESET, "website", 5),
            new Event(Kind.EXPIRED, "website", 2),
            new Event(Kind.LAPSED, "image", 3));
    metrics.looked(account);
    assertValue(1, "tokenguard_resets_total{token_type=\"website\"}");
    assertValue(2, "tokenguard_tokens_expired_total{token_type=\"website\"}");
    assertValue(3, "tokenguard_tokens_lapsed_total{token_type=\"image\"}");
  }

  @Test
  void aBalanceThatFallsLowIsCountedOnce() {
    String low = "tokenguard_balance_low_total{token_type=\"website\"}";
    metrics.reserved(allowed("create_website", ONE, 4)); // 4 of 5 left
    metrics.reserved(allowed("create_website", ONE, 1)); // 1 of 5 is not under 20 %
    assertValue(0, low);
    metrics.reserved(allowed("create_website", ONE, 0));
    assertValue(1, low);
    metrics.reserved(Samples.denied(ACCOUNT, Denial.Reason.INSUFFICIENT_TOKENS));
    metrics.reserved(allowed("chat", Amounts.NONE, 0));
    assertValue(1, low);
    metrics.committed(
        new Settlement(
            reservation(1, Reservation.State.COMMITTED),
            Amounts.of("website", 6),
            Amounts.NONE,
            Amounts.of("website", 1),
            Amounts.NONE,
            false,
            false,
            Samples.account(ACCOUNT, -1, 3)));
    assertValue(2, low);
  }

  @Test
  void namesThatTheCatalogDoesNotHaveNeverBecomeLabels() {
    for (int i = 0; i < 100; i++) {
      metrics.reserved(allowed("feature" + i, Amounts.of("type" + i, 1), 4));
    }
    String scrape = scrape();
    assertFalse(scrape.contains("feature7"), "unbounded features");
    assertFalse(scrape.contains("type7"), "unbounded token types");
    assertValue(
        100, "tokenguard_decisions_total{feature=\"unknown\",outcome=\"allowed\",reason=\"none\"}");
    assertValue(100, "tokenguard_tokens_held_total{token_type=\"unknown\"}");
  }

  @Test
  void measuresScriptsAndCalls() {
    metrics.scriptDone("reserve", 300_000);
    metrics.callEnded("Commit", "OK", false, 2_000_000);
    metrics.callEnded("WatchBalance", "CANCELLED", true, 9_000_000_000L);
    assertValue(0, "tokenguard_store_script_seconds_bucket{script=\"reserve\",le=\"2.5E-4\"}");
    assertValue(1, "tokenguard_store_script_seconds_bucket{script=\"reserve\",le=\"5.0E-4\"}");
    assertValue(1, "tokenguard_grpc_calls_total{code=\"OK\",method=\"Commit\"}");
    assertValue(1, "tokenguard_grpc_call_seconds_count{method=\"Commit\"}");
    assertValue(1, "tokenguard_grpc_calls_total{code=\"CANCELLED\",method=\"WatchBalance\"}");
    assertFalse(scrape().contains("tokenguard_grpc_call_seconds_count{method=\"WatchBalance\"}"));
  }

  @Test
  void tellsOfPortsAndCertificates() {
    Runnable refused = metrics.ports().watchConnections("http", () -> 3);
    refused.run();
    refused.run();
    metrics
        .ports()
        .watchCertificate("http", () -> Instant.ofEpochSecond(1_800_000_000), () -> true);
    metrics.ports().certificateReloaded("http", true);
    assertValue(3, "tokenguard_connections{port=\"http\"}");
    assertValue(2, "tokenguard_connections_refused_total{port=\"http\"}");
    assertValue(1_800_000_000, "tokenguard_certificate_expires_timestamp_seconds{use=\"http\"}");
    assertValue(1, "tokenguard_certificate_rejected{use=\"http\"}");
    assertValue(1, "tokenguard_certificate_reloads_total{result=\"ok\",use=\"http\"}");
    assertValue(0, "tokenguard_certificate_reloads_total{result=\"rejected\",use=\"http\"}");
  }

  /** The table of the README is what is exposed: every row, and nothing else of ours. */
  @Test
  void theTableIsWhatIsExposed() {
    touchEverything();
    String scrape = scrape();
    Set<String> exposed = new HashSet<>();
    Matcher types = Pattern.compile("# TYPE (tokenguard_\\S+) (\\S+)").matcher(scrape);
    while (types.find()) {
      exposed.add(types.group(1) + " " + types.group(2));
    }
    Set<String> table = new HashSet<>();
    String markdown = MetricsTable.markdown();
    for (Metric metric : Metric.values()) {
      assertTrue(markdown.contains("| `" + metric.exposedName() + "` | "), metric.name());
      assertTrue(
          scrape.contains("# HELP " + metric.exposedName() + " " + metric.help() + "\n"),
          metric.name());
      table.add(
          metric.exposedName()
              + switch (metric.type()) {
                case COUNTER -> " counter";
                case GAUGE -> " gauge";
                case TIMER -> " histogram";
              });
    }
    exposed.removeIf(name -> name.contains("_seconds_max "));
    assertEquals(table, exposed);
  }

  @Test
  void namesFollowTheConventionOfPrometheus() {
    for (Metric metric : Metric.values()) {
      String name = metric.exposedName();
      assertTrue(name.matches("tokenguard(_[a-z]+)+"), name);
      assertTrue(
          Character.isUpperCase(metric.help().charAt(0))
              || metric.help().startsWith("gRPC")
              || metric.help().startsWith("1 "),
          metric.help());
      assertFalse(metric.help().endsWith("."), metric.help());
      for (String label : metric.labels()) {
        assertTrue(
            Set.of(
                    "client",
                    "layout",
                    "feature",
                    "outcome",
                    "reason",
                    "result",
                    "token_type",
                    "rpc",
                    "script",
                    "fault",
                    "method",
                    "code",
                    "end",
                    "port",
                    "use",
                    "version",
                    "java")
                .contains(label),
            label);
      }
    }
  }

  @Test
  void noAccountIsEverExposed() {
    touchEverything();
    assertFalse(scrape().contains(ACCOUNT));
  }

  @Test
  void tellsWhetherTheCatalogOnDiskIsTheOneInForce() {
    AtomicReference<CatalogStatus> status = new AtomicReference<>(status(false));
    metrics.watchCatalog(status::get);
    assertValue(0, "tokenguard_catalog_reloads_total{result=\"ok\"}");
    assertValue(0, "tokenguard_catalog_reloads_total{result=\"rejected\"}");
    assertValue(0, "tokenguard_catalog_rejected");
    assertValue(Samples.NOW.getEpochSecond() + 0.5, "tokenguard_catalog_loaded_timestamp_seconds");

    status.set(status(true));
    metrics.catalogRejected();
    metrics.catalogReloaded();
    metrics.catalogReloaded();

    assertValue(2, "tokenguard_catalog_reloads_total{result=\"ok\"}");
    assertValue(1, "tokenguard_catalog_reloads_total{result=\"rejected\"}");
    assertValue(1, "tokenguard_catalog_rejected");
  }

  private static CatalogStatus status(boolean refused) {
    return new CatalogStatus(
        Samples.CATALOG, 1, "", Samples.NOW.plusMillis(500), refused, Optional.empty());
  }

  @Test
  void speaksOpenMetricsToThoseWhoAskForIt() {
    String accept =
        "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    GuardMetrics.Scrape open = metrics.scrape(accept);
    assertTrue(open.contentType().startsWith("application/openmetrics-text"), open.contentType());
    String body = new String(open.body(), StandardCharsets.UTF_8);
    assertTrue(body.endsWith("# EOF\n"), body);

    for (String other : new String[] {"*/*", "text/plain", "text/html", "nonsense"}) {
      assertTrue(metrics.scrape(other).contentType().startsWith("text/plain; version=0.0.4"));
    }
  }

  /** Whatever callers say, there are only so many labels. */
  @Test
  void clientsAreCountedByReleaseWithinBounds() {
    metrics.calledBy(null);
    metrics.calledBy("tokenguard-java/1.2.3");
    metrics.calledBy("tokenguard-java/1.2.3");
    metrics.calledBy("tokenguard-java/0.1.0-SNAPSHOT");
    metrics.calledBy("curl/8");
    metrics.calledBy("tokenguard-java/" + "9".repeat(4000));
    for (int i = 0; i < 1000; i++) {
      metrics.calledBy("tokenguard-evil/1." + i);
    }

    assertValue(1, "tokenguard_client_calls_total{client=\"none\"}");
    assertValue(2, "tokenguard_client_calls_total{client=\"tokenguard-java/1.2.3\"}");
    assertValue(1, "tokenguard_client_calls_total{client=\"tokenguard-java/0.1.0-SNAPSHOT\"}");
    assertValue(2 + 1000 - 30, "tokenguard_client_calls_total{client=\"other\"}");
    assertEquals(
        34, scrape().lines().filter(line -> line.startsWith("tokenguard_client_calls")).count());
  }

  private void touchEverything() {
    metrics.ports().watchConnections("grpc", () -> 3).run();
    metrics
        .ports()
        .watchCertificate("grpc", () -> Instant.ofEpochSecond(1_800_000_000), () -> true);
    metrics.ports().certificateReloaded("grpc", false);
    metrics.watchServer(() -> 1, () -> 2);
    metrics.watchCatalog(() -> status(false));
    metrics.watchStoreClock(() -> Duration.ZERO);
    metrics.watchStoreMasters(() -> 0);
    metrics.reserved(allowed("create_website", ONE, 0));
    metrics.reserved(replayed(allowed("create_website", ONE, 0)));
    metrics.scriptDone("reserve", 1);
    metrics.storeFault(Fault.STORE_TIMEOUT);
    metrics.callEnded("Commit", "OK", false, 1);
  }

  private static Decision.Allowed allowed(String feature, Amounts amounts, long left) {
    return new Decision.Allowed(
        Samples.reservation("r", ACCOUNT, feature, amounts),
        false,
        Samples.account(ACCOUNT, left, 1));
  }

  private static Reservation reservation(long websites, Reservation.State state) {
    return Samples.reservation(
        "r", ACCOUNT, "create_website", Amounts.of("website", websites), state);
  }

  private static Decision replayed(Decision decision) {
    Decision.Allowed allowed = (Decision.Allowed) decision;
    return new Decision.Allowed(allowed.reservation(), true, allowed.account());
  }

  private static AccountSnapshot due(Event... events) {
    return new AccountSnapshot(
        ACCOUNT, "free", null, List.of(), List.of(), 0, 1, Instant.EPOCH, List.of(events));
  }

  private static Settlement late(Settlement settlement) {
    return new Settlement(
        settlement.reservation(),
        settlement.charged(),
        settlement.returned(),
        settlement.overdrawn(),
        settlement.uncovered(),
        true,
        settlement.replayed(),
        settlement.account());
  }

  private static Settlement replayed(Settlement first) {
    return new Settlement(
        first.reservation(),
        first.charged(),
        first.returned(),
        first.overdrawn(),
        first.uncovered(),
        first.late(),
        true,
        first.account());
  }

  private void assertValue(double expected, String series) {
    String scrape = scrape();
    int at = scrape.indexOf("\n" + series + " ");
    assertTrue(at >= 0, () -> series + " is missing in\n" + scrape);
    int from = at + series.length() + 2;
    String value = scrape.substring(from, scrape.indexOf('\n', from));
    assertEquals(expected, Double.parseDouble(value), series);
  }

  private String scrape() {
    return new String(metrics.scrape(null).body(), StandardCharsets.UTF_8);
  }
}
