package dev.tokenguard.deploy.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.testing.Tools;
import dev.tokenguard.wire.Await;
import dev.tokenguard.wire.WireServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What rules, dashboard and runbooks ask for is what a running server exposes. */
class RealScrapeTest {

  /** Micrometer's own names, on which dashboards of others rely, and what promtool says of them. */
  private static final List<String> NOT_OURS =
      List.of("process_cpu_time_ns_total ", "system_cpu_count ");

  @TempDir Path folder;

  @Test
  void hasEveryMetricThatIsAskedFor() throws Exception {
    Map<String, String> asked = asked();
    assertTrue(asked.size() > 40, asked::toString);
    try (WireServer server =
        WireServer.start(Traffic.CATALOG, folder.resolve("redis"), "sweep.pause=100ms")) {
      Traffic traffic = new Traffic(server.caller());
      traffic.round();
      System.gc(); // its pauses are exposed when there was one
      Await.until("a pause is told", () -> scrape(server).contains("jvm_gc_pause_seconds_sum"));

      String scrape = scrape(server);

      Map<String, String> missing = new TreeMap<>(asked);
      missing.keySet().removeAll(MetricNames.exposed(scrape));
      assertEquals(Map.of(), missing, "asked for, and not exposed");
      promtoolAccepts(Files.writeString(folder.resolve("scrape.txt"), scrape));
    }
  }

  @Test
  void runbooksNameCommandsThatRedisHas() throws Exception {
    Set<String> commands = new TreeSet<>();
    for (Runbook page : Runbook.all()) {
      Pattern.compile("redis-cli -u \"\\$REDIS_URI\" ([A-Z]+)")
          .matcher(page.text())
          .results()
          .forEach(result -> commands.add(result.group(1)));
    }
    assertTrue(commands.size() > 5, commands::toString);
    try (WireServer server = WireServer.start(folder.resolve("redis"))) {
      for (String command : commands) {
        assertTrue(
            server.redis().commandInfo(command).stream().anyMatch(Objects::nonNull), command);
      }
    }
  }

  /** Names of metrics, and where they are asked for. */
  private static Map<String, String> asked() throws IOException {
    Map<String, String> asked = new TreeMap<>();
    for (RuleFile.Recording rule : RuleFile.recordings()) {
      MetricNames.in(rule.expression()).forEach(name -> asked.put(name, rule.name()));
    }
    for (RuleFile.Alert rule : RuleFile.alerts()) {
      MetricNames.in(rule.expression()).forEach(name -> asked.put(name, rule.name()));
    }
    for (Dashboard.Query query : Dashboard.read().queries()) {
      MetricNames.in(query.expression()).forEach(name -> asked.put(name, query.where()));
    }
    for (Runbook page : Runbook.all()) {
      MetricNames.in(String.join("\n", page.queries()))
          .forEach(name -> asked.put(name, page.alert()));
    }
    Set<String> kept = new TreeSet<>();
    RuleFile.recordings().forEach(rule -> kept.add(rule.name()));
    asked.keySet().removeAll(kept);
    return asked;
  }

  private static String scrape(WireServer server) {
    try {
      return server.http("/metrics").body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void promtoolAccepts(Path scrape) throws Exception {
    Path promtool = Tools.find("promtool", "promtool's check of the names of metrics").orElse(null);
    if (promtool != null) {
      String said = Tools.lint(scrape, promtool, "check", "metrics");
      assertEquals(
          List.of(),
          said.lines().filter(line -> NOT_OURS.stream().noneMatch(line::startsWith)).toList());
      System.out.println("promtool check metrics, with what it says of names not ours:\n" + said);
    }
  }
}
