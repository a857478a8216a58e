package dev.tokenguard.http.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a page of the console may load: files of this server, and the one script that must be in the
 * page itself, which says where the others are. See https://www.w3.org/TR/CSP3/.
 */
final class ContentPolicy {
  private static final Pattern IMPORT_MAP =
      Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);

  private ContentPolicy() {}

  static String of(Asset page) {
    Matcher map = IMPORT_MAP.matcher(new String(page.bytes(), UTF_8));
    String inline =
        map.find() ? " 'sha256-" + Asset.sha256(map.group(1).getBytes(UTF_8)) + "'" : "";
    return String.join(
        "; ",
        "default-src 'none'",
        "script-src 'self'" + inline,
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'");
  }
}
