package dev.tokenguard.deploy.monitoring;

import static dev.tokenguard.deploy.monitoring.Dashboard.objects;
import static dev.tokenguard.deploy.monitoring.Dashboard.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The dashboard is one that Grafana can show: there is none here to ask. */
class DashboardTest {
  private static final int COLUMNS = 24;

  private final Dashboard dashboard;

  DashboardTest() throws IOException {
    dashboard = Dashboard.read();
  }

  @Test
  void hasTheRowsThatOneLooksFor() {
    assertEquals(
        List.of(
            "At a glance",
            "Decisions",
            "Tokens by type",
            "Latency and load",
            "Redis",
            "Holds",
            "Background walk",
            "Set-up and JVM"),
        dashboard.panels().stream()
            .filter(DashboardTest::isRow)
            .map(panel -> text(panel, "title"))
            .toList());
  }

  @Test
  void panelsSayWhatTheyShow() {
    Set<Integer> ids = new HashSet<>();
    Set<String> titles = new HashSet<>();
    for (JsonObject panel : dashboard.panels()) {
      String title = text(panel, "title");
      assertTrue(ids.add(panel.get("id").getAsInt()), title);
      if (!isRow(panel)) {
        assertTrue(titles.add(title), title);
        assertTrue(Set.of("stat", "timeseries").contains(text(panel, "type")), title);
        assertTrue(text(panel, "description").endsWith("."), title);
        assertFalse(text(defaults(panel), "unit").isEmpty(), title);
        assertDatasource(panel, title);
      }
    }
  }

  @Test
  void panelsDoNotOverlap() {
    Map<String, String> taken = new HashMap<>();
    for (JsonObject panel : dashboard.panels()) {
      JsonObject at = panel.getAsJsonObject("gridPos");
      int left = at.get("x").getAsInt();
      int right = left + at.get("w").getAsInt();
      int top = at.get("y").getAsInt();
      assertTrue(left >= 0 && right <= COLUMNS, panel::toString);
      for (int x = left; x < right; x++) {
        for (int y = top; y < top + at.get("h").getAsInt(); y++) {
          assertNull(taken.put(x + "," + y, text(panel, "title")), text(panel, "title"));
        }
      }
    }
  }

  @Test
  void queriesGoByTheVariables() {
    for (JsonObject panel : dashboard.panels()) {
      if (isRow(panel)) {
        continue;
      }
      Set<String> letters = new HashSet<>();
      List<JsonObject> targets = objects(panel, "targets");
      assertFalse(targets.isEmpty(), text(panel, "title"));
      for (JsonObject target : targets) {
        String where = text(panel, "title") + " " + text(target, "refId");
        assertTrue(letters.add(text(target, "refId")), where);
        assertDatasource(target, where);
        String expression = text(target, "expr");
        // A selector that forgets one would mix what belongs to others into the sum.
        Matcher selectors = Pattern.compile("\\b(tokenguard|jvm|process)_\\w+").matcher(expression);
        while (selectors.find()) {
          assertTrue(
              expression.startsWith("{job=~\"$job\", instance=~\"$instance\"", selectors.end()),
              where + ": " + expression);
        }
        assertFalse(Pattern.compile("\\[\\d").matcher(expression).find(), where);
      }
    }
  }

  @Test
  void variablesChooseAmongWhatThereIs() {
    List<JsonObject> variables = objects(dashboard.root().getAsJsonObject("templating"), "list");
    assertEquals(
        List.of("datasource", "job", "instance"),
        variables.stream().map(each -> text(each, "name")).toList());
    assertEquals("prometheus", text(variables.get(0), "query"));
    for (JsonObject variable : variables.subList(1, variables.size())) {
      assertDatasource(variable, text(variable, "name"));
      String query = text(variable.getAsJsonObject("query"), "query");
      assertEquals(query, text(variable, "definition"));
      assertEquals(Set.of("tokenguard_build_info"), MetricNames.in(query));
      assertEquals(".*", text(variable, "allValue"));
    }
    assertTrue(text(dashboard.root(), "uid").matches("[a-z-]{1,40}"));
  }

  /** A unit that Grafana does not know is shown as text behind the number. */
  @Test
  void unitsAreThoseOfGrafana() {
    Set<String> known = Set.of("none", "short", "s", "bytes", "reqps", "ops", "percentunit");
    for (JsonObject panel : dashboard.panels()) {
      if (!isRow(panel)) {
        assertTrue(known.contains(text(defaults(panel), "unit")), text(panel, "title"));
      }
    }
  }

  @Test
  void isProvisioned() throws IOException {
    Map<String, Object> sources =
        RuleFile.read(Dashboard.GRAFANA.resolve("provisioning/datasources/prometheus.yaml"));
    assertEquals("prometheus", RuleFile.list(sources, "datasources").get(0).get("type"));
    Map<String, Object> dashboards =
        RuleFile.read(Dashboard.GRAFANA.resolve("provisioning/dashboards/tokenguard.yaml"));
    Map<String, Object> provider = RuleFile.list(dashboards, "providers").get(0);
    assertEquals("file", provider.get("type"));
    assertEquals("/var/lib/grafana/dashboards", RuleFile.map(provider, "options").get("path"));
  }

  private static boolean isRow(JsonObject panel) {
    return text(panel, "type").equals("row");
  }

  private static JsonObject defaults(JsonObject panel) {
    return panel.getAsJsonObject("fieldConfig").getAsJsonObject("defaults");
  }

  private static void assertDatasource(JsonObject of, String where) {
    JsonObject source = of.getAsJsonObject("datasource");
    assertEquals("prometheus", text(source, "type"), where);
    assertEquals("${datasource}", text(source, "uid"), where);
  }
}
