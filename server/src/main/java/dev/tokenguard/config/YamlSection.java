package dev.tokenguard.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A mapping in a YAML file, asked by key. What is missing is empty; what is wrong is empty too, and
 * a problem that tells file, line, column and path. Not thread-safe.
 */
final class YamlSection {
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
  private static final int MAX_SHOWN = 60;

  /** Fewer digits than these always fit in a long. */
  private static final int MAX_DIGITS = 19;

  private final String file;
  private final String path;
  private final MappingNode node;
  private final Problems problems;
  private final Map<String, NodeTuple> entries = new LinkedHashMap<>();

  YamlSection(String file, String path, MappingNode node, Problems problems) {
    this.file = file;
    this.path = path;
    this.node = node;
    this.problems = problems;
    for (NodeTuple entry : node.getValue()) {
      addEntry(entry);
    }
  }

  static YamlSection empty(String file, Problems problems) {
    return new YamlSection(file, "", emptyMapping(), problems);
  }

  private static MappingNode emptyMapping() {
    return new MappingNode(Tag.MAP, Collections.emptyList(), FlowStyle.BLOCK);
  }

  private void addEntry(NodeTuple entry) {
    if (!(entry.getKeyNode() instanceof ScalarNode key)) {
      problems.add(at(entry.getKeyNode()), path + ": a key that is not a name");
      return;
    }
    NodeTuple earlier = entries.putIfAbsent(key.getValue(), entry);
    if (earlier != null) {
      problems.add(
          at(key),
          name(key.getValue())
              + ": a second time (the first is at "
              + at(earlier.getKeyNode()).substring(file.length() + 1)
              + ")");
    }
  }

  /** The keys, in the order of the file. */
  Set<String> keys() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  /** Whether nothing at all is written in it. */
  boolean isEmpty() {
    return node.getValue().isEmpty();
  }

  /** Where the section begins. */
  String where() {
    return at(node);
  }

  /** Where a key is written; where the section begins if it is not. */
  String where(String key) {
    NodeTuple entry = entries.get(key);
    return entry == null ? where() : at(entry.getKeyNode());
  }

  /** Where the value of a key is written. */
  private String whereValue(String key) {
    NodeTuple entry = entries.get(key);
    return entry == null ? where() : at(entry.getValueNode());
  }

  /** Tells that something is wrong with the section as a whole. */
  void problem(String what) {
    problems.add(where(), path + ": " + what);
  }

  /** Tells that something is wrong with the value of a key. */
  void problem(String key, String what) {
    problems.add(whereValue(key), name(key) + ": " + what);
  }

  /** Tells that something is wrong with a key itself. */
  void keyProblem(String key, String what) {
    problems.add(where(key), name(key) + ": " + what);
  }

  /** Every key but these is a problem. */
  void allow(Set<String> known) {
    for (String key : keys()) {
      if (!known.contains(key)) {
        keyProblem(key, "unknown" + Names.hint(key, known));
      }
    }
  }

  /** The section under a key; an empty one if the key has no value. */
  Optional<YamlSection> section(String key) {
    NodeTuple entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    Node value = entry.getValueNode();
    if (value instanceof MappingNode mapping) {
      return Optional.of(new YamlSection(file, name(key), mapping, problems));
    }
    if (value.getTag().equals(Tag.NULL)) {
      MappingNode nothing =
          new MappingNode(
              Tag.MAP,
              false,
              Collections.emptyList(),
              FlowStyle.BLOCK,
              value.getStartMark(),
              value.getEndMark());
      return Optional.of(new YamlSection(file, name(key), nothing, problems));
    }
    problem(key, describe(value) + " (expected: a mapping)");
    return Optional.empty();
  }

  /** A text without line breaks, of up to 200 characters. */
  Optional<String> text(String key) {
    Optional<ScalarNode> scalar = scalar(key, "a text");
    if (scalar.isEmpty()) {
      return Optional.empty();
    }
    String text = scalar.get().getValue();
    if (text.isBlank() || text.length() > 200 || CONTROL.matcher(text).find()) {
      problem(key, describe(scalar.get()) + " (expected: one line of 1 to 200 characters)");
      return Optional.empty();
    }
    return Optional.of(text);
  }

  /** A scalar as it is written, whatever its type; empty text for no value. */
  Optional<String> raw(String key) {
    NodeTuple entry = entries.get(key);
    if (entry != null && entry.getValueNode() instanceof ScalarNode scalar) {
      return Optional.of(scalar.getTag().equals(Tag.NULL) ? "" : scalar.getValue());
    }
    scalar(key, "a value");
    return Optional.empty();
  }

