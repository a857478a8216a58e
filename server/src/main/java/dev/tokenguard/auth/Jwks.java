package dev.tokenguard.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The public keys that tokens are signed with, as a JSON Web Key Set (RFC 7517) has them. What
 * cannot be used in it is left out, so that one odd key does not cost all the others. Immutable.
 *
 * @param keys those that can be used; at least one
 * @param leftOut why each of the others cannot
 */
record Jwks(List<Key> keys, List<String> leftOut) {
  private static final int MAX_KEYS = 100;
  private static final int MAX_ID = 200;

  /** As NIST has it, until 2030. */
  private static final int MIN_RSA_BITS = 2048;

  /** Verifying takes time by the square of the size, and event loops do it. */
  private static final int MAX_RSA_BITS = 8192;

  private static final List<String> OF_RSA =
      List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512");
  private static final Map<Curve, String> OF_CURVE =
      Map.of(Curve.P_256, "ES256", Curve.P_384, "ES384", Curve.P_521, "ES512");

  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");
  private static final int MAX_SHOWN = 60;

  /** Keeps copies. */
  Jwks {
    keys = List.copyOf(keys);
    leftOut = List.copyOf(leftOut);
  }

  /**
   * A key.
   *
   * @param id as tokens name it; empty for one without
   * @param algorithms those of the accepted ones that it may be used with
   * @param verifier checks what it has signed; thread-safe
   */
  record Key(Optional<String> id, Set<String> algorithms, JWSVerifier verifier) {}

  /** A key that is left out, and why. */
  private static final class LeftOutException extends Exception {
    private static final long serialVersionUID = 1;

    LeftOutException(String why) {
      super(why, null, false, false);
    }
  }

  /** The keys of an id; several of different types may share one. */
  List<Key> withId(String id) {
    return keys.stream().filter(each -> each.id.isPresent() && each.id.get().equals(id)).toList();
  }

  /** The keys that an algorithm may be used with, whatever their ids. */
  List<Key> of(String algorithm) {
    return keys.stream().filter(each -> each.algorithms.contains(algorithm)).toList();
  }

