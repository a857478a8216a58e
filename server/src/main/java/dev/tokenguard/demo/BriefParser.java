package dev.tokenguard.demo;

import dev.tokenguard.demo.Brief.Block;
import dev.tokenguard.demo.Brief.Items;
import dev.tokenguard.demo.Brief.Paragraph;
import dev.tokenguard.demo.Brief.Section;
import java.util.ArrayList;
import java.util.IllformedLocaleException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a brief: a head between two lines of {@code ---}, below it sections in a little Markdown.
 *
 * <pre>
 * ---
 * title: Hilltop Bikes
 * tagline: Repairs while you wait.     (optional)
 * palette: forest                      (optional; or two colours: #1f4d3a #ffb703)
 * language: en                         (optional)
 * ---
 * ## In the workshop
 * Text with **bold** and [links](https://example.com).
 *
 * - a list
 * </pre>
 *
 * <p>Use one for one text, from one thread.
 */
final class BriefParser {
  private static final Set<String> KEYS = Set.of("title", "tagline", "palette", "language");
  private static final int MAX_TITLE = 120;
  private static final int MAX_SECTIONS = 50;

  private final String file;
  private final List<String> lines;
  private final Map<String, String> head = new LinkedHashMap<>();
  private final Map<String, Integer> headLines = new LinkedHashMap<>();
  private final List<Block> lead = new ArrayList<>();
  private final List<Section> sections = new ArrayList<>();

  private BriefParser(String file, String text) {
    this.file = file;
    // Editors on Windows begin a file with a byte order mark.
    this.lines = (text.startsWith("\uFEFF") ? text.substring(1) : text).lines().toList();
  }

  /**
   * The brief of a text.
   *
   * @param file what problems call the text
   */
  static Brief parse(String file, String text) throws BriefException {
    return new BriefParser(file, text).parse();
  }

  private Brief parse() throws BriefException {
    int body = readHead();
    readBody(body);
    if (sections.isEmpty()) {
      throw new BriefException(file, 0, "no section (expected: '## Heading' and text below it)");
    }
    return new Brief(title(), value("tagline", ""), palette(), language(), lead, sections);
  }

  /** Reads up to the second {@code ---}; the index of the line after it. */
  private int readHead() throws BriefException {
    if (lines.isEmpty() || !lines.get(0).strip().equals("---")) {
      throw new BriefException(file, 1, "no head (expected: '---', 'title: ...', '---')");
    }
    for (int i = 1; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.equals("---")) {
        return i + 1;
      }
      if (!line.isEmpty() && !line.startsWith("#")) {
        readPair(line, i + 1);
      }
    }
    throw new BriefException(file, lines.size(), "the head does not end (expected: '---')");
  }

  private void readPair(String line, int number) throws BriefException {
    int colon = line.indexOf(':');
    String key = colon < 0 ? line : line.substring(0, colon).strip();
    if (colon < 0 || !KEYS.contains(key)) {
      throw new BriefException(
          file, number, "'" + key + "' (expected: title, tagline, palette or language)");
    }
    headLines.put(key, number);
    if (head.put(key, line.substring(colon + 1).strip()) != null) {
      throw new BriefException(file, number, key + ": given twice");
    }
  }

  private void readBody(int start) throws BriefException {
    @Nullable String heading = null;
    int headingLine = 0;
    List<Block> blocks = lead;
    for (int i = start; i < lines.size(); ) {
      String line = lines.get(i).strip();
      if (line.startsWith("#")) {
        close(heading, headingLine, blocks);
        heading = line.replaceFirst("^#+", "").strip();
        headingLine = i + 1;
        if (heading.isEmpty()) {
          throw new BriefException(file, headingLine, "a heading without text");
        }
        blocks = new ArrayList<>();
        i++;
      } else if (line.isEmpty()) {
        i++;
      } else {
        i = isItem(line) ? readItems(i, blocks) : readParagraph(i, blocks);
      }
    }
    close(heading, headingLine, blocks);
  }

  private void close(@Nullable String heading, int line, List<Block> blocks) throws BriefException {
    if (heading == null) {
      return;
    }
    if (blocks.isEmpty()) {
      throw new BriefException(file, line, "'" + heading + "' is empty (expected: text below it)");
    }
    if (sections.size() == MAX_SECTIONS) {
      throw new BriefException(file, line, "more than " + MAX_SECTIONS + " sections");
    }
    sections.add(new Section(heading, blocks));
  }

  private int readItems(int start, List<Block> blocks) {
    List<String> items = new ArrayList<>();
    int i = start;
    for (; i < lines.size() && isItem(lines.get(i).strip()); i++) {
      items.add(lines.get(i).strip().substring(2).strip());
    }
    blocks.add(new Items(items));
    return i;
  }

  private int readParagraph(int start, List<Block> blocks) {
    List<String> words = new ArrayList<>();
    int i = start;
    for (; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#") || isItem(line)) {
        break;
      }
      words.add(line);
    }
    blocks.add(new Paragraph(String.join(" ", words)));
    return i;
  }

  private static boolean isItem(String line) {
    return line.startsWith("- ") || line.startsWith("* ");
  }

  private String title() throws BriefException {
    String title = value("title", "");
    if (title.isEmpty() || title.length() > MAX_TITLE) {
      throw wrong("title", "of " + title.length() + " characters", "1 to " + MAX_TITLE);
    }
    return title;
  }

  private Palette palette() throws BriefException {
    String text = value("palette", Palette.DEFAULT);
    return Palette.parse(text)
        .orElseThrow(
            () ->
                wrong(
                    "palette",
                    "'" + text + "'",
                    String.join(", ", Palette.NAMED.keySet()) + ", or #rrggbb #rrggbb"));
  }

  private String language() throws BriefException {
    String tag = value("language", "en");
    try {
      return new Locale.Builder().setLanguageTag(tag).build().toLanguageTag();
    } catch (IllformedLocaleException e) {
      throw wrong("language", "'" + tag + "'", "a tag such as en, th or fa-IR");
    }
  }

  private String value(String key, String otherwise) {
    return head.getOrDefault(key, otherwise);
  }

  private BriefException wrong(String key, String what, String expected) {
    return new BriefException(
        file, headLines.getOrDefault(key, 1), key + ": " + what + " (expected: " + expected + ")");
  }
}
