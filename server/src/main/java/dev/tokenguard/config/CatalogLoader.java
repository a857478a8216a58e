package dev.tokenguard.config;

import dev.tokenguard.domain.Catalog;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Loads the catalog: token types, features and plans, from a YAML file.
 *
 * <p>Whatever the file, the outcome is a consistent {@link Catalog} or a {@link CatalogException}
 * with every problem, each with file, line and column.
 */
public final class CatalogLoader {
  private CatalogLoader() {}

  /**
   * The catalog of a file.
   *
   * @throws CatalogException if the file cannot be read, is not YAML or is not a catalog
   */
  public static Catalog load(Path file) throws CatalogException {
    Problems problems = new Problems();
    Optional<String> text = YamlFile.read(file, problems);
    if (text.isEmpty()) {
      throw new CatalogException(problems.list());
    }
    return parse(text.get(), file.toString());
  }

  /**
   * The catalog of a text.
   *
   * @param name what problems call the text, such as the file's name
   * @throws CatalogException if it is not YAML or not a catalog
   */
  public static Catalog parse(String text, String name) throws CatalogException {
    Problems problems = new Problems();
    Optional<YamlSection> root = YamlFile.parse(text, name, problems);
    if (root.isPresent() && root.get().isEmpty()) {
      problems.add(name, "empty (expected: token_types, features and plans)");
      throw new CatalogException(problems.list());
    }
    Optional<Catalog> catalog = root.map(section -> new CatalogReader(section).read());
    if (catalog.isEmpty() || !problems.isEmpty()) {
      throw new CatalogException(problems.list());
    }
    return catalog.get();
  }
}
