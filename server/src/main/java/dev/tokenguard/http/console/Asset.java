package dev.tokenguard.http.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * A file of the jar.
 *
 * @param contentType what it is
 * @param bytes what is in it
 * @param etag changes with its bytes
 */
@SuppressWarnings("ArrayRecordComponent") // read once, written to many sockets
record Asset(String contentType, byte[] bytes, String etag) {

  /** What is served, by the end of its name; nothing else is. */
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "json", "application/json",
          "svg", "image/svg+xml");

  /** The file of a name on the class path; empty if there is none that may be served. */
  static Optional<Asset> load(String name) {
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    if (type == null) {
      return Optional.empty();
    }
    try (InputStream in = Asset.class.getClassLoader().getResourceAsStream(name)) {
      if (in == null) {
        return Optional.empty();
      }
      byte[] bytes = in.readAllBytes();
      return Optional.of(new Asset(type, bytes, '"' + sha256(bytes).substring(0, 22) + '"'));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name + " of the jar", e);
    }
  }

  /** Whether a browser may show it by itself. */
  boolean isDocument() {
    return contentType.startsWith("text/html") || contentType.startsWith("image/svg");
  }

  /** A hash as headers have it, in base64. */
  static String sha256(byte[] bytes) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
