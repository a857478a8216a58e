package dev.tokenguard.browser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many clicks each task of an operator takes: {@code target/screenshots/clicks.md}. Choosing of
 * a list is a click, typing is none. What earlier runs wrote of other tasks stays.
 */
final class Clicks {
  private static final Path FILE = Path.of("target", "screenshots", "clicks.md");
  private static final String TITLE = "| product | task | clicks |\n|---|---|---|\n";

  private Clicks() {}

  /** Keeps what a task took. */
  static void keep(String product, String task, int clicks) {
    try {
      Map<String, String> rows = read();
      rows.put(product + " | " + task, String.valueOf(clicks));
      StringBuilder text = new StringBuilder(TITLE);
      rows.forEach((row, count) -> text.append("| %s | %s |%n".formatted(row, count)));
      Files.createDirectories(FILE.getParent());
      Files.writeString(FILE, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> read() throws IOException {
    Map<String, String> rows = new TreeMap<>();
    if (Files.exists(FILE)) {
      for (String line : Files.readAllLines(FILE).stream().skip(2).toList()) {
        int end = line.lastIndexOf(" | ");
        rows.put(line.substring(2, end), line.substring(end + 3, line.length() - 2));
      }
    }
    return rows;
  }
}
