package dev.tokenguard.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** YAML as maps, lists and values, and ways into them. */
final class Yaml {
  private Yaml() {}

  /** Every document of a file, each a mapping. */
  static List<Map<String, Object>> read(Path file) throws IOException {
    return parse(Files.readString(file), file.toString());
  }

  /** Every document of a text, each a mapping. */
  static List<Map<String, Object>> parse(String text, String name) {
    LoadSettings settings =
        LoadSettings.builder().setLabel(name).setAllowDuplicateKeys(false).build();
    List<Map<String, Object>> documents = new ArrayList<>();
    for (Object each : new Load(settings).loadAllFromString(text)) {
      documents.add(map(each));
    }
    return documents;
  }

  /** A mapping; an empty one for nothing. */
  @SuppressWarnings("unchecked") // keys of Kubernetes are text
  static Map<String, Object> map(@Nullable Object value) {
    return value == null ? Map.of() : (Map<String, Object>) value;
  }

  /** A list; an empty one for nothing. */
  @SuppressWarnings("unchecked") // as above
  static List<Object> list(@Nullable Object value) {
    return value == null ? List.of() : (List<Object>) value;
  }

  /** A list of mappings. */
  static List<Map<String, Object>> maps(@Nullable Object value) {
    return list(value).stream().map(Yaml::map).toList();
  }

  /** What is below a path of keys; null if nothing is. */
  static @Nullable Object at(@Nullable Object value, String... path) {
    Object here = value;
    for (String key : path) {
      here = map(here).get(key);
    }
    return here;
  }

  /** The text below a path of keys; empty if nothing is. */
  static String text(@Nullable Object value, String... path) {
    Object found = at(value, path);
    return found == null ? "" : String.valueOf(found);
  }
}
