package dev.tokenguard.deploy.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.config.Settings.Appendfsync;
import dev.tokenguard.config.Settings.Embedded;
import dev.tokenguard.embedded.EmbeddedRedis;
import dev.tokenguard.testing.Tools;
import dev.tokenguard.wire.Await;
import dev.tokenguard.wire.WireServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus scrapes a real server, and answers all that rules and dashboard ask. */
class RealPrometheusTest {

  @TempDir Path folder;

  @Test
  void answersEveryQueryAndSeesWhatBreaks() throws Exception {
    Path program =
        Tools.find(
                "prometheus",
                "a real Prometheus that evaluates every rule and every query of the dashboard")
            .orElse(null);
    if (program == null) {
      return;
    }
    EmbeddedRedis redis =
        EmbeddedRedis.start(
            new Embedded(folder.resolve("redis"), "", Appendfsync.EVERYSEC, freePort()));
    WireServer server =
        WireServer.start(
            Traffic.CATALOG,
            folder.resolve("unused"),
            "redis.uri=" + redis.uri(),
            "sweep.pause=100ms");
    try (redis;
        server;
        PrometheusServer prometheus =
            PrometheusServer.start(program, folder, server.httpUri().replace("http://", ""))) {
      everyQueryHasAnAnswer(server, prometheus);
      everyRuleIsEvaluated(prometheus);
      Set<String> active = prometheus.activeAlerts();
      assertFalse(active.contains("TokenGuardDown"), active::toString);
      assertFalse(active.contains("TokenGuardRedisDown"), active::toString);
      assertFalse(active.contains("TokenGuardEmbeddedRedis"), active::toString);

      redis.close();
      awaitAlert(prometheus, "TokenGuardRedisDown");

      server.close();
      awaitAlert(prometheus, "TokenGuardDown");
    }
  }

  /** Not a number is no answer: every panel has something to show of such a server. */
  private static void everyQueryHasAnAnswer(WireServer server, PrometheusServer prometheus)
      throws Exception {
    Map<String, String> unanswered = new TreeMap<>();
    for (Dashboard.Query query : Dashboard.read().queries()) {
      unanswered.put(query.where(), query.asAsked());
    }
    for (RuleFile.Recording rule : RuleFile.recordings()) {
      unanswered.put(rule.name(), rule.name());
    }
    int all = unanswered.size();
    assertTrue(all > 60, "only " + all + " queries");
    Traffic traffic = new Traffic(server.caller());
    System.gc(); // for its pauses to have something to tell
    Await.untilEquals(
        Map.of(),
        () -> {
          traffic.round();
          unanswered.values().removeIf(prometheus::hasNumber);
          return unanswered;
        });
    // What there may be none of is asked all the same: it must be understood.
    for (Dashboard.Query query : Dashboard.read().annotations()) {
      prometheus.query(query.asAsked());
    }
    for (Runbook page : Runbook.all()) {
      page.queries().forEach(prometheus::query);
    }
    System.out.println("A real Prometheus answered " + all + " queries of rules and dashboard");
  }

  private static void everyRuleIsEvaluated(PrometheusServer prometheus) throws IOException {
    Set<String> rules = new TreeSet<>();
    RuleFile.recordings().forEach(rule -> rules.add(rule.name()));
    RuleFile.alerts().forEach(rule -> rules.add(rule.name()));
    Await.until("every rule was evaluated", () -> prometheus.rules("unknown").isEmpty());
    assertEquals(Set.of(), prometheus.rules("err"));
    assertEquals(rules, prometheus.rules("ok"));
  }

  private static void awaitAlert(PrometheusServer prometheus, String alert) {
    Await.until(alert, () -> prometheus.activeAlerts().contains(alert));
  }

  private static int freePort() throws IOException {
    try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
