package dev.tokenguard.http;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.server.Request;

/**
 * Who is signed in to the console: a cookie, which scripts cannot read and other sites cannot send.
 * It counts only together with a header that a page of another origin may not set, so that nobody
 * is made to do something by a link or a form. Thread-safe.
 */
final class Sessions {
  /** Sent by the console with every request. */
  static final String HEADER = "X-TokenGuard-Console";

  static final String COOKIE = "tokenguard_console";

  /** A working day. */
  private static final Duration LIFE = Duration.ofHours(12);

  /** Browsers keep no larger cookie. */
  private static final int MAX_COOKIE_CHARS = 3_800;

  private final SessionSeal seal;

  /** Without anybody. */
  Sessions(Clock clock) {
    this.seal = new SessionSeal(LIFE, clock);
  }

  /** The {@code Authorization} that a request would have, by its session; empty without one. */
  Optional<String> authorization(Request request) {
    if (!isOfConsole(request)) {
      return Optional.empty();
    }
    for (HttpCookie cookie : Request.getCookies(request)) {
      if (cookie.getName().equals(COOKIE)) {
        return seal.open(cookie.getValue());
      }
    }
    return Optional.empty();
  }

  static boolean isOfConsole(Request request) {
    return "1".equals(request.getHeaders().get(HEADER));
  }

  /** The cookie of somebody who signs in; empty if it would be too large. */
  Optional<HttpCookie> signIn(String authorization, boolean secure) {
    String value = seal.seal(authorization);
    return value.length() > MAX_COOKIE_CHARS
        ? Optional.empty()
        : Optional.of(cookie(value, secure).maxAge(LIFE.toSeconds()).build());
  }

  /** The cookie of somebody who signs out. */
  static HttpCookie signOut(boolean secure) {
    return cookie("", secure).maxAge(0).build();
  }

  private static HttpCookie.Builder cookie(String value, boolean secure) {
    return HttpCookie.build(COOKIE, value)
        .path("/")
        .httpOnly(true)
        .secure(secure)
        .sameSite(HttpCookie.SameSite.STRICT);
  }
}
