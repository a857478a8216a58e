package dev.tokenguard.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Folders of briefs: the one that comes along, or one of the user's own. */
final class Briefs {
  /** What the jar holds; the fourth is broken on purpose. */
  private static final List<String> SHIPPED =
      List.of(
          "01-baan-rim-nam.md",
          "02-copper-kettle.md",
          "03-chaikhane.md",
          "04-night-market.md",
          "05-paper-lantern.md",
          "06-tidewater-yoga.md",
          "07-hilltop-bikes.md");

  private Briefs() {}

  /** Those that come along. */
  static List<BriefFile> shipped() {
    return SHIPPED.stream().map(name -> BriefFile.of(name, () -> open(name))).toList();
  }

  /**
   * The {@code .md} and {@code .txt} files of a folder, in order of name.
   *
   * @throws IOException with a message for people, if it is not a folder or has none
   */
  static List<BriefFile> of(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          folder + (Files.exists(folder) ? " is not a folder" : ": no such folder"));
    }
    List<Path> files;
    try (Stream<Path> entries = Files.list(folder)) {
      files = entries.filter(Briefs::isBrief).sorted().toList();
    } catch (IOException e) {
      throw new IOException(folder + " cannot be read: " + e, e);
    }
    if (files.isEmpty()) {
      throw new IOException(folder + " has no briefs (expected: files ending in .md or .txt)");
    }
    Set<String> taken = new HashSet<>();
    List<BriefFile> briefs = new ArrayList<>();
    for (Path file : files) {
      BriefFile brief = BriefFile.of(nameOf(file), () -> Files.newInputStream(file));
      String slug = brief.slug();
      for (int i = 2; !taken.add(slug); i++) {
        slug = brief.slug() + "-" + i;
      }
      briefs.add(brief.withSlug(slug));
    }
    return briefs;
  }

  /** Puts those that come along into a folder, to look at and to change; keeps what is there. */
  static void copyShipped(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String name : SHIPPED) {
      Path copy = folder.resolve(name);
      if (!Files.exists(copy)) {
        try (InputStream in = open(name)) {
          Files.copy(in, copy);
        }
      }
    }
  }

  private static boolean isBrief(Path file) {
    String name = nameOf(file).toLowerCase(Locale.ROOT);
    return !name.startsWith(".")
        && (name.endsWith(".md") || name.endsWith(".txt"))
        && Files.isRegularFile(file);
  }

  private static String nameOf(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static InputStream open(String name) throws IOException {
    return Resources.open("briefs/" + name);
  }
}
