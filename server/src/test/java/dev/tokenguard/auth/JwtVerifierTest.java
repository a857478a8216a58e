package dev.tokenguard.auth;

import static dev.tokenguard.testing.TokenIssuer.base64;
import static dev.tokenguard.testing.TokenIssuer.sign;
import static dev.tokenguard.testing.TokenIssuer.token;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.tokenguard.config.Settings;
import dev.tokenguard.domain.Identity;
import dev.tokenguard.domain.Quota;
import dev.tokenguard.domain.Role;
import dev.tokenguard.domain.Scope;
import dev.tokenguard.testing.JwksServer;
import dev.tokenguard.testing.ManualClock;
import dev.tokenguard.testing.TokenIssuer;
import dev.tokenguard.testing.TokenIssuer.Key;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose tokens are believed, and every way to make one that is not. */
class JwtVerifierTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Key RSA = Key.of("rsa", "RS256");
  private static final Key EC = Key.of("ec", "ES256");
  private static final Key EC384 = Key.of("ec384", "ES384");
  private static final Key ANOTHER = Key.of("rsa", "RS256");

  private final ManualClock clock = new ManualClock(NOON);
  private final TokenIssuer issuer = new TokenIssuer(clock);
  private final JwtVerifier verifier =
      verifier("tokenguard_role", TokenIssuer.jwks(RSA, EC, EC384));

  private JwtVerifier verifier(String roleClaim, String jwks) {
    Settings.Jwt settings =
        new Settings.Jwt(
            URI.create("file:///keys"),
            Optional.empty(),
            TokenIssuer.NAME,
            TokenIssuer.AUDIENCE,
            Set.of("RS256", "ES256", "ES384"),
            Duration.ofSeconds(30),
            roleClaim,
            "tokenguard_accounts",
            "tokenguard_namespace");
    JwksCache cache =
        new JwksCache(
            () -> CompletableFuture.completedFuture(jwks),
            "test",
            settings.algorithms(),
            new JwksCache.Pace(Duration.ofMinutes(5), Duration.ofSeconds(10)),
            JwksListener.NONE,
            clock);
    cache.look();
    assertEquals("", cache.trouble());
    return new JwtVerifier(settings, cache, new JwtClaims(settings, Set.of("tg", "shop")), clock);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa", "ec", "ec384"})
  void aGoodTokenTellsWhoCalls(String id) throws Exception {
    Key key = Stream.of(RSA, EC, EC384).filter(each -> each.id().equals(id)).findAny().get();
    Map<String, Object> claims = issuer.claims("auth0|anna", "operator");
    claims.put("tokenguard_accounts", List.of("u-1", "shop-*"));
    claims.put("tokenguard_namespace", "shop");

    Identity who = verifier.verify(token(key, claims));

    assertEquals(
        new Identity(
            "jwt:auth0|anna",
            Role.OPERATOR,
            Optional.of("shop"),
            new Scope(Set.of("u-1"), Set.of("shop-")),
            Quota.NONE),
        who);
    assertEquals(who, verifier.verify(token(key, claims)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"JWT", "jwt", "at+jwt", "application/at+jwt"})
  void tokensToCallWithHaveThatType(String type) throws Exception {
    Map<String, Object> header = RSA.header();
    header.put("typ", type);

    assertEquals("jwt:anna", verifier.verify(token(RSA, header, anna())).name());
    header.remove("typ");
    assertEquals("jwt:anna", verifier.verify(token(RSA, header, anna())).name());
  }

  static Stream<Arguments> forgeries() throws GeneralSecurityException {
    String good = token(RSA, new TokenIssuer(new ManualClock(NOON)).claims("anna", "admin"));
    String[] parts = good.split("\\.");
    String payload = parts[1];
    String claims = new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8);
    byte[] zeros = new byte[64];
    RSAPublicKey publicKey = (RSAPublicKey) RSA.pair().getPublic();
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(publicKey.getEncoded())
            + "\n-----END PUBLIC KEY-----\n";
    return Stream.of(
        forged("no algorithm", none("none", payload) + ".", "three parts"),
        forged("no algorithm, some signature", none("none", payload) + ".AA", "algorithm"),
        forged("None", none("None", payload) + ".AA", "algorithm"),
        forged("NONE", none("NONE", payload) + ".AA", "algorithm"),
        forged("nOnE", none("nOnE", payload) + "." + parts[2], "algorithm"),
        forged("empty algorithm", none("", payload) + ".AA", "algorithm"),
        forged("HS256, public key as secret", hmac(payload, publicKey.getEncoded()), "algorithm"),
        forged("HS256, PEM as secret", hmac(payload, pem.getBytes(StandardCharsets.US_ASCII)), "algorithm"),
        forged("HS256, modulus as secret", hmac(payload, modulus(publicKey)), "algorithm"),
        forged("algorithm not on the list", header("alg", "PS256"), "algorithm"),
        forged("another key of the same id", token(ANOTHER, claims(claims)), "signature"),
        forged("a curve for a key of another", header(EC384, "alg", "ES256"), "not for"),
        forged("the id of a key of another type", header("kid", "ec"), "not for"),
        forged("an id that is no text", sign(RSA, "{\"alg\":\"RS256\",\"kid\":7}", claims), "header"),
        forged("a long id", header("kid", "k".repeat(201)), "kid"),
        forged("r and s are zero", ecdsa(payload, zeros), "signature"),
        forged("r and s are the order", ecdsa(payload, order()), "signature"),
        forged("an ECDSA signature that is too short", ecdsa(payload, new byte[8]), "signature"),
        forged("crit", header("crit", List.of("exp")), "crit|header"),
        forged("crit of its own", header("crit", List.of("https://a.b/c")), "crit|header"),
        forged("b64=false", b64(claims), "crit|header"),
        forged("b64=false without crit", header("b64", false), "crit|header"),
        forged("a type of other tokens", header("typ", "logout+jwt"), "typ"),
        forged("an encrypted token", good + ".AAAA.AAAA", "three parts"),
        forged("no signature", parts[0] + "." + payload + ".", "three parts"),
        forged("no dots", "eyJhbGciOiJSUzI1NiJ9", "three parts"),
        forged("a dot behind", good + ".", "three parts"),
        forged("dots only", "..", "three parts"),
        forged("two tokens", good + " " + good, "three parts"),
        forged("two tokens, a comma", good + "," + good, "three parts"),
        forged("padding", good + "==", "three parts"),
        forged("another base64", good.substring(0, good.length() - 2) + "+/", "three parts"),
        forged("a line break inside", good.replace(".", ".\n"), "three parts"),
        forged("garbage", "!!!.???.###", "three parts"),
        forged("base64 of garbage", "AAAA.AAAA.AAAA", "header"),
        forged("changed claims", parts[0] + "." + base64(claims.replace("anna", "root")) + "."
            + parts[2], "signature"),
        forged("changed signature", parts[0] + "." + payload + "." + base64(new byte[256]),
            "signature"),
        forged("a signature of another length", parts[0] + "." + payload + ".AA", "signature"),
        forged("deep header", sign(RSA, "{\"a\":".repeat(3000) + "1" + "}".repeat(3000), claims),
            "header"),
        forged("deep claims", sign(RSA, json(RSA.header()), "{\"a\":".repeat(2000) + "1"
            + "}".repeat(2000)), "JSON"),
        forged("the algorithm twice", sign(RSA,
            "{\"alg\":\"RS256\",\"alg\":\"none\",\"kid\":\"rsa\"}", claims), "header|algorithm"),
        forged("claims that are a list", sign(RSA, json(RSA.header()), "[]"), "JSON"),
        forged("claims that are text", sign(RSA, json(RSA.header()), "anna"), "JSON"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forgeries")
  void isRefused(String what, String token, String expected) {
    CredentialException e =
        assertThrows(CredentialException.class, () -> verifier.verify(token), what);

    assertEquals(Refusal.BAD_CREDENTIAL, e.refusal());
    assertMatches(expected, e);
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
        bad("too many", c -> c.put("tokenguard_accounts", Stream.iterate(0, i -> i + 1)
            .limit(1001).map(String::valueOf).toList()), "1001"),
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
        assertThrows(
            CredentialException.class,
            () -> verifier.verify(token(RSA, claims)),
            what);

    assertEquals(Refusal.BAD_CREDENTIAL, e.refusal());
    assertMatches(expected, e);
  }

  @Test
  void aTokenExpiresAndSoDoesWhatIsRememberedOfIt() throws Exception {
    String token = token(RSA, anna());
    assertEquals("jwt:anna", verifier.verify(token).name());

    clock.pass(Duration.ofMinutes(10).plusSeconds(29));
    assertEquals("jwt:anna", verifier.verify(token).name(), "within the leeway");

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

    assertEquals("jwt:anna", verifier.verify(token(RSA, claims)).name());
  }

  @Test
  void oneOfManyAudiencesIsEnough() throws Exception {
    Map<String, Object> claims = anna();
    claims.put("aud", List.of("shop", TokenIssuer.AUDIENCE));

    assertEquals("jwt:anna", verifier.verify(token(RSA, claims)).name());
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
    return verifier.verify(token(RSA, claims)).role();
  }

  @Test
  void theRoleMayBeFurtherDown() throws Exception {
    JwtVerifier nested = verifier("realm_access.roles", TokenIssuer.jwks(RSA));
    Map<String, Object> claims = anna();
    claims.remove("tokenguard_role");
    claims.put("realm_access", Map.of("roles", List.of("uma_authorization", "viewer")));
    assertEquals(Role.VIEWER, nested.verify(token(RSA, claims)).role());

    claims.put("realm_access", "viewer");
    CredentialException e =
        assertThrows(CredentialException.class, () -> nested.verify(token(RSA, claims)));
    assertMatches("no object", e);
  }

  @Test
  void aClaimMayHaveDotsInItsName() throws Exception {
    JwtVerifier named = verifier("https://tokenguard.dev/role", TokenIssuer.jwks(RSA));
    Map<String, Object> claims = anna();
    claims.put("https://tokenguard.dev/role", "viewer");

    assertEquals(Role.VIEWER, named.verify(token(RSA, claims)).role());
  }

  @Test
  void oneAccountMayBeText() throws Exception {
    Map<String, Object> claims = anna();
    claims.put("tokenguard_accounts", "shop-*");

    assertEquals(new Scope(Set.of(), Set.of("shop-")), verifier.verify(token(RSA, claims)).scope());
  }

  @Test
  void withOneKeyNobodyNeedsItsId() throws Exception {
    Key nameless = Key.of("", "RS256");

    assertEquals(
        "jwt:anna",
        verifier("tokenguard_role", TokenIssuer.jwks(nameless))
            .verify(token(nameless, anna()))
            .name());
    Key other = Key.of("", "RS256");
    CredentialException e =
        assertThrows(
            CredentialException.class,
            () ->
                verifier("tokenguard_role", TokenIssuer.jwks(nameless, other))
                    .verify(token(nameless, anna())));
    assertMatches("several", e);
  }

  @Test
  void noHeaderLeadsToAKey() throws Exception {
    Map<String, Object> header = ANOTHER.header();
    try (JwksServer forgers = JwksServer.start(TokenIssuer.jwks(ANOTHER))) {
      header.put("jku", forgers.uri().toString());
      header.put("x5u", forgers.uri().toString());
      header.put("jwk", ANOTHER.jwk());
      String token = token(ANOTHER, header, anna());

      assertMatches(
          "signature", assertThrows(CredentialException.class, () -> verifier.verify(token)));
      assertEquals(0, forgers.requests());
    }
    // They are for others: a good token may have them.
    assertEquals("jwt:anna", verifier.verify(token(RSA, header, anna())).name());
  }

  @Test
  void aLongTokenIsNoTrouble() throws Exception {
    Map<String, Object> claims = anna();
    claims.put("groups", "g".repeat(11_000));

    assertEquals("jwt:anna", verifier.verify(token(RSA, claims)).name());
    Access access =
        new Access(new Access.Options(true, false, 0), verifier, AccessListener.NONE, clock);
    claims.put("groups", "g".repeat(13_000));
    RuntimeException e =
        assertThrows(
            RuntimeException.class,
            () ->
                access.admit(
                    "GET /metrics",
                    new Presented(
                        Optional.of("Bearer " + token(RSA, claims)), List.of(), true, "local")));
    assertTrue(String.valueOf(e.getMessage()).contains("at most 16384"), e.getMessage());
  }

  private Map<String, Object> anna() {
    return issuer.claims("anna", "guard");
  }

  private static Arguments forged(String what, String token, String expected) {
    return Arguments.of(what, token, expected);
  }

  private static Arguments bad(
      String what, Consumer<Map<String, Object>> change, String expected) {
    return Arguments.of(what, change, expected);
  }

  private static String none(String algorithm, String payload) {
    return base64("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\",\"kid\":\"rsa\"}") + "."
        + payload;
  }

  private static String hmac(String payload, byte[] secret) throws GeneralSecurityException {
    String input = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"rsa\"}") + "." + payload;
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret, "HmacSHA256"));
    return input + "." + base64(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
  }

  private static byte[] modulus(RSAPublicKey key) {
    return key.getModulus().toByteArray();
  }

  /** A good token of the signer's, but for one header. */
  private static String header(Key key, String name, Object value) {
    Map<String, Object> header = key.header();
    header.put(name, value);
    return token(key, header, new TokenIssuer(new ManualClock(NOON)).claims("anna", "admin"));
  }

  private static String header(String name, Object value) {
    return header(RSA, name, value);
  }

  private static String b64(String claims) {
    return sign(
        RSA, "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"b64\":false,\"crit\":[\"b64\"]}", claims);
  }

  private static String ecdsa(String payload, byte[] signature) {
    return base64("{\"alg\":\"ES256\",\"kid\":\"ec\"}") + "." + payload + "." + base64(signature);
  }

  /** The order of the group twice, which is zero to whoever forgets to compare. */
  private static byte[] order() {
    byte[] order = ((ECPublicKey) EC.pair().getPublic()).getParams().getOrder().toByteArray();
    byte[] twice = new byte[64];
    System.arraycopy(order, order.length - 32, twice, 0, 32);
    System.arraycopy(order, order.length - 32, twice, 32, 32);
    return twice;
  }

  private static Map<String, Object> claims(String json) {
    try {
      return JSONObjectUtils.parse(json);
    } catch (ParseException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private static String json(Map<String, Object> object) {
    return JSONObjectUtils.toJSONString(object);
  }

  private static void assertMatches(String expected, CredentialException e) {
    String message = String.valueOf(e.getMessage());
    assertTrue(Pattern.compile(expected).matcher(message).find(), message);
  }
}
