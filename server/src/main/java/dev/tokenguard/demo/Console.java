package dev.tokenguard.demo;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;

/**
 * What the demo prints: plain lines in UTF-8 whatever the machine's own character set, with colours
 * where a terminal shows them. Thread-safe.
 */
final class Console {
  private final PrintStream out;
  private final boolean colors;

  Console(PrintStream out, boolean colors) {
    this.out = out;
    this.colors = colors;
  }

  /** Standard output. */
  static Console standard() {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    return new Console(out, Ansi.AUTO.enabled());
  }

  /** How a line is meant. */
  enum Mood {
    /** As any other. */
    PLAIN,
    /** It went well. */
    GOOD,
    /** It was refused, as it should be. */
    REFUSED,
    /** It failed. */
    BAD
  }

  /** Begins a part. */
  void heading(String text) {
    out.println();
    out.println(styled(text, Style.bold));
  }

  /** One thing that happened. */
  void event(Mood mood, String what, String detail) {
    String padded = "  %-10s".formatted(clean(what));
    String shown =
        switch (mood) {
          case PLAIN -> padded;
          case GOOD -> styled(padded, Style.fg_green);
          case REFUSED -> styled(padded, Style.fg_yellow);
          case BAD -> styled(padded, Style.fg_red);
        };
    out.println(shown + clean(detail));
  }

  /** What belongs to the line above. */
  void more(String detail) {
    event(Mood.PLAIN, "", detail);
  }

  /** A line as it is. */
  void line(String text) {
    out.println(clean(text));
  }

  /**
   * Rows in columns: the first two begin at the left, the others end at the right.
   *
   * @param rows of one length, the first with the names of the columns
   */
  void table(List<List<String>> rows) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(" ");
      for (int i = 0; i < columns; i++) {
        String padding = " ".repeat(widths[i] - row.get(i).length());
        line.append(' ').append(i < 2 ? row.get(i) + padding : padding + row.get(i)).append(' ');
      }
      out.println(clean(line.toString().stripTrailing()));
    }
  }

  private String styled(String text, Style style) {
    // Not the style's own end: that of bold begins a double underline on many terminals.
    return colors ? style.on() + text + Style.reset.on() : text;
  }

  /** A brief's words may not steer the terminal. */
  private static String clean(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }
}
