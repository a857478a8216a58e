package dev.tokenguard.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.stream.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rows as JSON objects, one a line, in UTF-8. Exactly what is stored, for programs: a time that
 * there is not is {@code null}, a name that there is not is empty.
 */
final class JsonLines implements RowWriter {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Writer lines = new OutputStreamWriter(bytes, UTF_8);
  private @Nullable JsonWriter row;

  @Override
  public void text(String column, String value) {
    write(json -> json.name(column).value(value));
  }

  @Override
  public void number(String column, long value) {
    write(json -> json.name(column).value(value));
  }

  @Override
  public void decimal(String column, double value) {
    write(json -> json.name(column).value(value));
  }

  @Override
  public void flag(String column, boolean value) {
    write(json -> json.name(column).value(value));
  }

  @Override
  public void time(String column, @Nullable Instant value) {
    write(json -> json.name(column).value(value == null ? null : value.toString()));
  }

  @Override
  public void texts(String column, Map<String, String> value) {
    write(
        json -> {
          json.name(column);
          object(json, value);
        });
  }

  static void object(JsonWriter json, Map<String, String> value) throws IOException {
    json.beginObject();
    for (Map.Entry<String, String> entry : new TreeMap<>(value).entrySet()) {
      json.name(entry.getKey()).value(entry.getValue());
    }
    json.endObject();
  }

  @Override
  public void endRow() {
    write(JsonWriter::endObject);
    row = null;
    try {
      lines.write('\n');
      lines.flush();
    } catch (IOException e) {
      throw inMemory(e);
    }
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

  private void write(Step step) {
    try {
      JsonWriter json = row;
      if (json == null) {
        json = new JsonWriter(lines);
        json.beginObject();
        row = json;
      }
      step.to(json);
    } catch (IOException e) {
      throw inMemory(e);
    }
  }

  static UncheckedIOException inMemory(IOException e) {
    return new UncheckedIOException("memory does not fail so", e);
  }

  private interface Step {
    void to(JsonWriter json) throws IOException;
  }
}
