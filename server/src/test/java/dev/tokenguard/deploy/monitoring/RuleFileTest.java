package dev.tokenguard.deploy.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.config.SettingsLoader;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.testing.Tools;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules, their tests and their runbooks belong together. */
class RuleFileTest {

  /** What a page answers, in the order in which it is asked in the night. */
  private static final List<String> SECTIONS =
      List.of(
          "## What it means", "## How to confirm", "## What to do", "## How to know it is over");

  static List<RuleFile.Alert> alerts() throws IOException {
    return RuleFile.alerts();
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void saysWhatIsWrongAndWhatToDo(RuleFile.Alert alert) throws IOException {
    assertTrue(alert.name().matches("TokenGuard([A-Z][a-z]+)+"), alert.name());
    String severity = RuleFile.text(alert.labels(), "severity");
    assertTrue(Set.of("critical", "warning", "info").contains(severity), severity);
    assertEquals(Set.of("summary", "description", "runbook"), alert.annotations().keySet());
    assertTrue(RuleFile.text(alert.annotations(), "summary").endsWith("."));
    assertTrue(RuleFile.text(alert.annotations(), "description").endsWith("."));
    String runbook = RuleFile.text(alert.annotations(), "runbook");
    assertEquals("runbooks/" + alert.name() + ".md", runbook);

    String page = Files.readString(RuleFile.FOLDER.resolve(runbook));

    assertTrue(page.startsWith("# " + alert.name() + "\n"), page);
    assertEquals(SECTIONS, page.lines().filter(line -> line.startsWith("## ")).toList());
  }

  /** Each fires in a test, and keeps quiet in another when all is well. */
  @ParameterizedTest
  @MethodSource("alerts")
  void isTested(RuleFile.Alert alert) throws IOException {
    List<String> fires = new ArrayList<>();
    List<String> quiet = new ArrayList<>();
    for (Map<String, Object> test : RuleFile.list(RuleFile.read(RuleFile.TESTS), "tests")) {
      for (Map<String, Object> each : RuleFile.list(test, "alert_rule_test")) {
        if (RuleFile.text(each, "alertname").equals(alert.name())) {
          List<String> which = RuleFile.list(each, "exp_alerts").isEmpty() ? quiet : fires;
          which.add(RuleFile.text(test, "name"));
        }
      }
    }
    assertFalse(fires.isEmpty(), "never fires");
    assertTrue(quiet.contains("all is well"), quiet::toString);
    assertTrue(quiet.containsAll(fires), "not before its time, and not when it is over");
  }

  @Test
  void everyPageIsOfAnAlert() throws IOException {
    Set<String> alerts = new TreeSet<>();
    alerts().forEach(alert -> alerts.add(alert.name()));
    Set<String> pages = new TreeSet<>();
    Runbook.all().forEach(page -> pages.add(page.alert()));
    assertEquals(alerts, pages);
  }

  @Test
  void everyKeptSeriesIsUsed() throws IOException {
    Set<String> kept = new TreeSet<>();
    Set<String> used = new TreeSet<>();
    for (RuleFile.Recording recording : RuleFile.recordings()) {
      assertTrue(kept.add(recording.name()), recording.name());
      used.addAll(MetricNames.in(recording.expression()));
    }
    alerts().forEach(alert -> used.addAll(MetricNames.in(alert.expression())));
    used.removeIf(name -> !name.contains(":"));
    assertEquals(kept, used);
  }

  /** What a rule looks for is what the server says: names of RPCs, of faults, of ends. */
  @Test
  void labelsHaveValuesThatThereAre() throws IOException {
    Set<String> guard = new TreeSet<>();
    for (MethodDescriptor<?, ?> method :
        TokenGuardServiceGrpc.getServiceDescriptor().getMethods()) {
      if (method.getType() == MethodType.UNARY) {
        guard.add(method.getBareMethodName());
      }
    }
    Set<String> faults =
        Stream.of(Fault.values())
            .map(fault -> fault.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    for (String expression : expressions()) {
      for (String methods : values("method=~", expression)) {
        assertEquals(guard, new TreeSet<>(List.of(methods.split("\\|"))));
      }
      for (String methods : values("method!~", expression)) {
        Set<String> others = new TreeSet<>(List.of(methods.split("\\|")));
        assertTrue(others.remove("WatchBalance") && others.remove("unknown"), methods);
        assertEquals(guard, others);
      }
      for (String fault : values("fault=~?", expression)) {
        assertTrue(faults.containsAll(List.of(fault.split("\\|"))), fault);
      }
      for (String end : values("end=~?", expression)) {
        assertTrue(
            Set.of("committed", "refunded", "expired").containsAll(List.of(end.split("\\|"))), end);
      }
    }
  }

  private static List<String> expressions() throws IOException {
    List<String> all = new ArrayList<>();
    RuleFile.recordings().forEach(rule -> all.add(rule.expression()));
    RuleFile.alerts().forEach(rule -> all.add(rule.expression()));
    Dashboard.read().queries().forEach(query -> all.add(query.expression()));
    return all;
  }

  private static List<String> values(String label, String expression) {
    Matcher matcher = Pattern.compile("\\b" + label + "\"([^\"]*)\"").matcher(expression);
    return matcher.results().map(result -> result.group(1)).toList();
  }

  @Test
  void theConfigurationScrapesTheDefaultPort() throws IOException {
    Map<String, Object> config = RuleFile.read(RuleFile.CONFIG);
    assertEquals(List.of("rules.yaml"), config.get("rule_files"));
    Map<String, Object> job = RuleFile.list(config, "scrape_configs").get(0);
    assertTrue(RuleFile.text(job, "job_name").contains("tokenguard"));
    int port = SettingsLoader.defaults().http().listen().orElseThrow().port();
    assertEquals(
        List.of("tokenguard:" + port), RuleFile.list(job, "static_configs").get(0).get("targets"));
  }

  /** As Prometheus itself sees it. */
  @Test
  void promtoolAgrees() throws Exception {
    Path promtool =
        Tools.find(
                "promtool", "promtool's checks of deploy/prometheus, its unit tests of the rules")
            .orElse(null);
    if (promtool != null) {
      tell(promtool, "check", "rules", RuleFile.RULES.toString());
      tell(promtool, "check", "config", RuleFile.CONFIG.toString());
      tell(promtool, "test", "rules", RuleFile.TESTS.toString());
    }
  }

  private static void tell(Path promtool, String... arguments) throws Exception {
    String said = Tools.run(Path.of("/dev/null"), promtool, arguments);
    assertTrue(said.contains("SUCCESS"), said);
    System.out.println("promtool " + String.join(" ", arguments) + "\n" + said.strip());
  }
}
