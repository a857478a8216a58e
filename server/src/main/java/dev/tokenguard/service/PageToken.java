package dev.tokenguard.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;

/**
 * Where a list goes on, as callers keep it: the position, behind a digest of the position, the list
 * and its filters. A token of another list or other filters would go on somewhere, with holes that
 * nobody notices; the digest is what turns it, and any garbage, into an error. It keeps no secret.
 */
final class PageToken {

  private static final int DIGEST = Fingerprint.of("").end().length();

  /** Longer than any that was given out; a position is an id or a cursor. */
  private static final int MAX_LENGTH = 1024;

  private PageToken() {}

  /** A token of a list, told from others by its name and filters in {@code list}. */
  static String of(String list, String position) {
    String text = digest(list, position) + position;
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  /**
   * The position of a token that this list has given out; empty, the beginning, without a token.
   */
  static String position(String list, String token, RequestChecks checks) {
    if (token.isEmpty()) {
      return "";
    }
    String text = decoded(token);
    if (text.length() > DIGEST) {
      String position = text.substring(DIGEST);
      if (text.equals(digest(list, position) + position)) {
        return position;
      }
    }
    checks.malformed("page_token", "is not one of this list with these filters");
    return "";
  }

  private static String decoded(String token) {
    if (token.length() > MAX_LENGTH) {
      return "";
    }
    try {
      return new String(Base64.getUrlDecoder().decode(token), UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static String digest(String list, String position) {
    return Fingerprint.of("page").text(list).text(position).end();
  }
}
