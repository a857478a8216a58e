package dev.tokenguard.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Catalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are not what they should be, down to the last byte. */
class CatalogFileTest {
  private static final String GOOD =
      """
      token_types:
        website: {title: Websites}
      features:
        create_website: {cost: {website: 1}}
        chat: {}
      plans:
        free:
          zone: Asia/Bangkok
          allowances:
            website: {amount: 5, resets: daily}
      default_plan: free
      """;

  @TempDir Path folder;

  static Stream<List<String>> filesThatAreNoCatalog() {
    return Stream.of(
        List.of("", "file.yaml: empty (expected: token_types, features and plans)"),
        List.of("# nothing\n", "file.yaml: empty (expected: token_types, features and plans)"),
        List.of("null", "file.yaml: empty (expected: token_types, features and plans)"),
        List.of("- a\n", "file.yaml:1:1: not a mapping (expected: key: value)"),
        List.of("hello", "file.yaml:1:1: not a mapping (expected: key: value)"),
        List.of("features:\n\tchat: {}\n", "file.yaml:2:1: a tab (expected: spaces)"),
        List.of(
            "features: {}\nplans: {}\n",
            "file.yaml:1:1: features: none (expected: at least one)\n"
                + "file.yaml:2:1: plans: none (expected: at least one)"),
        List.of(
            GOOD + "---\n" + GOOD,
            "file.yaml:12:1: a second YAML document (expected: one, without '---' between parts)"),
        List.of("a: \u0007", "file.yaml:1: a character that no text has: U+0007"),
        List.of("[".repeat(100_000), "file.yaml:1:17: nested more than 16 deep"),
        List.of("a: ".repeat(100), "file.yaml:1:5: not YAML: mapping values are not allowed here"));
  }

  @ParameterizedTest
  @MethodSource("filesThatAreNoCatalog")
  void tellsWhatIsNoCatalog(List<String> textAndMessage) {
    CatalogException e =
        assertThrows(
            CatalogException.class, () -> CatalogLoader.parse(textAndMessage.get(0), "file.yaml"));

    assertEquals(textAndMessage.get(1), e.getMessage());
    assertEquals(0, e.getStackTrace().length);
  }

  /** Aliases of aliases: small in the file, 9^9 values if somebody wrote them out. */
  @Test
  void aYamlBombIsHarmless() {
    StringBuilder bomb = new StringBuilder("a0: &a0 {x: 1}\n");
    for (int i = 1; i < 10; i++) {
      String before = "*a" + (i - 1);
      bomb.append("a" + i + ": &a" + i + " [" + (before + ", ").repeat(8) + before + "]\n");
    }

    assertTimeoutPreemptively(
        Duration.ofSeconds(5), () -> assertEquals(1, problemsOf(bomb.toString()).size()));
  }

  @Test
  void aMegabyteOfDigitsIsHarmless() {
    String digits = "9".repeat(1_000_000);

    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> assertEquals(1, problemsOf(GOOD.replace("amount: 5", "amount: " + digits)).size()));
  }

  @Test
  void anAliasIsFine() throws Exception {
    Catalog catalog =
        CatalogLoader.parse(
            GOOD.replace("website: {amount: 5", "website: &five {amount: 5")
                .replace("default_plan", "  vip:\n    allowances: {website: *five}\ndefault_plan"),
            "alias");

    assertEquals(
        named(catalog.plans(), "free").allowances(), named(catalog.plans(), "vip").allowances());
  }

  @Test
  void aRecursiveAliasIsAProblem() {
    assertTrue(problemsOf("features: &f {chat: *f}\nplans: *f\n").size() >= 1);
  }

  @Test
  void aFileOfAnotherKindGetsNoEndlessList() {
    List<Problem> problems = problemsOf("x: y\n".replace("x", "k") + manyKeys(500));

    assertEquals(Problems.MAX + 1, problems.size());
    assertTrue(problems.get(Problems.MAX).what().endsWith(" more"));
  }

  private static String manyKeys(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append("key").append(i).append(": 1\n");
    }
    return text.toString();
  }

  @Test
  void moreNamesThanAnAccountHasPocketsForAreAProblem() {
    StringBuilder types = new StringBuilder();
    for (int i = 0; i < 65; i++) {
      types.append("  t" + i + ":\n");
    }

    assertEquals(
        List.of("file.yaml:2:3: token_types: 66 names (expected: at most 64)"),
        problemsOf(GOOD.replace("features:", types + "features:")).stream()
            .map(Problem::toString)
            .toList());
  }

  @Test
  void readsFiles() throws Exception {
    Catalog expected = CatalogLoader.parse(GOOD, "good");

    assertEquals(expected, CatalogLoader.load(file(GOOD.getBytes(UTF_8))));
    assertEquals(expected, CatalogLoader.load(file(("\uFEFF" + GOOD).getBytes(UTF_8))));
    assertEquals(expected, CatalogLoader.load(file(GOOD.replace("\n", "\r\n").getBytes(UTF_8))));
  }

  @Test
  void tellsWhatIsWrongWithTheFileItself() throws IOException {
    assertMessage(folder.resolve("none.yaml"), "none.yaml: no such file");
    assertMessage(folder, ": a folder (expected: a file)");
    assertMessage(
        file(GOOD.getBytes(UTF_16)), ":1: not UTF-8 text (expected: a YAML file saved as UTF-8)");
    assertMessage(
        file((GOOD + "# \u00e4").getBytes(ISO_8859_1)),
        ":12: not UTF-8 text (expected: a YAML file saved as UTF-8)");
    assertMessage(
        file(("# " + "x".repeat(1 << 20) + "\n" + GOOD).getBytes(UTF_8)),
        ": larger than 1048576 bytes");
  }

  private void assertMessage(Path file, String end) {
    CatalogException e = assertThrows(CatalogException.class, () -> CatalogLoader.load(file));
    assertTrue(e.getMessage().endsWith(end), e.getMessage());
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("catalog.yaml"), bytes);
  }

  private static List<Problem> problemsOf(String yaml) {
    return assertThrows(CatalogException.class, () -> CatalogLoader.parse(yaml, "file.yaml"))
        .problems();
  }

  private static <T> T named(Map<String, T> map, String name) {
    return Objects.requireNonNull(map.get(name), name);
  }
}
