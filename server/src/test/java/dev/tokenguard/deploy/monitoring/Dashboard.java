package dev.tokenguard.deploy.monitoring;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** The dashboard, read. */
final class Dashboard {
  static final Path GRAFANA = Path.of("..", "deploy", "grafana");
  static final Path FILE = GRAFANA.resolve("dashboards/tokenguard.json");

  private final JsonObject root;

  private Dashboard(JsonObject root) {
    this.root = root;
  }

  /**
   * A query of a panel.
   *
   * @param where the panel's title and the query's letter
   * @param expression in PromQL, with variables of Grafana
   */
  record Query(String where, String expression) {

    /**
     * What Grafana asks when all jobs and instances are chosen, of a target scraped each second.
     */
    String asAsked() {
      return expression
          .replace("$__rate_interval", "10s")
          .replace("$__interval", "10s")
          .replace("$job", ".*")
          .replace("$instance", ".*");
    }
  }

  static Dashboard read() throws IOException {
    return new Dashboard(JsonParser.parseString(Files.readString(FILE)).getAsJsonObject());
  }

  JsonObject root() {
    return root;
  }

  /** Rows and what is in them, in order. */
  List<JsonObject> panels() {
    return objects(root, "panels");
  }

  List<Query> queries() {
    List<Query> queries = new ArrayList<>();
    for (JsonObject panel : panels()) {
      if (panel.has("targets")) {
        for (JsonObject target : objects(panel, "targets")) {
          queries.add(
              new Query(text(panel, "title") + " " + text(target, "refId"), text(target, "expr")));
        }
      }
    }
    return queries;
  }

  /** What marks moments in every panel. */
  List<Query> annotations() {
    return objects(root.getAsJsonObject("annotations"), "list").stream()
        .map(each -> new Query(text(each, "name"), text(each, "expr")))
        .toList();
  }

  static List<JsonObject> objects(JsonObject in, String key) {
    return StreamSupport.stream(in.getAsJsonArray(key).spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  static String text(JsonObject in, String key) {
    return in.get(key).getAsString();
  }
}
