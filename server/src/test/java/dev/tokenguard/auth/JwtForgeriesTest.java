package dev.tokenguard.auth;

import static dev.tokenguard.auth.JwtFixture.NOON;
import static dev.tokenguard.auth.JwtFixture.assertMatches;
import static dev.tokenguard.auth.JwtFixture.verifier;
import static dev.tokenguard.testing.TokenIssuer.base64;
import static dev.tokenguard.testing.TokenIssuer.sign;
import static dev.tokenguard.testing.TokenIssuer.token;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.tokenguard.testing.JwksServer;
import dev.tokenguard.testing.ManualClock;
import dev.tokenguard.testing.TokenIssuer;
import dev.tokenguard.testing.TokenIssuer.Key;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way to make a token that is not the issuer's, none of which works. */
class JwtForgeriesTest {
  private static final Key RSA = Key.of("rsa", "RS256");
  private static final Key EC = Key.of("ec", "ES256");
  private static final Key EC384 = Key.of("ec384", "ES384");
  private static final Key ANOTHER = Key.of("rsa", "RS256");

  private final ManualClock clock = new ManualClock(NOON);
  private final TokenIssuer issuer = new TokenIssuer(clock);
  private final JwtVerifier verifier =
      verifier(clock, "tokenguard_role", TokenIssuer.jwks(RSA, EC, EC384));

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
        forged(
            "HS256, PEM as secret",
            hmac(payload, pem.getBytes(StandardCharsets.US_ASCII)),
            "algorithm"),
        forged("HS256, modulus as secret", hmac(payload, modulus(publicKey)), "algorithm"),
        forged("algorithm not on the list", header("alg", "PS256"), "algorithm"),
        forged("another key of the same id", token(ANOTHER, claims(claims)), "signature"),
        forged("a curve for a key of another", header(EC384, "alg", "ES256"), "not for"),
        forged("the id of a key of another type", header("kid", "ec"), "not for"),
        forged(
            "an id that is no text", sign(RSA, "{\"alg\":\"RS256\",\"kid\":7}", claims), "header"),
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
        forged(
            "changed claims",
            parts[0] + "." + base64(claims.replace("anna", "root")) + "." + parts[2],
            "signature"),
        forged(
            "changed signature",
            parts[0] + "." + payload + "." + base64(new byte[256]),
            "signature"),
        forged("a signature of another length", parts[0] + "." + payload + ".AA", "signature"),
        forged(
            "deep header",
            sign(RSA, "{\"a\":".repeat(3000) + "1" + "}".repeat(3000), claims),
            "header"),
        forged(
            "deep claims",
            sign(RSA, json(RSA.header()), "{\"a\":".repeat(2000) + "1" + "}".repeat(2000)),
            "JSON"),
        forged(
            "the algorithm twice",
            sign(RSA, "{\"alg\":\"RS256\",\"alg\":\"none\",\"kid\":\"rsa\"}", claims),
            "header|algorithm"),
        forged("claims that are a list", sign(RSA, json(RSA.header()), "[]"), "JSON|issuer"),
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

  @Test
  void noHeaderLeadsToAKey() throws Exception {
    Map<String, Object> header = ANOTHER.header();
    try (JwksServer forgers = JwksServer.start(TokenIssuer.jwks(ANOTHER))) {
      header.put("jku", forgers.uri().toString());
      header.put("x5u", forgers.uri().toString());
      header.put("jwk", ANOTHER.jwk());
      String token = token(ANOTHER, header, issuer.claims("anna", "guard"));

      assertMatches(
          "signature", assertThrows(CredentialException.class, () -> verifier.verify(token)));
      assertEquals(0, forgers.requests());
    }
    // They are for others: a good token may have them.
    assertEquals(
        "jwt:anna",
        verifier.verify(token(RSA, header, issuer.claims("anna", "guard"))).identity().name());
  }

  private static Arguments forged(String what, String token, String expected) {
    return Arguments.of(what, token, expected);
  }

  private static String none(String algorithm, String payload) {
    return base64("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\",\"kid\":\"rsa\"}")
        + "."
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
}
