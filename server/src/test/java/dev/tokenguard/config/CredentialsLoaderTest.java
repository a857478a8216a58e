package dev.tokenguard.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Identity;
import dev.tokenguard.domain.Quota;
import dev.tokenguard.domain.Role;
import dev.tokenguard.domain.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialsLoaderTest {
  private static final String HASH = "0123456789abcdef".repeat(4);
  private static final Set<String> NAMESPACES = Set.of("tg", "acme");

  private static Credentials parse(String text) throws CredentialsException {
    return CredentialsLoader.parse(text, "keys.yaml", NAMESPACES);
  }

  @Test
  void everythingReachesItsPlace() throws Exception {
    Credentials credentials =
        parse(
            """
            keys:
              builder:
                role: guard
                sha256: %s
                namespace: acme
                accounts: [a, "b:c"]
                prefixes: [shop-]
                expires: 2027-01-31T00:00:00Z
                max_in_flight: 1
                calls_per_second: 2
                max_streams: 3
            certificates:
              app:
                role: admin
                names: [dns:app.shop.svc, "uri:spiffe://shop/app"]
            """
                .formatted(HASH.toUpperCase(Locale.ROOT)));

    assertEquals(
        new Credentials(
            List.of(
                new Credentials.Key(
                    HASH,
                    Optional.of(Instant.parse("2027-01-31T00:00:00Z")),
                    new Identity(
                        "builder",
                        Role.GUARD,
                        Optional.of("acme"),
                        new Scope(Set.of("a", "b:c"), Set.of("shop-")),
                        new Quota(1, 2, 3)))),
            List.of(
                new Credentials.Certificate(
                    Set.of("dns:app.shop.svc", "uri:spiffe://shop/app"),
                    Identity.of("app", Role.ADMIN)))),
        credentials);
    assertEquals(Set.of("app", "builder"), credentials.names());
    assertEquals(Credentials.NONE, parse(""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{role: guard}                | keys.x.sha256: no hash (expected: the SHA-256 of the key, 64"
            + " hex digits; 'tokenguard key create' prints it)",
        "{role: guard, sha256: tg_secret} | keys.x.sha256: no hash",
        "{sha256: HASH}               | keys.x: no role (expected: role: guard, viewer, operator or"
            + " admin)",
        "{sha256: HASH, role: boss}   | keys.x.role: boss (expected: guard, viewer, operator, admin)",
        "{sha256: HASH, role: guard, namespace: acne} | keys.x.namespace: 'acne' is not served (did"
            + " you mean 'acme'?); others are named by the setting redis.tenant_namespaces",
        "{sha256: HASH, role: guard, accounts: []} | keys.x.accounts: empty (expected: at least one,"
            + " or no such line)",
        "{sha256: HASH, role: guard, accounts: } | keys.x.accounts: no value (expected: a list,"
            + " [a, b])",
        "{sha256: HASH, role: guard, prefixes: [shop-, 'a b']} | keys.x.prefixes: \"a b\" in quotes"
            + " (expected: beginnings of account ids)",
        "{sha256: HASH, role: guard, account: [a]} | keys.x.account: unknown (did you mean"
            + " 'accounts'?)",
        "{sha256: HASH, role: guard, expires: tomorrow} | keys.x.expires: 'tomorrow' (expected: a time"
            + " such as 2027-01-31T00:00:00Z)",
        "{sha256: HASH, role: guard, calls_per_second: 0} | keys.x.calls_per_second: 0 (expected: a"
            + " whole number from 1 to 1000000)",
        "{sha256: HASH, role: guard}, y: {sha256: HASH, role: admin} | keys.y.sha256: the same key as"
            + " x (expected: a key for each name)",
        "{sha256: HASH, role: guard}, 'a b': {sha256: HASH, role: admin} | not a name (expected: 1 to"
            + " 64 letters",
      })
  void tellsWhatIsWrongAndNoSecret(String entry, String says) {
    String text = "keys: {x: " + entry.replace("HASH", HASH) + "}";
    String told = assertThrows(CredentialsException.class, () -> parse(text), text).getMessage();
    assertTrue(told.startsWith("keys.yaml:1:"), told);
    assertTrue(told.contains(says), told);
    assertFalse(told.contains("tg_secret") || told.contains(HASH), told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{role: guard}                   | certificates.x: no names",
        "{role: guard, names: [app]}     | certificates.x.names: app (expected: dns:host or"
            + " uri:scheme:...)",
        "{role: guard, names: ['dns:a']}, y: {role: guard, names: ['dns:a']} | is x's already",
      })
  void tellsWhatIsWrongWithCertificates(String entry, String says) {
    String told =
        assertThrows(CredentialsException.class, () -> parse("certificates: {x: " + entry + "}"))
            .getMessage();
    assertTrue(told.contains(says), told);
  }

  @Test
  void aFileOfAnotherKindIsNone() {
    assertThrows(CredentialsException.class, () -> parse("[]"));
    assertThrows(CredentialsException.class, () -> parse("plans: {}"));
    assertThrows(CredentialsException.class, () -> parse("keys: {x: {"));
  }
}
