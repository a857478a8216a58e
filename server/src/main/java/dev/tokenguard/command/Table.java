package dev.tokenguard.command;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Prints rows in aligned columns: text to the left, numbers to the right. Rows wait until there is
 * a block of them, so that a list without end takes no more memory than a short one.
 */
final class Table {
  private static final int BLOCK = 1000;
  private static final String GAP = "  ";

  private final PrintWriter out;
  private final List<Column> columns;
  private final int[] widths;
  private final List<List<String>> rows = new ArrayList<>();
  private boolean headed;

  private record Column(String title, boolean right) {}

  /**
   * A table.
   *
   * @param titles of the columns; one that begins with {@code >} is of numbers
   */
  Table(PrintWriter out, String... titles) {
    this.out = out;
    List<Column> made = new ArrayList<>();
    widths = new int[titles.length];
    for (String title : titles) {
      boolean right = title.startsWith(">");
      Column column = new Column(right ? title.substring(1) : title, right);
      widths[made.size()] = width(column.title);
      made.add(column);
    }
    columns = List.copyOf(made);
  }

  void row(Object... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          cells.length + " cells (expected: " + columns.size() + ")");
    }
    List<String> row = new ArrayList<>();
    for (int i = 0; i < cells.length; i++) {
      String cell = oneLine(String.valueOf(cells[i]));
      widths[i] = Math.max(widths[i], width(cell));
      row.add(cell);
    }
    rows.add(row);
    if (rows.size() >= BLOCK) {
      print();
    }
  }

  /** Prints what waits. */
  void print() {
    if (rows.isEmpty()) {
      return;
    }
    if (!headed) {
      line(columns.stream().map(Column::title).toList());
      headed = true;
    }
    rows.forEach(this::line);
    rows.clear();
  }

  private void line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      String padding = " ".repeat(widths[i] - width(cell));
      line.append(i == 0 ? "" : GAP);
      line.append(columns.get(i).right ? padding + cell : cell + padding);
    }
    out.println(line.toString().stripTrailing());
  }

  /** What others wrote must neither break a row nor move the cursor. */
  static String oneLine(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints().map(c -> Character.isISOControl(c) ? ' ' : c).forEach(clean::appendCodePoint);
    return clean.toString();
  }

  /** Columns of a terminal, near enough: marks on top of a letter take none, Han takes two. */
  private static int width(String text) {
    return text.codePoints()
        .map(
            c ->
                switch (Character.getType(c)) {
                  case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
                  default -> Character.isIdeographic(c) ? 2 : 1;
                })
        .sum();
  }
}
