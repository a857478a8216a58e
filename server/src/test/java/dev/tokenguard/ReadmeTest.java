package dev.tokenguard;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.config.SettingsTable;
import dev.tokenguard.metrics.MetricsTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The README has the tables that the code has, word for word. */
class ReadmeTest {

  static Stream<Arguments> tables() {
    return Stream.of(
        Arguments.of("settings", SettingsTable.markdown()),
        Arguments.of("metrics", MetricsTable.markdown()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tables")
  void hasTheTable(String name, String table) throws Exception {
    String readme = Files.readString(Path.of("..", "README.md")).replace("\r\n", "\n");
    assertTrue(
        readme.contains(table),
        () -> "README.md has another table of " + name + " (expected: this one)\n" + table);
  }
}