  /**
   * Reads a document.
   *
   * @param accepted algorithms
   * @throws IOException saying why there is no key in it to be used
   */
  static Jwks parse(String text, Set<String> accepted, Instant now) throws IOException {
    List<Object> all = entries(text);
    if (all.size() > MAX_KEYS) {
      throw new IOException(all.size() + " keys (expected: at most " + MAX_KEYS + ")");
    }
    List<Key> keys = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < all.size(); i++) {
      try {
        Key key = key(all.get(i), accepted, now);
        if (!names.add(key.id.orElse("") + " " + key.algorithms) && key.id.isPresent()) {
          throw new LeftOutException("another one has the same id and algorithm");
        }
        keys.add(key);
      } catch (LeftOutException e) {
        leftOut.add("key " + (i + 1) + name(all.get(i)) + ": " + e.getMessage());
      }
    }
    if (keys.isEmpty()) {
      throw new IOException(
          "no key that can be used" + (leftOut.isEmpty() ? "" : "; " + String.join("; ", leftOut)));
    }
    return new Jwks(keys, leftOut);
  }

  private static List<Object> entries(String text) throws IOException {
    try {
      List<Object> all = JSONObjectUtils.getJSONArray(JSONObjectUtils.parse(text), "keys");
      if (all != null) {
        return all;
      }
    } catch (ParseException e) {
      throw new IOException("not a JWKS: " + shown(String.valueOf(e.getMessage())), e);
    }
    throw new IOException("not a JWKS (expected: {\"keys\": [...]})");
  }

  private static Key key(Object entry, Set<String> accepted, Instant now) throws LeftOutException {
    JWK jwk = jwk(entry);
    checkUse(jwk, now);
    List<String> fitting = fitting(jwk);
    Set<String> algorithms = new LinkedHashSet<>(fitting);
    if (jwk.getAlgorithm() != null) {
      algorithms.retainAll(Set.of(jwk.getAlgorithm().getName()));
    }
    algorithms.retainAll(accepted);
    if (algorithms.isEmpty()) {
      throw new LeftOutException(
          "for "
              + (jwk.getAlgorithm() == null
                  ? String.join(" or ", fitting)
                  : shown(jwk.getAlgorithm().getName()))
              + ", which auth.jwt_algorithms does not have");
    }
    String id = jwk.getKeyID();
    if (id != null && id.length() > MAX_ID) {
      throw new LeftOutException("an id of " + id.length() + " characters");
    }
    return new Key(Optional.ofNullable(id), Set.copyOf(algorithms), verifier(jwk));
  }

  private static JWK jwk(Object entry) throws LeftOutException {
    if (!(entry instanceof Map<?, ?> map)) {
      throw new LeftOutException("not an object");
    }
    // A secret that two sides share must not be taken for a key that all the world may see.
    if (KeyType.OCT.getValue().equals(map.get("kty"))) {
      throw new LeftOutException("a symmetric key (oct), with which whoever verifies can sign");
    }
    try {
      @SuppressWarnings("unchecked") // the names of a JSON object are texts
      Map<String, Object> object = (Map<String, Object>) map;
      return JWK.parse(object);
    } catch (ParseException | RuntimeException e) {
      throw new LeftOutException("not a key: " + shown(String.valueOf(e.getMessage())));
    }
  }

  private static void checkUse(JWK jwk, Instant now) throws LeftOutException {
    if (jwk.getKeyUse() != null && !jwk.getKeyUse().equals(KeyUse.SIGNATURE)) {
      throw new LeftOutException("not for signatures (use)");
    }
    if (jwk.getKeyOperations() != null && !jwk.getKeyOperations().contains(KeyOperation.VERIFY)) {
      throw new LeftOutException("not to verify with (key_ops)");
    }
    if (jwk.getKeyRevocation() != null) {
      throw new LeftOutException("revoked");
    }
    if (jwk.getExpirationTime() != null && !now.isBefore(jwk.getExpirationTime().toInstant())) {
      throw new LeftOutException("expired at " + jwk.getExpirationTime().toInstant());
    }
  }

  /** The algorithms that a key is made for. */
  private static List<String> fitting(JWK jwk) throws LeftOutException {
    if (jwk instanceof RSAKey rsa) {
      int bits = rsa.size();
      if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
        throw new LeftOutException(
            bits + " bits of RSA (expected: " + MIN_RSA_BITS + " to " + MAX_RSA_BITS + ")");
      }
      return OF_RSA;
    }
    if (jwk instanceof ECKey ec && OF_CURVE.containsKey(ec.getCurve())) {
      return List.of(String.valueOf(OF_CURVE.get(ec.getCurve())));
    }
    throw new LeftOutException(
        "of a kind that is not supported (expected: RSA, or EC on a P curve)");
  }

  private static JWSVerifier verifier(JWK jwk) throws LeftOutException {
    try {
      return jwk instanceof RSAKey rsa
          ? new RSASSAVerifier(rsa.toRSAPublicKey())
          : new ECDSAVerifier(jwk.toECKey().toECPublicKey());
    } catch (JOSEException | RuntimeException e) {
      throw new LeftOutException("not a key: " + shown(String.valueOf(e.getMessage())));
    }
  }

  private static String name(Object entry) {
    return entry instanceof Map<?, ?> map && map.get("kid") instanceof String id
        ? " '" + shown(id) + "'"
        : "";
  }

  /** Of what others wrote, as much as a log line can take. */
  private static String shown(String text) {
    String line = UNPRINTABLE.matcher(text).replaceAll(" ");
    return line.length() <= MAX_SHOWN ? line : line.substring(0, MAX_SHOWN) + "...";
  }
}
