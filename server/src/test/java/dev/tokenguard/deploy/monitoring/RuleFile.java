package dev.tokenguard.deploy.monitoring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The files of {@code deploy/prometheus}, read. */
final class RuleFile {
  static final Path FOLDER = Path.of("..", "deploy", "prometheus");
  static final Path RULES = FOLDER.resolve("rules.yaml");
  static final Path TESTS = FOLDER.resolve("rules.test.yaml");
  static final Path CONFIG = FOLDER.resolve("prometheus.yaml");
  static final Path RUNBOOKS = FOLDER.resolve("runbooks");

  private RuleFile() {}

  /** A rule that keeps a series, by the name of the series. */
  record Recording(String name, String expression) {}

  /** A rule that tells people. */
  record Alert(
      String name,
      String expression,
      Map<String, Object> labels,
      Map<String, Object> annotations) {}

  static List<Recording> recordings() throws IOException {
    List<Recording> recordings = new ArrayList<>();
    for (Map<String, Object> rule : rules()) {
      if (rule.containsKey("record")) {
        recordings.add(new Recording(text(rule, "record"), text(rule, "expr")));
      }
    }
    return recordings;
  }

  static List<Alert> alerts() throws IOException {
    List<Alert> alerts = new ArrayList<>();
    for (Map<String, Object> rule : rules()) {
      if (rule.containsKey("alert")) {
        alerts.add(
            new Alert(
                text(rule, "alert"),
                text(rule, "expr"),
                map(rule, "labels"),
                map(rule, "annotations")));
      }
    }
    return alerts;
  }

  private static List<Map<String, Object>> rules() throws IOException {
    List<Map<String, Object>> rules = new ArrayList<>();
    for (Map<String, Object> group : list(read(RULES), "groups")) {
      rules.addAll(list(group, "rules"));
    }
    return rules;
  }

  /** A file of YAML whose root is a map. */
  @SuppressWarnings("unchecked")
  static Map<String, Object> read(Path file) throws IOException {
    Object root =
        new Load(LoadSettings.builder().setLabel(file.toString()).build())
            .loadFromString(Files.readString(file));
    return (Map<String, Object>) Objects.requireNonNull(root, file.toString());
  }

  static String text(Map<String, Object> in, String key) {
    return (String) Objects.requireNonNull(in.get(key), () -> key + " is missing in " + in);
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Map<String, Object> in, String key) {
    return (Map<String, Object>)
        Objects.requireNonNull(in.get(key), () -> key + " is missing in " + in);
  }

  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> list(Map<String, Object> in, String key) {
    return (List<Map<String, Object>>)
        Objects.requireNonNull(in.get(key), () -> key + " is missing in " + in);
  }
}
