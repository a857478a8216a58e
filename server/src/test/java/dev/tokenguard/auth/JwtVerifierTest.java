package dev.tokenguard.auth;

import static dev.tokenguard.auth.JwtFixture.NOON;
import static dev.tokenguard.auth.JwtFixture.assertMatches;
import static dev.tokenguard.auth.JwtFixture.verifier;
import static dev.tokenguard.testing.TokenIssuer.token;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Identity;
import dev.tokenguard.domain.Quota;
import dev.tokenguard.domain.Role;
import dev.tokenguard.domain.Scope;
import dev.tokenguard.testing.ManualClock;
import dev.tokenguard.testing.TokenIssuer;
import dev.tokenguard.testing.TokenIssuer.Key;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose tokens are believed, and what of them is not. {@link JwtForgeriesTest} has the forged. */
class JwtVerifierTest {
  private static final Key RSA = Key.of("rsa", "RS256");
  private static final Key EC = Key.of("ec", "ES256");
  private static final Key EC384 = Key.of("ec384", "ES384");

  private final ManualClock clock = new ManualClock(NOON);
  private final TokenIssuer issuer = new TokenIssuer(clock);
  private final JwtVerifier verifier =
      verifier(clock, "tokenguard_role", TokenIssuer.jwks(RSA, EC, EC384));

  @ParameterizedTest
  @ValueSource(strings = {"rsa", "ec", "ec384"})
  void aGoodTokenTellsWhoCalls(String id) throws Exception {
    Key key = Stream.of(RSA, EC, EC384).filter(each -> each.id().equals(id)).findAny().get();
    Map<String, Object> claims = issuer.claims("auth0|anna", "operator");
    claims.put("tokenguard_accounts", List.of("u-1", "shop-*"));
    claims.put("tokenguard_namespace", "shop");

    Identity who = verifier.verify(token(key, claims)).identity();

    assertEquals(
        new Identity(
            "jwt:auth0|anna",
            Role.OPERATOR,
            Optional.of("shop"),
            new Scope(Set.of("u-1"), Set.of("shop-")),
            Quota.NONE),
        who);
    assertEquals(who, verifier.verify(token(key, claims)).identity());
  }

  @ParameterizedTest
  @ValueSource(strings = {"JWT", "jwt", "at+jwt", "application/at+jwt"})
  void tokensToCallWithHaveThatType(String type) throws Exception {
    Map<String, Object> header = RSA.header();
    header.put("typ", type);

    assertEquals("jwt:anna", verifier.verify(token(RSA, header, anna())).identity().name());
    header.remove("typ");
    assertEquals("jwt:anna", verifier.verify(token(RSA, header, anna())).identity().name());
  }

