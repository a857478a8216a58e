package dev.tokenguard.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.config.Credentials;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Identity;
import dev.tokenguard.domain.Role;
import dev.tokenguard.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTest {
  private static final String RESERVE = "tokenguard.v1.TokenGuardService/CheckAndReserve";
  private static final String GRANT = "tokenguard.v1.TokenAdminService/CreateGrant";
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private final ManualClock clock = new ManualClock(NOW);
  private final List<Refusal> refused = new ArrayList<>();
  private final String ann = ApiKey.create();
  private final String bob = ApiKey.create();

  private Access access(boolean localGuard, boolean anonymousGuard) {
    Access access =
        new Access(
            new Access.Options(localGuard, anonymousGuard, 3),
            this::verify,
            this::verify,
            refused::add,
            clock);
    access.use(
        new Credentials(
            List.of(key(ann, "ann", Role.OPERATOR, null), key(bob, "bob", Role.GUARD, "PT1H")),
            List.of(
                new Credentials.Certificate(
                    Set.of("dns:app.shop.svc", "uri:spiffe://shop/app"),
                    Identity.of("app", Role.GUARD)))));
    return access;
  }

  private Credentials.Key key(String key, String name, Role role, @Nullable String lives) {
    return new Credentials.Key(
        ApiKey.sha256(key),
        Optional.ofNullable(lives).map(each -> NOW.plus(Duration.parse(each))),
        Identity.of(name, role));
  }

  private Credential verify(String token) throws CredentialException {
    if (!token.equals("signed")) {
      throw new CredentialException(Refusal.BAD_CREDENTIAL, "forged");
    }
    return Credential.of(Identity.of("token", Role.VIEWER));
  }

  private static Presented bearer(String token) {
    return new Presented(List.of("Bearer " + token), List.of(), true, "10.0.0.1");
  }

  private static Presented nothing(boolean local, String... names) {
    return new Presented(List.of(), List.of(names), local, "10.0.0.1");
  }

  private static String name(Access access, String call, Presented presented) {
    return access.admit(call, presented).identity().name();
  }

  private static String fault(Access access, String call, Presented presented) {
    FaultException e = assertThrows(FaultException.class, () -> access.admit(call, presented));
    return e.fault() + " " + e.getMessage();
  }

  @Test
  void tellsWhoCalls() {
    Access access = access(true, false);
    assertEquals("ann", name(access, GRANT, bearer(ann)));
    assertEquals("bob", name(access, RESERVE, bearer(bob)));
    assertEquals("token", name(access, "GET /metrics", bearer("signed")));
    assertEquals("app", name(access, RESERVE, nothing(false, "dns:x", "uri:spiffe://shop/app")));
    assertEquals("local", name(access, RESERVE, nothing(true)));
    assertEquals(
        "ann",
        name(
            access,
            GRANT,
            new Presented(
                List.of("bEARER  " + ann + " "), List.of("dns:app.shop.svc"), true, "x")));
    assertEquals(List.of(), refused);
  }

  @Test
  void nobodyIsAGuardAtMost() {
    String missing = "UNAUTHENTICATED no credential (expected: the header 'authorization: Bearer '";
    assertTrue(fault(access(true, true), GRANT, nothing(true)).startsWith(missing));
    assertTrue(fault(access(true, false), RESERVE, nothing(false)).startsWith(missing));
    assertTrue(fault(access(false, false), RESERVE, nothing(true)).startsWith(missing));
    assertEquals("anonymous", name(access(false, true), RESERVE, nothing(true)));
    assertEquals("anonymous", name(access(true, true), RESERVE, nothing(false)));
    assertEquals(
        "UNAUTHENTICATED no credential, and none of the names in the client certificate is known:"
            + " dns:other, uri:spiffe://other",
        fault(access(true, false), RESERVE, nothing(false, "dns:other", "uri:spiffe://other")));
    assertEquals(Set.of(Refusal.NO_CREDENTIAL), Set.copyOf(refused));
  }

  @Test
  void whoShowsNothingHearsWhatThisServerAccepts() {
    String key =
        "the header 'authorization: Bearer ' and an API key, which 'tokenguard key create' makes";
    String certificate = "a client certificate with a name that is known here";
    Credentials all =
        new Credentials(
            List.of(key(ann, "ann", Role.OPERATOR, null)),
            List.of(
                new Credentials.Certificate(Set.of("dns:app"), Identity.of("app", Role.GUARD))));
    Credentials keys = new Credentials(all.keys(), List.of());
    Credentials certificates = new Credentials(List.of(), all.certificates());
    assertEquals("expected: " + key + ", or a JWT; or " + certificate, accepted(true, all));
    assertEquals("expected: " + key + "; or " + certificate, accepted(false, all));
    assertEquals("expected: " + key, accepted(false, keys));
    assertEquals("expected: " + certificate, accepted(false, certificates));
    assertEquals(
        "expected: the header 'authorization: Bearer ' and a JWT",
        accepted(true, Credentials.NONE));
    assertEquals(
        "this server accepts none: settings auth.credentials_file and auth.jwks",
        accepted(false, Credentials.NONE));
  }

  private String accepted(boolean jwt, Credentials credentials) {
    Access access =
        new Access(
            new Access.Options(true, false, 3),
            jwt ? this::verify : null,
            this::verify,
            refused::add,
            clock);
    access.use(credentials);
    String told = fault(access, RESERVE, nothing(false));
    String begin = "UNAUTHENTICATED no credential (";
    assertTrue(told.startsWith(begin) && told.endsWith(")"), told);
    return told.substring(begin.length(), told.length() - 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Bearer tg_unknown        | this API key is not, or no longer, known here",
        "Bearer forged            | forged",
        "Bearer                   | not a bearer token",
        "Basic YW5uOnBhc3M=       | not a bearer token",
        "''                       | not a bearer token",
      })
  void aBadCredentialIsWorseThanNone(String header, String says) {
    Presented presented = new Presented(List.of(header), List.of(), true, "x");
    String told = fault(access(true, true), RESERVE, presented);
    assertTrue(told.startsWith("UNAUTHENTICATED ") && told.contains(says), told);
    assertEquals(List.of(Refusal.BAD_CREDENTIAL), refused);
  }

  @Test
  void twoCredentialsAreNone() {
    Access access = access(true, true);
    for (List<String> both :
        List.of(
            List.of("Bearer " + ann, "Bearer " + bob),
            List.of("Bearer " + ann, "Bearer " + ann),
            List.of("Bearer forged", "Bearer " + ann))) {
      assertEquals(
          "UNAUTHENTICATED authorization: 2 headers of that name (expected: 1)",
          fault(access, GRANT, new Presented(both, List.of(), true, "x")));
    }
    assertEquals(Set.of(Refusal.BAD_CREDENTIAL), Set.copyOf(refused));
  }

  @Test
  void aTokenHasAnEnd() {
    assertTrue(
        fault(access(true, true), RESERVE, bearer("x".repeat(16 << 10) + "x"))
            .contains("16385 characters (expected: at most 16384)"));
  }

  @Test
  void aKeyExpires() {
    Access access = access(true, false);
    clock.pass(Duration.ofHours(1).minusMillis(1));
    assertEquals("bob", name(access, RESERVE, bearer(bob)));
    clock.pass(Duration.ofMillis(1));
    assertEquals(
        "UNAUTHENTICATED authorization: this API key of 'bob' expired at 2026-11-21T13:00:00Z; ask"
            + " for a new one",
        fault(access, RESERVE, bearer(bob)));
    assertEquals(List.of(Refusal.EXPIRED), refused);
  }

  @Test
  void aKeyThatWasTakenOutIsUnknown() {
    Access access = access(true, false);
    access.use(Credentials.NONE);
    assertTrue(fault(access, GRANT, bearer(ann)).contains("no longer, known"));
    assertTrue(
        fault(access, RESERVE, nothing(false, "dns:app.shop.svc")).contains("no credential"));
  }

  @Test
  void theRoleDecides() {
    assertEquals(
        "PERMISSION_DENIED 'bob' has the role guard and may not call CreateGrant, which takes"
            + " operator or admin",
        fault(access(true, false), GRANT, bearer(bob)));
    assertEquals(List.of(Refusal.NOT_ALLOWED), refused);
  }

  @Test
  void whoFailsTooOftenIsNotLookedAtUnlessItHasAKey() {
    Access access = access(true, false);
    for (int i = 0; i < 3; i++) {
      assertTrue(fault(access, RESERVE, bearer("forged")).contains("forged"));
    }
    assertEquals(
        "RATE_LIMITED authorization: too many tokens from this address were refused; try again in a"
            + " minute",
        fault(access, RESERVE, bearer("signed")));
    assertEquals("ann", name(access, GRANT, bearer(ann)));
    Presented elsewhere = new Presented(List.of("Bearer signed"), List.of(), false, "10.0.0.2");
    assertEquals("token", name(access, "GET /metrics", elsewhere));
    clock.pass(Duration.ofMinutes(1));
    assertEquals("token", name(access, "GET /metrics", bearer("signed")));
  }

  @Test
  void noTwoKeysAreTheSameAndNoneCanBeGuessed() {
    assertTrue(ann.matches("tg_[A-Za-z0-9_-]{43}"), ann);
    assertEquals(2, Set.of(ann, bob).size());
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", ApiKey.sha256("abc"));
  }
}
