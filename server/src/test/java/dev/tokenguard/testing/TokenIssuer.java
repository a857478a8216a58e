package dev.tokenguard.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Somebody who issues signed tokens, good ones and any others. Thread-safe. */
public final class TokenIssuer {
  /** What it calls itself. */
  public static final String NAME = "https://issuer.example/";

  /** Whom it issues tokens for. */
  public static final String AUDIENCE = "tokenguard";

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final Clock clock;

  /** One that goes by a clock. */
  public TokenIssuer(Clock clock) {
    this.clock = clock;
  }

  /**
   * A key to sign with.
   *
   * @param id as tokens and documents name it; empty for none
   * @param algorithm of JWS, for which it is
   */
  public record Key(String id, String algorithm, KeyPair pair) {
    /** A new one. */
    public static Key of(String id, String algorithm) {
      return algorithm.startsWith("ES")
          ? new Key(id, algorithm, pair("EC", curve(algorithm).getStdName(), 0))
          : new Key(id, algorithm, pair("RSA", "", 2048));
    }

    /** A new one of RSA, of a size. */
    public static Key rsa(String id, int bits) {
      return new Key(id, "RS256", pair("RSA", "", bits));
    }

    private static KeyPair pair(String type, String curve, int bits) {
      try {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(type);
        if (curve.isEmpty()) {
          generator.initialize(bits);
        } else {
          generator.initialize(new ECGenParameterSpec(curve));
        }
        return generator.generateKeyPair();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    private static Curve curve(String algorithm) {
      return switch (algorithm) {
        case "ES256" -> Curve.P_256;
        case "ES384" -> Curve.P_384;
        default -> Curve.P_521;
      };
    }

    /** Its public part as an entry of a document of keys, to be changed. */
    public Map<String, Object> jwk() {
      JWK jwk =
          pair.getPublic() instanceof ECPublicKey ec
              ? new ECKey.Builder(curve(algorithm), ec).build()
              : new RSAKey.Builder((RSAPublicKey) pair.getPublic()).build();
      Map<String, Object> entry = new LinkedHashMap<>(jwk.toJSONObject());
      if (!id.isEmpty()) {
        entry.put("kid", id);
      }
      return entry;
    }

    /** The header of a token that it signs, to be changed. */
    public Map<String, Object> header() {
      Map<String, Object> header = new LinkedHashMap<>();
      header.put("alg", algorithm);
      header.put("typ", "JWT");
      if (!id.isEmpty()) {
        header.put("kid", id);
      }
      return header;
    }
  }

  /** A document of keys. */
  public static String jwks(Key... keys) {
    return document(Arrays.stream(keys).map(Key::jwk).collect(Collectors.toList()));
  }

  /** A document of whatever is in it. */
  public static String document(List<?> entries) {
    return JSONObjectUtils.toJSONString(Map.of("keys", entries));
  }

  /** The claims of a token that is good for ten minutes, to be changed. */
  public Map<String, Object> claims(String subject, String role) {
    Instant now = clock.instant();
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", NAME);
    claims.put("aud", AUDIENCE);
    claims.put("sub", subject);
    claims.put("tokenguard_role", role);
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", now.plus(Duration.ofMinutes(10)).getEpochSecond());
    return claims;
  }

  /** A token. */
  public static String token(Key key, Map<String, Object> claims) {
    return token(key, key.header(), claims);
  }

  /** A token with another header. */
  public static String token(Key key, Map<String, Object> header, Map<String, Object> claims) {
    return sign(key, JSONObjectUtils.toJSONString(header), JSONObjectUtils.toJSONString(claims));
  }

  /** A token of any header and any payload, signed by a key all the same. */
  public static String sign(Key key, String header, String payload) {
    String input = base64(header) + "." + base64(payload);
    try {
      Signature signature =
          Signature.getInstance(
              switch (key.algorithm) {
                case "ES256" -> "SHA256withECDSAinP1363Format";
                case "ES384" -> "SHA384withECDSAinP1363Format";
                case "ES512" -> "SHA512withECDSAinP1363Format";
                default -> "SHA256withRSA";
              });
      PrivateKey secret = key.pair.getPrivate();
      signature.initSign(secret);
      signature.update(input.getBytes(US_ASCII));
      return input + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As parts of tokens are written. */
  public static String base64(String text) {
    return base64(text.getBytes(UTF_8));
  }

  /** As parts of tokens are written. */
  public static String base64(byte[] bytes) {
    return BASE64.encodeToString(bytes);
  }
}
