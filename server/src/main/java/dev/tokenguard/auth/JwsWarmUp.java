package dev.tokenguard.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.util.Base64URL;
import java.text.ParseException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets new keys verify something before the first caller comes: Java takes a tenth of a second to
 * load what that needs, which would hold up an event loop and everybody on it.
 */
final class JwsWarmUp {
  private static final Logger log = LoggerFactory.getLogger(JwsWarmUp.class);

  /** Bytes of r and s together. */
  private static final Map<String, Integer> EC_LENGTHS =
      Map.of("ES256", 64, "ES384", 96, "ES512", 132);

  private JwsWarmUp() {}

  static void run(Jwks keys) {
    for (Jwks.Key key : keys.keys()) {
      for (String algorithm : key.algorithms()) {
        try {
          JWSHeader header = JWSHeader.parse("{\"alg\":\"" + algorithm + "\",\"kid\":\"none\"}");
          key.verifier().verify(header, new byte[1], Base64URL.encode(signature(key, algorithm)));
        } catch (JOSEException | ParseException | RuntimeException e) {
          log.debug("A key refused what it had not signed in another way than usual", e);
        }
      }
    }
  }

  /** Of the right length, and with numbers in range: other ones are refused at first sight. */
  private static byte[] signature(Jwks.Key key, String algorithm) {
    int length =
        key.verifier() instanceof RSASSAVerifier rsa
            ? (rsa.getPublicKey().getModulus().bitLength() + 7) / 8
            : EC_LENGTHS.getOrDefault(algorithm, 64);
    byte[] signature = new byte[length];
    signature[length / 2 - 1] = 1;
    signature[length - 1] = 1;
    return signature;
  }
}
