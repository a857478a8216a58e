package dev.tokenguard.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the console's content security policy, and those who read from right to left, count on. */
class ConsoleSourceTest {

  private static final Pattern INLINE_SCRIPT = Pattern.compile("<script(?![^>]*\\bsrc=)[^>]*>");
  private static final Pattern IMPORT =
      Pattern.compile("(?:from|import)\\s*\\(?\\s*'(\\.{1,2}/[^']+)'");
  private static final Pattern STATIC_IMPORT =
      Pattern.compile("(?:from|import) '(\\.{1,2}/[^']+)'");
  private static final Pattern PRELOAD = Pattern.compile("\"modulepreload\" href=\"([^\"]+)\"");
  private static final Pattern LIBRARY = Pattern.compile("\"\\./lib/([^/\"]+)/([^\"]+\\.js)\"");

  static Stream<Arguments> forbidden() {
    return Stream.of(
        Arguments.of(".js", "\\binnerHTML\\b|\\bouterHTML\\b|insertAdjacentHTML|document\\.write"),
        Arguments.of(".js", "unsafeHTML|unsafeSVG|styleMap"),
        Arguments.of(".js", "\\beval\\(|new Function\\("),
        Arguments.of(".js", "\\sstyle=[\"$]"),
        Arguments.of(".js", "https?://"),
        Arguments.of(".html", "\\sstyle=|\\son\\w+=|<style\\b|https?://"),
        Arguments.of(".css", "https?://|@import"),
        Arguments.of(
            ".css",
            "(margin|padding|border|inset)-(left|right|top|bottom)\\b|text-align: (left|right)"),
        Arguments.of(".css", "(?m)^\\s*(left|right|float|width|height|(min|max)-(width|height)):"));
  }

  @ParameterizedTest(name = "no {1} in {0}")
  @MethodSource("forbidden")
  void hasNothingOf(String files, String what) {
    Pattern pattern = Pattern.compile(what);
    List<String> found = new ArrayList<>();
    ConsoleFiles.ending(files)
        .forEach(
            (name, text) ->
                pattern
                    .matcher(text)
                    .results()
                    .forEach((MatchResult each) -> found.add(name + ": " + each.group().strip())));
    assertEquals(List.of(), found);
  }

  /** The policy has the hash of one script, the import map. */
  @Test
  void hasOneInlineScript() {
    List<String> inline =
        INLINE_SCRIPT
            .matcher(ConsoleFiles.file("index.html"))
            .results()
            .map(MatchResult::group)
            .toList();
    assertEquals(List.of("<script type=\"importmap\">"), inline);
  }

  @Test
  void importsOnlyWhatIsThere() {
    Map<String, String> modules = ConsoleFiles.modules();
    List<String> missing = new ArrayList<>();
    modules.forEach(
        (name, text) ->
            imports(IMPORT, name, text).stream()
                .filter(path -> !modules.containsKey(path))
                .forEach(path -> missing.add(name + " imports " + path)));
    assertEquals(List.of(), missing);
  }

  /** Else a browser learns of each module only when it has read the one before. */
  @Test
  void preloadsWhatTheShellIsMadeOf() {
    Map<String, String> modules = ConsoleFiles.modules();
    Set<String> needed = new TreeSet<>();
    Deque<String> left = new ArrayDeque<>(List.of("components/shell.js"));
    while (!left.isEmpty()) {
      String name = left.pop();
      if (needed.add(name)) {
        left.addAll(imports(STATIC_IMPORT, name, modules.getOrDefault(name, "")));
      }
    }
    Set<String> preloaded =
        PRELOAD
            .matcher(ConsoleFiles.file("index.html"))
            .results()
            .map((MatchResult each) -> each.group(1))
            .filter(path -> !path.startsWith("lib/"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(needed, preloaded, "modulepreload of index.html");
  }

  /** The modules that a module imports, by their paths. */
  private static List<String> imports(Pattern pattern, String name, String text) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult each) -> ConsoleFiles.ROOT.resolve(name).resolveSibling(each.group(1)))
        .map(path -> ConsoleFiles.ROOT.relativize(path.normalize()).toString().replace('\\', '/'))
        .toList();
  }

  /** Each is in a webjar on the class path, by the path that the import map has. */
  @Test
  void mapsLibrariesThatAreThere() {
    List<MatchResult> mapped = LIBRARY.matcher(ConsoleFiles.file("index.html")).results().toList();
    assertTrue(mapped.size() >= 4, () -> "libraries of the import map: " + mapped.size());
    for (MatchResult each : mapped) {
      String properties = "META-INF/maven/org.webjars.npm/" + each.group(1) + "/pom.properties";
      assertTrue(
          getClass().getClassLoader().getResource(properties) != null,
          () -> each.group() + ": no webjar of that name");
    }
  }
}
