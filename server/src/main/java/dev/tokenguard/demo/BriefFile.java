package dev.tokenguard.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A brief as it was handed in: nobody has looked inside yet.
 *
 * @param name its file's name
 * @param slug what its site is called on disk: lower case letters, digits and dashes
 * @param content its bytes
 */
record BriefFile(String name, String slug, Content content) {
  private static final int MAX_BYTES = 64 << 10;

  /** Where the bytes come from. */
  @FunctionalInterface
  interface Content {
    /** Opens it; the caller closes. */
    InputStream open() throws IOException;
  }

  /** The file of that name, which gives its site the name. */
  static BriefFile of(String name, Content content) {
    return new BriefFile(name, slug(name), content);
  }

  /** The same brief for another site. */
  BriefFile withSlug(String newSlug) {
    return new BriefFile(name, newSlug, content);
  }

  /**
   * Reads it.
   *
   * @throws BriefException if it is not a brief
   */
  Brief read() throws IOException {
    return BriefParser.parse(name, text());
  }

  private String text() throws IOException {
    byte[] bytes;
    try (InputStream in = content.open()) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      throw new BriefException(name, 0, "larger than " + MAX_BYTES + " bytes");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new BriefException(name, 0, "not UTF-8 text");
    }
  }

  /** {@code 02-Copper Kettle.md} makes {@code copper-kettle}. */
  private static String slug(String name) {
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    String slug =
        stem.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^[0-9]*-+|-+$", "");
    return slug.isEmpty() ? "site" : slug;
  }
}
