package dev.tokenguard.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.stream.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows as RFC 4180 has them: a header, UTF-8, CR LF at the end of a line, quotes around what has a
 * quote, a comma or a line break in it.
 *
 * <p>Such files are opened in spreadsheets, which take a cell that begins with {@code = + - @} for
 * a formula and carry it out, and ids and reasons come from users and may begin so. A text that
 * does, or begins with a tab, a line break or an apostrophe, therefore gets an apostrophe in front.
 * To read a file by program, take one apostrophe away from every text that begins with one, or
 * better take {@link JsonLines}. Numbers are ours and are left alone.
 */
final class Csv implements RowWriter {

  /** The last four are the wide forms, which spreadsheets in East Asia take for the same. */
  private static final String FORMULA = "=+-@\t\r\n'\uff1d\uff0b\uff0d\uff20";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final StringBuilder row = new StringBuilder();

  Csv(List<String> columns) {
    columns.forEach(this::cell);
    endRow();
  }

  @Override
  public void text(String column, String value) {
    boolean formula = !value.isEmpty() && FORMULA.indexOf(value.charAt(0)) >= 0;
    cell(formula ? "'" + value : value);
  }

  @Override
  public void number(String column, long value) {
    cell(String.valueOf(value));
  }

  @Override
  public void decimal(String column, double value) {
    cell(String.valueOf(value));
  }

  @Override
  public void flag(String column, boolean value) {
    cell(String.valueOf(value));
  }

  @Override
  public void time(String column, @Nullable Instant value) {
    cell(value == null ? "" : value.toString());
  }

  /** As JSON: a cell has no other way to hold names with values. */
  @Override
  public void texts(String column, Map<String, String> value) {
    if (value.isEmpty()) {
      cell("");
      return;
    }
    StringWriter text = new StringWriter();
    try {
      JsonLines.object(new JsonWriter(text), value);
    } catch (IOException e) {
      throw JsonLines.inMemory(e);
    }
    cell(text.toString());
  }

  @Override
  public void endRow() {
    // Cells come with a comma behind them; the last one's is the end of the line.
    row.setLength(row.length() - 1);
    bytes.writeBytes(row.append("\r\n").toString().getBytes(UTF_8));
    row.setLength(0);
  }

  @Override
  public int size() {
    return bytes.size();
  }

  @Override
  public byte[] take() {
    byte[] taken = bytes.toByteArray();
    bytes.reset();
    return taken;
  }

  private void cell(String text) {
    boolean quotes = text.chars().anyMatch(c -> c == '"' || c == ',' || c == '\r' || c == '\n');
    row.append(quotes ? '"' + text.replace("\"", "\"\"") + '"' : text).append(',');
  }
}
