package dev.tokenguard.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The results for programs: JSON with a unit at the end of every name that has one. */
final class JsonReport {
  private JsonReport() {}

  static String of(Results results) {
    Map<String, @Nullable Object> root = new LinkedHashMap<>();
    root.put("about", results.about());
    root.put("rows", results.rows().all().stream().map(JsonReport::row).toList());
    root.put("budgets", Budgets.of(results).stream().map(JsonReport::budget).toList());
    root.put("overspent_tokens", results.overspent());
    root.put(
        "server_idle_bytes",
        results.idleBytes().isPresent() ? results.idleBytes().getAsLong() : null);
    root.put(
        "server_load_bytes",
        results.loadBytes().isPresent() ? results.loadBytes().getAsLong() : null);
    root.put("start_ms", results.startTimes().stream().map(Duration::toMillis).toList());
    root.put("figures", results.figures().stream().map(JsonReport::figure).toList());
    StringBuilder json = new StringBuilder();
    write(json, root, 0);
    return json.append('\n').toString();
  }

  private static Map<String, @Nullable Object> row(Row row) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("name", row.name());
    fields.put("in_flight", row.inFlight());
    fields.put("calls", row.calls());
    fields.put("calls_per_s", row.rate());
    fields.put("calls_per_s_of_slices", row.slices().stream().map(Slice::rate).toList());
    fields.put("p50_us", row.micros(50));
    fields.put("p99_us", row.micros(99));
    fields.put("p99_9_us", row.micros(99.9));
    fields.put("max_us", row.micros(100));
    fields.put("redis_script_us", row.scriptMicros());
    fields.put("redis_cpu_us", row.redisMicros());
    fields.put("server_cpu_us", row.serverMicros());
    fields.put("failures", row.failures());
    return fields;
  }

  private static Map<String, @Nullable Object> figure(Figure figure) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("what", figure.what());
    fields.put("value", figure.value());
    fields.put("unit", figure.unit());
    return fields;
  }

  private static Map<String, @Nullable Object> budget(Budget budget) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("what", budget.what());
    fields.put("value", budget.value());
    fields.put("unit", budget.unit());
    fields.put(budget.atLeast() ? "at_least" : "at_most", budget.limit());
    fields.put("met", budget.met());
    return fields;
  }

  private static void write(StringBuilder json, @Nullable Object value, int depth) {
    if (value instanceof Map<?, ?> map) {
      List<String> members = new ArrayList<>();
      map.forEach(
          (name, member) -> {
            StringBuilder one = new StringBuilder();
            text(one, String.valueOf(name));
            one.append(": ");
            write(one, member, depth + 1);
            members.add(one.toString());
          });
      enclosed(json, '{', members, '}', depth);
    } else if (value instanceof List<?> list) {
      List<String> members = new ArrayList<>();
      for (Object member : list) {
        StringBuilder one = new StringBuilder();
        write(one, member, depth + 1);
        members.add(one.toString());
      }
      enclosed(json, '[', members, ']', depth);
    } else if (value instanceof Double number) {
      // JSON has no word for what a division by zero gives.
      json.append(Double.isFinite(number) ? String.format(Locale.ROOT, "%.3f", number) : "null");
    } else if (value == null || value instanceof Number || value instanceof Boolean) {
      json.append(value);
    } else {
      text(json, value.toString());
    }
  }

  private static void enclosed(
      StringBuilder json, char open, List<String> members, char close, int depth) {
    json.append(open);
    String indent = "\n" + "  ".repeat(depth + 1);
    if (!members.isEmpty()) {
      json.append(indent).append(String.join("," + indent, members));
      json.append('\n').append("  ".repeat(depth));
    }
    json.append(close);
  }

  private static void text(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }
}
