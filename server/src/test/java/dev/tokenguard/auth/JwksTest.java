package dev.tokenguard.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.testing.TokenIssuer;
import dev.tokenguard.testing.TokenIssuer.Key;
import java.io.IOException;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which keys of a document are used, and which never. */
class JwksTest {
  private static final Key RSA = Key.of("rsa", "RS256");
  private static final Key EC = Key.of("ec", "ES256");
  private static final Key ODD = Key.of("odd", "RS256");
  private static final Set<String> ACCEPTED = Set.of("RS256", "ES256");

  @Test
  void aKeyIsForTheAcceptedAlgorithmsThatItFits() throws Exception {
    Jwks jwks = parse(TokenIssuer.jwks(RSA, EC));

    assertEquals(Set.of("RS256"), jwks.withId("rsa").get(0).algorithms());
    assertEquals(Set.of("ES256"), jwks.withId("ec").get(0).algorithms());
    assertEquals(List.of(), jwks.leftOut());
    assertEquals(List.of(), jwks.withId("other"));
    assertEquals(1, jwks.of("ES256").size());
  }

  static Stream<Arguments> leftOut() {
    String secret = Base64.getUrlEncoder().encodeToString(new byte[32]);
    return Stream.of(
        arguments(
            "symmetric",
            key -> {
              key.clear();
              key.putAll(Map.of("kty", "oct", "k", secret, "kid", "odd"));
            },
            "symmetric"),
        arguments(
            "symmetric with an algorithm",
            key -> {
              key.clear();
              key.putAll(Map.of("kty", "oct", "k", secret, "kid", "odd", "alg", "RS256"));
            },
            "symmetric"),
        arguments("for encryption", key -> key.put("use", "enc"), "use"),
        arguments("to sign with only", key -> key.put("key_ops", List.of("sign")), "key_ops"),
        arguments("for another algorithm", key -> key.put("alg", "PS256"), "PS256"),
        arguments("for HS256", key -> key.put("alg", "HS256"), "HS256"),
        arguments("expired", key -> key.put("exp", 1), "expired"),
        arguments("of no known type", key -> key.put("kty", "XYZ"), "not a key"),
        arguments("without a modulus", key -> key.remove("n"), "not a key"),
        arguments("of an id that is too long", key -> key.put("kid", "k".repeat(201)), "id"),
        arguments(
            "small",
            key -> {
              key.clear();
              key.putAll(Key.rsa("odd", 1024).jwk());
            },
            "1024 bits"),
        arguments(
            "of another curve",
            key -> {
              key.clear();
              key.putAll(Key.of("odd", "ES384").jwk());
            },
            "ES384"),
        arguments(
            "a point off its curve",
            key -> {
              key.clear();
              key.putAll(EC.jwk());
              key.put("kid", "odd");
              key.put("x", key.get("y"));
            },
            "not a key"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("leftOut")
  void oneOddKeyDoesNotCostTheOthers(
      String what, Consumer<Map<String, Object>> change, String expected) throws Exception {
    Map<String, Object> odd = ODD.jwk();
    change.accept(odd);

    Jwks jwks = parse(TokenIssuer.document(List.of(odd, RSA.jwk())));

    assertEquals(1, jwks.keys().size(), what);
    assertEquals(1, jwks.leftOut().size(), what);
    assertTrue(jwks.leftOut().get(0).contains(expected), jwks.leftOut().get(0));
    assertThrows(IOException.class, () -> parse(TokenIssuer.document(List.of(odd))));
  }

  @Test
  void whatIsNoObjectIsLeftOut() throws Exception {
    assertEquals(1, parse(TokenIssuer.document(List.of("key", RSA.jwk()))).keys().size());
  }

  @Test
  void oneIdIsOneKeyOfAType() throws Exception {
    Key again = new Key("rsa", "RS256", ODD.pair());
    Key sameName = Key.of("rsa", "ES256");

    Jwks jwks = parse(TokenIssuer.jwks(RSA, again, sameName));

    assertEquals(2, jwks.withId("rsa").size());
    assertEquals(List.of("key 2 'rsa': another one has the same id and algorithm"), jwks.leftOut());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                        | not a JWKS
          nonsense                  | not a JWKS
          <html>sign in</html>      | not a JWKS
          []                        | not a JWKS
          {}                        | not a JWKS
          {"keys": null}            | not a JWKS
          {"keys": {}}              | not a JWKS
          {"keys": []}              | no key
          {"keys": [{}]}            | no key
          {"keys": [], "keys": []}  | not a JWKS
          """)
  void aDocumentWithoutKeysIsNone(String text, String expected) {
    IOException e = assertThrows(IOException.class, () -> parse(text));

    assertTrue(String.valueOf(e.getMessage()).contains(expected), e.getMessage());
  }

  @Test
  void aDocumentHasAHundredKeysAtMost() throws Exception {
    IOException e =
        assertThrows(
            IOException.class,
            () -> parse(TokenIssuer.document(Collections.nCopies(101, RSA.jwk()))));

    assertEquals("101 keys (expected: at most 100)", e.getMessage());
  }

  @Test
  void nestingIsNoTrouble() {
    String deep = "{\"keys\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}";

    assertThrows(IOException.class, () -> parse(deep));
  }

  private static Jwks parse(String text) throws IOException {
    return Jwks.parse(text, ACCEPTED, JwtFixture.NOON);
  }

  private static Arguments arguments(
      String what, Consumer<Map<String, Object>> change, String expected) {
    return Arguments.of(what, change, expected);
  }
}
