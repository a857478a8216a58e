package dev.tokenguard.command;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A file of lines with a header, as RFC 4180 has it, in UTF-8; read row by row, so that it may be
 * larger than memory. Empty lines are skipped.
 */
final class CsvFile implements Closeable {
  static final String STDIN = "-";

  private static final int BYTE_ORDER_MARK = '\uFEFF';

  private final String name;
  private final BufferedReader in;
  private List<String> columns = List.of();
  private long line = 1;
  private @Nullable Record pushedBack;

  private record Record(long line, List<String> cells) {}

  /**
   * A row.
   *
   * @param line where it begins in the file
   */
  record Row(long line, List<String> columns, List<String> cells) {

    /** What a column says; empty if the file has no such column, or the row says nothing. */
    String get(String column) {
      int i = columns.indexOf(column);
      return i >= 0 && i < cells.size() ? cells.get(i).strip() : "";
    }

    /**
     * What a column says, as a value.
     *
     * @throws IllegalArgumentException naming the column
     */
    <T> T get(String column, Function<String, T> parser) {
      try {
        return parser.apply(get(column));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(column + ": " + e.getMessage(), e);
      }
    }

    /** Whether a column says something. */
    boolean has(String column) {
      return !get(column).isEmpty();
    }

    /**
     * Makes sure that a row has no more cells than there are columns, and these filled.
     *
     * @throws IllegalArgumentException telling what is wrong
     */
    void require(Set<String> filled) {
      if (cells.size() > columns.size()) {
        throw new IllegalArgumentException(
            cells.size() + " cells (expected: at most " + columns.size() + ", as the header has)");
      }
      for (String each : filled) {
        if (!has(each)) {
          throw new IllegalArgumentException(each + ": empty (expected: something)");
        }
      }
    }
  }

  private CsvFile(String name, InputStream in) {
    this.name = name;
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  /** Opens a file, or standard input as {@code -}. */
  static CsvFile open(String file, Terminal terminal) throws CommandException, IOException {
    if (file.equals(STDIN)) {
      return new CsvFile("standard input", terminal.in());
    }
    try {
      return new CsvFile(file, Files.newInputStream(Path.of(file)));
    } catch (NoSuchFileException e) {
      throw CommandException.wrong(file + ": no such file");
    }
  }

  /** Reads the header. Unknown columns are slips; their cells would be lost without a word. */
  void readHeader(Set<String> known, Set<String> required) throws CommandException, IOException {
    Record header = record();
    columns = header == null ? List.of() : header.cells.stream().map(String::strip).toList();
    Set<String> wrong = new TreeSet<>(columns);
    wrong.removeAll(known);
    Set<String> missing = new TreeSet<>(required);
    missing.removeAll(columns);
    if (!wrong.isEmpty() || !missing.isEmpty() || columns.size() != Set.copyOf(columns).size()) {
      throw CommandException.wrong(
          name
              + ": the first line is "
              + (columns.isEmpty() ? "missing" : String.join(",", columns))
              + " (expected: each column once, of "
              + String.join(",", new TreeSet<>(known))
              + (required.isEmpty()
                  ? ""
                  : "; at least " + String.join(",", new TreeSet<>(required)))
              + ")");
    }
  }

  /**
   * Reads the header if there is one; else each line is a cell of this column, and lines that begin
   * with # are remarks.
   */
  void readHeaderOr(String column, Set<String> known) throws CommandException, IOException {
    Record first = record();
    pushedBack = first;
    if (first != null && first.cells.stream().map(String::strip).anyMatch(column::equals)) {
      readHeader(known, Set.of(column));
    } else {
      columns = List.of(column);
    }
  }

  /** The next row; null at the end. */
  @Nullable Row next() throws CommandException, IOException {
    Record record = record();
    return record == null ? null : new Row(record.line, columns, record.cells);
  }

  private @Nullable Record record() throws CommandException, IOException {
    Record again = pushedBack;
    if (again != null) {
      pushedBack = null;
      return again;
    }
    while (true) {
      long start = line;
      String text = in.readLine();
      if (text == null) {
        return null;
      }
      if (line++ == 1 && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
        text = text.substring(1);
      }
      if (!text.isBlank() && !text.startsWith("#")) {
        return new Record(start, cells(text));
      }
    }
  }

  private List<String> cells(String first) throws CommandException, IOException {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    String text = first;
    boolean quoted = false;
    long start = line - 1;
    for (int i = 0; ; i++) {
      if (i == text.length()) {
        if (!quoted) {
          cells.add(cell.toString());
          return cells;
        }
        String more = in.readLine();
        if (more == null) {
          throw CommandException.failed(name + ":" + start + ": a quote is never closed");
        }
        line++;
        cell.append('\n');
        text = more;
        i = -1;
        continue;
      }
      char c = text.charAt(i);
      if (quoted) {
        if (c != '"') {
          cell.append(c);
        } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
          cell.append('"');
          i++;
        } else {
          quoted = false;
        }
      } else if (c == ',') {
        cells.add(cell.toString());
        cell.setLength(0);
      } else if (c == '"' && cell.toString().isBlank()) {
        cell.setLength(0);
        quoted = true;
      } else {
        cell.append(c);
      }
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
