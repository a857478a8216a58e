package dev.tokenguard.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.config.Settings;
import dev.tokenguard.testing.TokenIssuer;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/** Verifiers of the tokens of {@link TokenIssuer}. */
final class JwtFixture {
  static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  /** How often {@link #cache} looks. */
  static final JwksCache.Pace PACE =
      new JwksCache.Pace(Duration.ofMinutes(5), Duration.ofSeconds(10));

  private JwtFixture() {}

  static Settings.Jwt settings(String roleClaim) {
    return new Settings.Jwt(
        URI.create("file:///keys"),
        Optional.empty(),
        TokenIssuer.NAME,
        TokenIssuer.AUDIENCE,
        Set.of("RS256", "ES256", "ES384"),
        Duration.ofSeconds(30),
        roleClaim,
        "tokenguard_accounts",
        "tokenguard_namespace");
  }

  /** One whose keys are always these. */
  static JwtVerifier verifier(Clock clock, String roleClaim, String jwks) {
    JwksCache cache =
        cache(() -> CompletableFuture.completedFuture(jwks), JwksListener.NONE, clock);
    cache.look();
    assertEquals("", cache.trouble());
    return verifier(clock, roleClaim, cache);
  }

  static JwtVerifier verifier(Clock clock, String roleClaim, JwksCache cache) {
    Settings.Jwt settings = settings(roleClaim);
    return new JwtVerifier(settings, cache, new JwtClaims(settings, Set.of("tg", "shop")), clock);
  }

  static JwksCache cache(JwksSource source, JwksListener listener, Clock clock) {
    return new JwksCache(
        source, "test", settings("tokenguard_role").algorithms(), PACE, listener, clock);
  }

  static void assertMatches(String expected, CredentialException e) {
    String message = String.valueOf(e.getMessage());
    assertTrue(Pattern.compile(expected).matcher(message).find(), message);
  }
}
