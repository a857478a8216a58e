package dev.tokenguard.http.rpc;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;

/**
 * Reads JSON as RFC 8259 has it. The reader of protobuf is more generous: it takes comments, and of
 * a name that is there twice the last, where a caller that sends two amounts should be asked which.
 */
final class StrictJson {
  private static final int MAX_DEPTH = 32;

  /** More digits than any number of ours has; and an exponent must not cost memory. */
  private static final int MAX_NUMBER_CHARS = 64;

  private static final int MAX_EXPONENT = 400;

  private StrictJson() {}

  /**
   * The value that a text is.
   *
   * @throws IOException saying what is wrong and where
   */
  static JsonElement read(String text) throws IOException {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    try {
      JsonElement value = value(reader, 0);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new MalformedJsonException("more than one value");
      }
      return value;
    } catch (EOFException e) {
      throw new IOException("it ends in the middle", e);
    } catch (MalformedJsonException e) {
      throw new IOException(firstLine(e), e);
    }
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static JsonElement value(JsonReader reader, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new IOException("deeper than " + MAX_DEPTH + " levels");
    }
    return switch (reader.peek()) {
      case BEGIN_OBJECT -> object(reader, depth);
      case BEGIN_ARRAY -> array(reader, depth);
      case STRING -> new JsonPrimitive(reader.nextString());
      case NUMBER -> number(reader);
      case BOOLEAN -> new JsonPrimitive(reader.nextBoolean());
      default -> {
        reader.nextNull();
        yield JsonNull.INSTANCE;
      }
    };
  }

  private static JsonObject object(JsonReader reader, int depth) throws IOException {
    JsonObject object = new JsonObject();
    reader.beginObject();
    while (reader.hasNext()) {
      String name = reader.nextName();
      if (object.has(name)) {
        throw new IOException("the name at " + reader.getPath() + " is there twice");
      }
      object.add(name, value(reader, depth + 1));
    }
    reader.endObject();
    return object;
  }

  private static JsonArray array(JsonReader reader, int depth) throws IOException {
    JsonArray array = new JsonArray();
    reader.beginArray();
    while (reader.hasNext()) {
      array.add(value(reader, depth + 1));
    }
    reader.endArray();
    return array;
  }

  private static JsonPrimitive number(JsonReader reader) throws IOException {
    String path = reader.getPath();
    String digits = reader.nextString();
    if (digits.length() > MAX_NUMBER_CHARS) {
      throw new IOException("a number of " + digits.length() + " characters at " + path);
    }
    BigDecimal number = new BigDecimal(digits);
    if (Math.abs((long) number.scale()) > MAX_EXPONENT) {
      throw new IOException("the number " + digits + " at " + path);
    }
    return new JsonPrimitive(number);
  }
}