  static Stream<Arguments> badClaims() {
    return Stream.of(
        bad("no issuer", c -> c.remove("iss"), "issuer"),
        bad("another issuer", c -> c.put("iss", TokenIssuer.NAME + "x"), "issuer"),
        bad("no audience", c -> c.remove("aud"), "audience"),
        bad("another audience", c -> c.put("aud", List.of("shop", "token")), "audience"),
        bad("an audience of another type", c -> c.put("aud", 7), "type"),
        bad("no expiry", c -> c.remove("exp"), "exp"),
        bad("expiry as text", c -> c.put("exp", "never"), "type"),
        bad("expiry of null", c -> c.put("exp", null), "exp"),
        bad("not yet", c -> c.put("nbf", NOON.getEpochSecond() + 31), "nbf"),
        bad("issued later", c -> c.put("iat", NOON.getEpochSecond() + 31), "iat"),
        bad("no subject", c -> c.remove("sub"), "sub"),
        bad("an empty subject", c -> c.put("sub", ""), "sub"),
        bad("a subject with a line break", c -> c.put("sub", "anna\nadmin"), "sub"),
        bad("a subject with spaces", c -> c.put("sub", "anna "), "sub"),
        bad("a subject that turns text around", c -> c.put("sub", "anna\u202Enimda"), "sub"),
        bad("a long subject", c -> c.put("sub", "a".repeat(256)), "sub"),
        bad("a subject that is a number", c -> c.put("sub", 7), "sub|type"),
        bad("no role", c -> c.remove("tokenguard_role"), "role"),
        bad("an unknown role", c -> c.put("tokenguard_role", "root"), "role"),
        bad("a role in capitals", c -> c.put("tokenguard_role", "ADMIN"), "role"),
        bad("roles in one text", c -> c.put("tokenguard_role", "guard,admin"), "role"),
        bad("no role in a list", c -> c.put("tokenguard_role", List.of()), "role"),
        bad("unknown roles in a list", c -> c.put("tokenguard_role", List.of("root", 7)), "role"),
        bad("a list in a list", c -> c.put("tokenguard_role", List.of(List.of("admin"))), "role"),
        bad("a role of null", c -> c.put("tokenguard_role", null), "null"),
        bad("roles apart", c -> c.put("tokenguard_role", List.of("guard", "viewer")), "several"),
        bad("accounts of null", c -> c.put("tokenguard_accounts", null), "null"),
        bad("no accounts", c -> c.put("tokenguard_accounts", List.of()), "accounts"),
        bad("accounts as empty text", c -> c.put("tokenguard_accounts", ""), "accounts"),
        bad("accounts in one text", c -> c.put("tokenguard_accounts", "a,b"), "accounts"),
        bad("an empty account", c -> c.put("tokenguard_accounts", List.of("a", "")), "accounts"),
        bad("every prefix", c -> c.put("tokenguard_accounts", List.of("*")), "accounts"),
        bad("a star inside", c -> c.put("tokenguard_accounts", List.of("a*b")), "accounts"),
        bad("two stars", c -> c.put("tokenguard_accounts", List.of("a**")), "accounts"),
        bad("a number", c -> c.put("tokenguard_accounts", List.of("a", 7)), "accounts"),
        bad("an object", c -> c.put("tokenguard_accounts", Map.of("a", "b")), "accounts"),
        bad(
            "too many",
            c ->
                c.put(
                    "tokenguard_accounts",
                    Stream.iterate(0, i -> i + 1).limit(1001).map(String::valueOf).toList()),
            "1001"),
        bad("a namespace not served", c -> c.put("tokenguard_namespace", "other"), "namespace"),
        bad("an empty namespace", c -> c.put("tokenguard_namespace", ""), "namespace"),
        bad("namespaces", c -> c.put("tokenguard_namespace", List.of("shop")), "namespace"),
        bad("a namespace of null", c -> c.put("tokenguard_namespace", null), "null"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badClaims")
  void isNotBelieved(String what, Consumer<Map<String, Object>> change, String expected) {
    Map<String, Object> claims = anna();
    change.accept(claims);

    CredentialException e =
        assertThrows(CredentialException.class, () -> verifier.verify(token(RSA, claims)), what);

    assertEquals(Refusal.BAD_CREDENTIAL, e.refusal());
    assertMatches(expected, e);
  }

  @Test
  void aTokenExpiresAndSoDoesWhatIsRememberedOfIt() throws Exception {
    String token = token(RSA, anna());
    assertEquals("jwt:anna", verifier.verify(token).identity().name());

    clock.pass(Duration.ofMinutes(10).plusSeconds(29));
    assertEquals("jwt:anna", verifier.verify(token).identity().name(), "within the leeway");

    clock.pass(Duration.ofSeconds(1));
    CredentialException e = assertThrows(CredentialException.class, () -> verifier.verify(token));
    assertEquals(Refusal.EXPIRED, e.refusal());
    assertMatches("2026-03-01T12:10:00Z", e);
  }

  @Test
  void clocksMayBeApartByTheLeeway() throws Exception {
    Map<String, Object> claims = anna();
    claims.put("nbf", NOON.getEpochSecond() + 30);
    claims.put("iat", NOON.getEpochSecond() + 30);

    assertEquals("jwt:anna", verifier.verify(token(RSA, claims)).identity().name());
  }

  @Test
  void oneOfManyAudiencesIsEnough() throws Exception {
    Map<String, Object> claims = anna();
    claims.put("aud", List.of("shop", TokenIssuer.AUDIENCE));

    assertEquals("jwt:anna", verifier.verify(token(RSA, claims)).identity().name());
  }

  @Test
  void ofSeveralRolesItIsTheOneThatIncludesTheOthers() throws Exception {
    assertEquals(Role.OPERATOR, role(List.of("viewer", "offline_access", "operator")));
    assertEquals(Role.ADMIN, role(List.of("guard", "viewer", "admin")));
    assertEquals(Role.GUARD, role(List.of("guard", "guard")));
  }

  private Role role(List<String> roles) throws CredentialException {
    Map<String, Object> claims = anna();
    claims.put("tokenguard_role", roles);
    return verifier.verify(token(RSA, claims)).identity().role();
  }

  @Test
  void theRoleMayBeFurtherDown() throws Exception {
    JwtVerifier nested = verifier(clock, "realm_access.roles", TokenIssuer.jwks(RSA));
    Map<String, Object> claims = anna();
    claims.remove("tokenguard_role");
    claims.put("realm_access", Map.of("roles", List.of("uma_authorization", "viewer")));
    assertEquals(Role.VIEWER, nested.verify(token(RSA, claims)).identity().role());

    claims.put("realm_access", "viewer");
    CredentialException e =
        assertThrows(CredentialException.class, () -> nested.verify(token(RSA, claims)));
    assertMatches("no object", e);
  }

  @Test
  void aClaimMayHaveDotsInItsName() throws Exception {
    JwtVerifier named = verifier(clock, "https://tokenguard.dev/role", TokenIssuer.jwks(RSA));
    Map<String, Object> claims = anna();
    claims.put("https://tokenguard.dev/role", "viewer");

    assertEquals(Role.VIEWER, named.verify(token(RSA, claims)).identity().role());
  }

  @Test
  void oneAccountMayBeText() throws Exception {
    Map<String, Object> claims = anna();
    claims.put("tokenguard_accounts", "shop-*");

    assertEquals(
        new Scope(Set.of(), Set.of("shop-")),
        verifier.verify(token(RSA, claims)).identity().scope());
  }

  @Test
  void withOneKeyNobodyNeedsItsId() throws Exception {
    Key nameless = Key.of("", "ES256");

    assertEquals(
        "jwt:anna",
        verifier(clock, "tokenguard_role", TokenIssuer.jwks(nameless))
            .verify(token(nameless, anna()))
            .identity()
            .name());
    Key other = Key.of("", "ES256");
    CredentialException e =
        assertThrows(
            CredentialException.class,
            () ->
                verifier(clock, "tokenguard_role", TokenIssuer.jwks(nameless, other))
                    .verify(token(nameless, anna())));
    assertMatches("several", e);
  }

  @Test
  void aLongTokenIsNoTrouble() throws Exception {
    Map<String, Object> claims = anna();
    claims.put("groups", "g".repeat(11_000));

    assertEquals("jwt:anna", verifier.verify(token(RSA, claims)).identity().name());
    Access access =
        new Access(
            new Access.Options(true, false, 0), verifier, verifier, AccessListener.NONE, clock);
    claims.put("groups", "g".repeat(13_000));
    RuntimeException e =
        assertThrows(
            RuntimeException.class,
            () ->
                access.admit(
                    "GET /metrics",
                    new Presented(
                        List.of("Bearer " + token(RSA, claims)), List.of(), true, "local")));
    assertTrue(String.valueOf(e.getMessage()).contains("at most 16384"), e.getMessage());
  }

  private Map<String, Object> anna() {
    return issuer.claims("anna", "guard");
  }

  private static Arguments bad(String what, Consumer<Map<String, Object>> change, String expected) {
    return Arguments.of(what, change, expected);
  }
}
