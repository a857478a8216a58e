package dev.tokenguard.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which settings of JWTs a server starts with. */
class JwtSettingsTest {
  private static final Map<String, String> WHOLE =
      Map.of("auth.jwks", "keys.json", "auth.jwt_issuer", "me", "auth.jwt_audience", "you");

  @Test
  void aPathIsOfTheFolderThatTheServerRunsIn() throws Exception {
    assertEquals(Path.of("keys.json").toUri(), jwks("keys.json"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://issuer.example/keys",
        "HTTPS://issuer.example:8443/keys?tenant=1",
        "http://localhost:8080/keys",
        "http://127.0.0.1/keys",
        "http://[::1]:1/keys",
      })
  void anAddressIsSafe(String text) throws Exception {
    assertEquals(URI.create(text), jwks(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://issuer.example/keys",
        "http://127.0.0.1.issuer.example/keys",
        "http://localhost.example/keys",
        "http://localhost@issuer.example/keys",
        "http://2130706433/keys",
        "https://user:password@issuer.example/keys",
        "https:///keys",
        "https:keys",
        "https://issuer.example/keys#one",
        "ftp://issuer.example/keys",
        "file:///etc/keys",
        "https://issuer.example/a b",
      })
  void orItIsRefused(String text) {
    assertTrue(
        problems(Map.of("auth.jwks", text)).get(0).contains("(expected: a path, or an https"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"none", "None", "HS256", "RS256,HS256", "rs256", "EdDSA", "RS256,", "ES256K"})
  void algorithmsThatCanBeForgedAreRefused(String text) {
    assertTrue(
        problems(Map.of("auth.jwt_algorithms", text))
            .get(0)
            .contains("HS* and none can be forged"));
  }

  @Test
  void halfOfThemIsNotEnough() {
    assertEquals(
        List.of(
            "--auth.jwt_issuer: auth.jwt_issuer: nothing (expected: who issues the JWTs, as their claim"
                + " iss has it, because auth.jwks is set)",
            "--auth.jwt_audience: auth.jwt_audience: nothing (expected: whom they are meant for, as their"
                + " claim aud has it, because auth.jwks is set)"),
        problems(Map.of("auth.jwks", "keys.json", "auth.jwt_issuer", "", "auth.jwt_audience", "")));
    assertEquals(
        List.of(
            "--auth.jwt_issuer: auth.jwt_issuer: set, but not auth.jwks: no JWT is accepted without"
                + " keys",
            "--auth.jwt_audience: auth.jwt_audience: set, but not auth.jwks: no JWT is accepted"
                + " without keys"),
        problems(Map.of("auth.jwks", "")));
  }

  @Test
  void whatSaysNoMoreThanTheDefaultIsNotHalf() throws Exception {
    Map<String, String> flags =
        Map.of("auth.jwks", "", "auth.jwt_issuer", "", "auth.jwt_leeway", "30s");

    assertEquals(Optional.empty(), SettingsLoader.load(null, Map.of(), flags).auth().jwt());
  }

  private static URI jwks(String text) throws SettingsException {
    return SettingsLoader.load(null, Map.of(), with(Map.of("auth.jwks", text)))
        .auth()
        .jwt()
        .orElseThrow()
        .jwks();
  }

  private static List<String> problems(Map<String, String> more) {
    return assertThrows(
            SettingsException.class, () -> SettingsLoader.load(null, Map.of(), with(more)))
        .problems()
        .stream()
        .map(Problem::toString)
        .toList();
  }

  private static Map<String, String> with(Map<String, String> more) {
    Map<String, String> flags = new HashMap<>(WHOLE);
    flags.putAll(more);
    return flags;
  }
}
