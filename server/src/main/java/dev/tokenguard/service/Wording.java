package dev.tokenguard.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Collection;

/** How violations tell back what a caller wrote. */
final class Wording {

  /** Characters of a caller's text that are told back in a message. */
  private static final int MAX_QUOTED = 48;

  private Wording() {}

  /** A name of the catalog that is none. */
  static String unknown(String what, String name, Collection<String> known) {
    return unknown(what, name, known, "; the catalog has none like it");
  }

  /** A name that is not known, with the one that it was most likely meant to be. */
  static String unknown(String what, String name, Collection<String> known, String otherwise) {
    return Nearest.to(name, known)
        .map(near -> "unknown " + what + " " + quoted(name) + "; did you mean \"" + near + "\"?")
        .orElseGet(() -> "unknown " + what + " " + quoted(name) + otherwise);
  }

  /** A caller's text, short and in printable ASCII, so that it harms no log and no header. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length() && i < MAX_QUOTED; i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c >= ' ' && c <= '~') {
        quoted.append(c);
      } else {
        quoted.append("\\u").append(hex(c));
      }
    }
    return quoted.append(text.length() > MAX_QUOTED ? "...\"" : "\"").toString();
  }

  private static String hex(char c) {
    String digits = Integer.toHexString(c);
    return "0000".substring(digits.length()) + digits;
  }

  static String seconds(Duration duration) {
    String whole = String.valueOf(duration.getSeconds());
    return duration.getNano() == 0 ? whole + " s" : duration.toString();
  }

  static int bytes(String text) {
    return text.getBytes(UTF_8).length;
  }
}
