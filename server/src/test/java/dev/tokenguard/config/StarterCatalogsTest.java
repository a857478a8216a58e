package dev.tokenguard.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The catalogs to start from. */
class StarterCatalogsTest {
  /** From the module's folder, where Maven runs tests. */
  private static final Path FOLDER = Path.of("..", "deploy", "catalogs");

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList();
    }
  }

  @Test
  void thereAreSome() throws IOException {
    assertFalse(files().isEmpty());
    assertTrue(files().stream().allMatch(file -> file.toString().endsWith(".yaml")));
  }

  @ParameterizedTest
  @MethodSource("files")
  void loads(Path file) throws CatalogException {
    assertTrue(CatalogLoader.load(file).defaultPlan().isPresent());
  }

  @Test
  void aWebsiteBuilderGivesFiveWebsitesADay() throws CatalogException {
    Catalog catalog = CatalogLoader.load(FOLDER.resolve("website-builder.yaml"));

    var free = catalog.defaultPlan().orElseThrow();
    assertEquals(Optional.of(ZoneId.of("Asia/Bangkok")), free.zone());
    assertEquals(5, named(free.allowances(), "website").amount());
    assertEquals(new Schedule.Daily(), named(free.allowances(), "website").resets());
    assertEquals(Amounts.of("website", 1), named(catalog.features(), "create_website").cost());
    for (String feature : List.of("chat", "preview", "deploy")) {
      assertEquals(Amounts.NONE, named(catalog.features(), feature).cost());
    }
  }

  private static <T> T named(Map<String, T> map, String name) {
    return Objects.requireNonNull(map.get(name), name);
  }
}