  /** A whole number. */
  Optional<Long> number(String key, long min, long max) {
    String expected = "a whole number from " + min + " to " + max;
    Optional<ScalarNode> scalar = scalar(key, expected);
    if (scalar.isEmpty()) {
      return Optional.empty();
    }
    String digits = scalar.get().getValue();
    // Longer ones are no numbers of ours, and a megabyte of digits takes long to convert.
    if (scalar.get().getTag().equals(Tag.INT) && digits.length() < MAX_DIGITS) {
      long value = Long.parseLong(digits);
      if (value >= min && value <= max) {
        return Optional.of(value);
      }
    }
    problem(key, describe(scalar.get()) + " (expected: " + expected + ")");
    return Optional.empty();
  }

  /** {@code true} or {@code false}. */
  Optional<Boolean> flag(String key) {
    Optional<ScalarNode> scalar = scalar(key, "true or false");
    if (scalar.isPresent() && !scalar.get().getTag().equals(Tag.BOOL)) {
      problem(key, describe(scalar.get()) + " (expected: true or false)");
      return Optional.empty();
    }
    return scalar.map(value -> Boolean.valueOf(value.getValue()));
  }

  /** A constant of an enum, written in lower case. */
  <E extends Enum<E>> Optional<E> choice(String key, Class<E> type) {
    return choice(key, List.of(type.getEnumConstants()));
  }

  /** One of some constants of an enum, in lower case. */
  <E extends Enum<E>> Optional<E> choice(String key, List<E> choices) {
    Map<String, E> constants = new LinkedHashMap<>();
    for (E constant : choices) {
      constants.put(constant.name().toLowerCase(Locale.ROOT), constant);
    }
    String expected = String.join(", ", constants.keySet());
    Optional<ScalarNode> scalar = scalar(key, expected);
    if (scalar.isEmpty()) {
      return Optional.empty();
    }
    E constant = constants.get(scalar.get().getValue());
    if (constant == null) {
      problem(key, describe(scalar.get()) + " (expected: " + expected + ")");
    }
    return Optional.ofNullable(constant);
  }

  /** Names in a list, which are to be known ones, each once. */
  Optional<Set<String>> names(String key, Set<String> known) {
    NodeTuple entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    if (!(entry.getValueNode() instanceof SequenceNode list)) {
      problem(key, describe(entry.getValueNode()) + " (expected: a list, [a, b])");
      return Optional.empty();
    }
    Set<String> names = new LinkedHashSet<>();
    List<Node> items = new ArrayList<>(list.getValue());
    for (Node item : items) {
      String value = item instanceof ScalarNode scalar ? scalar.getValue() : describe(item);
      if (!known.contains(value)) {
        problems.add(
            at(item), name(key) + ": unknown '" + shown(value) + "'" + Names.hint(value, known));
      } else if (!names.add(value)) {
        problems.add(at(item), name(key) + ": '" + value + "' a second time");
      }
    }
    return Optional.of(names);
  }

  /** Texts in a list, each once and of a form, at least one; empty for no such key. */
  Set<String> list(String key, Pattern form, String expected) {
    NodeTuple entry = entries.get(key);
    Set<String> texts = new LinkedHashSet<>();
    if (entry == null) {
      return texts;
    }
    if (!(entry.getValueNode() instanceof SequenceNode list)) {
      problem(key, describe(entry.getValueNode()) + " (expected: a list, [a, b])");
      return texts;
    }
    List<Node> items = new ArrayList<>(list.getValue());
    if (items.isEmpty()) {
      problem(key, "empty (expected: at least one, or no such line)");
    }
    for (Node item : items) {
      String value = item instanceof ScalarNode scalar ? scalar.getValue() : "";
      if (!form.matcher(value).matches()) {
        problems.add(at(item), name(key) + ": " + describe(item) + " (expected: " + expected + ")");
      } else if (!texts.add(value)) {
        problems.add(at(item), name(key) + ": '" + shown(value) + "' a second time");
      }
    }
    return texts;
  }

  private Optional<ScalarNode> scalar(String key, String expected) {
    NodeTuple entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    if (entry.getValueNode() instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL)) {
      return Optional.of(scalar);
    }
    problem(key, describe(entry.getValueNode()) + " (expected: " + expected + ")");
    return Optional.empty();
  }

  private String name(String key) {
    return path.isEmpty() ? shown(key) : path + "." + shown(key);
  }

  private String at(Node any) {
    return file + YamlFile.position(any.getStartMark());
  }

  private static String describe(Node value) {
    if (value instanceof MappingNode) {
      return "a mapping";
    }
    if (value instanceof SequenceNode) {
      return "a list";
    }
    if (value.getTag().equals(Tag.NULL)) {
      return "no value";
    }
    ScalarNode scalar = (ScalarNode) value;
    return scalar.isPlain()
        ? shown(scalar.getValue())
        : "\"" + shown(scalar.getValue()) + "\" in quotes";
  }

  /** A value as a message shows it: one line, not too long. */
  static String shown(String value) {
    String line = CONTROL.matcher(value).replaceAll(" ");
    return line.length() <= MAX_SHOWN ? line : line.substring(0, MAX_SHOWN) + "...";
  }
}
