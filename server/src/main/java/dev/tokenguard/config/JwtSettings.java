package dev.tokenguard.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What the settings of JWTs take, and what is wrong with half of them. */
final class JwtSettings {
  /** For a setting of JWTs on a server that accepts none. */
  static final String WITHOUT_JWKS = "set, but not auth.jwks: no JWT is accepted without keys";

  /**
   * Those whose keys may be known to everybody. The key of HS256 signs as well as it verifies, and
   * whoever writes {@code none} has signed nothing. EdDSA would take another library.
   */
  private static final List<String> ALGORITHMS =
      List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

  /** A host by which no other machine can be meant. */
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1]");

  private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]+:.*");

  private static final Pattern TEXT = Pattern.compile("[^\\p{C}\\s]{0,500}");
  private static final Pattern CLAIM = Pattern.compile("[^\\p{C}\\s]{1,200}");

  private JwtSettings() {}

  static SettingType<Optional<URI>> jwks() {
    return new SettingType<>(
        "a path, or an https URL without user and password; http only to this machine; or nothing",
        text -> text.isEmpty() ? Optional.of(Optional.empty()) : source(text).map(Optional::of));
  }

  private static Optional<URI> source(String text) {
    try {
      if (!SCHEME.matcher(text).matches()) {
        return Optional.of(Path.of(text).toUri());
      }
      URI uri = new URI(text);
      String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
      String host = uri.getHost();
      boolean plain =
          host != null
              && !host.isEmpty()
              && uri.getRawUserInfo() == null
              && uri.getRawFragment() == null;
      boolean safe =
          scheme.equals("https")
              || (scheme.equals("http")
                  && host != null
                  && LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches());
      return plain && safe ? Optional.of(uri) : Optional.empty();
    } catch (URISyntaxException | InvalidPathException e) {
      return Optional.empty();
    }
  }

  static SettingType<Set<String>> algorithms() {
    String expected =
        "of " + String.join(", ", ALGORITHMS) + ", with commas; HS* and none can be forged";
    return new SettingType<>(
        expected,
        text -> {
          Set<String> names = new LinkedHashSet<>();
          Arrays.stream(text.split(",", -1)).map(String::strip).forEach(names::add);
          return ALGORITHMS.containsAll(names)
              ? Optional.of(Collections.unmodifiableSet(names))
              : Optional.empty();
        });
  }

  static SettingType<String> text() {
    return new SettingType<>(
        "at most 500 characters without spaces",
        text -> Optional.of(text).filter(value -> TEXT.matcher(value).matches()));
  }

  static SettingType<String> claim() {
    return new SettingType<>(
        "1 to 200 characters without spaces",
        text -> Optional.of(text).filter(value -> CLAIM.matcher(value).matches()));
  }

  /** Whether a setting says something of JWTs. */
  static boolean needsJwks(String key) {
    return key.startsWith("auth.jwt_") || key.equals("auth.jwks_ca");
  }

  /** For a setting that must be there where JWTs are accepted. */
  static String missing(String key) {
    return "nothing (expected: "
        + (key.endsWith("issuer")
            ? "who issues the JWTs, as their claim iss has it"
            : "whom they are meant for, as their claim aud has it")
        + ", because auth.jwks is set)";
  }
}
