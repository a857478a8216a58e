package dev.tokenguard.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import dev.tokenguard.domain.Role;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.TransactionKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every text that the console shows is there in every language, and none is there for nothing. */
class ConsoleMessagesTest {

  /** A text that looks as a key does: {@code 'grant.title'}. */
  private static final Pattern QUOTED = Pattern.compile("'([a-z]\\w*(?:\\.\\w+)+)'");

  /** A key of which the last part is found out when it is needed: {@code `kind.${...}`}. */
  private static final Pattern OPEN = Pattern.compile("`([a-z]\\w*\\.(?:\\w+\\.)*)\\$\\{");

  /** What is certainly a key, whatever it looks like. */
  private static final Pattern CALLED = Pattern.compile("\\b(?:t|rich)\\('([^']+)'");

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\w+)\\}");

  static Stream<String> languages() {
    return ConsoleFiles.languages().stream();
  }

  @Test
  void hasEnglishFirst() {
    assertEquals("en", ConsoleFiles.languages().get(0));
  }

  @ParameterizedTest
  @MethodSource("languages")
  void hasEveryKeyThatIsUsed(String language) {
    Set<String> known = ConsoleFiles.messages(language).keySet();
    List<String> missing = new ArrayList<>();
    ConsoleFiles.modules()
        .forEach(
            (module, text) -> {
              usedIn(text).stream()
                  .filter(key -> !known.contains(key))
                  .forEach(key -> missing.add(module + ": '" + key + "'"));
              beginningsIn(text).stream()
                  .filter(begin -> known.stream().noneMatch(key -> key.startsWith(begin)))
                  .forEach(begin -> missing.add(module + ": `" + begin + "...`"));
            });
    assertEquals(List.of(), missing, () -> "no such text in messages/" + language + ".json");
  }

  @ParameterizedTest
  @MethodSource("languages")
  void hasAKeyForEveryValueOfTheProtocol(String language) {
    Set<String> known = ConsoleFiles.messages(language).keySet();
    List<String> expected = new ArrayList<>();
    addEach(expected, "kind.", "TRANSACTION_KIND_", Arrays.asList(TransactionKind.values()));
    addEach(expected, "denial.", "DENIAL_REASON_", Arrays.asList(DenialReason.values()));
    for (Role role : Role.values()) {
      expected.add("role." + role.name().toLowerCase(Locale.ROOT));
    }
    expected.removeAll(known);
    assertEquals(List.of(), expected, () -> "no such text in messages/" + language + ".json");
  }

  @ParameterizedTest
  @MethodSource("languages")
  void hasTheKeysAndPlaceholdersOfEnglish(String language) {
    Map<String, JsonElement> english = ConsoleFiles.messages("en");
    Map<String, JsonElement> other = ConsoleFiles.messages(language);
    assertEquals(english.keySet(), other.keySet(), "keys of messages/" + language + ".json");
    english.forEach(
        (key, source) -> {
          JsonElement message = other.get(key);
          assertNotNull(message, key);
          assertEquals(
              placeholders(source),
              placeholders(message),
              () -> "placeholders of " + key + " in messages/" + language + ".json");
          assertTrue(
              message.isJsonPrimitive() || message.getAsJsonObject().has("other"),
              () -> key + " has no form `other` in messages/" + language + ".json");
        });
  }

  @Test
  void usesEveryKey() {
    Set<String> unused = new TreeSet<>(ConsoleFiles.messages("en").keySet());
    for (String text : ConsoleFiles.modules().values()) {
      unused.removeAll(usedIn(text));
      beginningsIn(text)
          .forEach(begin -> unused.removeIf(key -> key.startsWith(begin) && isLast(key, begin)));
    }
    assertEquals(Set.of(), unused, "texts that nobody shows");
  }

  private static Set<String> usedIn(String module) {
    Set<String> spaces =
        ConsoleFiles.messages("en").keySet().stream()
            .map(ConsoleMessagesTest::space)
            .collect(Collectors.toSet());
    Set<String> used = new TreeSet<>(groups(QUOTED, module));
    used.removeIf(key -> !spaces.contains(space(key)) || key.endsWith(".js"));
    used.addAll(groups(CALLED, module));
    return used;
  }

  private static Set<String> beginningsIn(String module) {
    return new TreeSet<>(groups(OPEN, module));
  }

  private static boolean isLast(String key, String begin) {
    return key.indexOf('.', begin.length()) < 0;
  }

  private static String space(String key) {
    int dot = key.indexOf('.');
    return dot < 0 ? key : key.substring(0, dot);
  }

  private static Set<String> placeholders(JsonElement message) {
    Collection<JsonElement> forms =
        message.isJsonObject() ? message.getAsJsonObject().asMap().values() : List.of(message);
    Set<String> all = new TreeSet<>();
    forms.forEach(form -> all.addAll(groups(PLACEHOLDER, form.getAsString())));
    return all;
  }

  private static void addEach(
      List<String> keys, String space, String prefix, List<? extends Enum<?>> values) {
    values.stream()
        .map(Enum::name)
        .filter(name -> name.startsWith(prefix) && !name.endsWith("UNSPECIFIED"))
        .forEach(name -> keys.add(space + name.substring(prefix.length())));
  }

  private static List<String> groups(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult each) -> each.group(1)).toList();
  }
}
