package dev.tokenguard.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets new keys verify something before the first caller comes: Java takes a tenth of a second to
 * load what that needs, which would hold up an event loop and everybody on it.
 */
final class JwsWarmUp {
  private static final Logger log = LoggerFactory.getLogger(JwsWarmUp.class);

  private JwsWarmUp() {}

  static void run(Jwks keys) {
    for (Jwks.Key key : keys.keys()) {
      for (String algorithm : key.algorithms()) {
        try {
          JWSHeader header = JWSHeader.parse("{\"alg\":\"" + algorithm + "\",\"kid\":\"none\"}");
          byte[] nothing = new byte[64];
          nothing[31] = 1;
          nothing[63] = 1;
          key.verifier().verify(header, new byte[1], Base64URL.encode(nothing));
        } catch (JOSEException | java.text.ParseException | RuntimeException e) {
          log.debug("A key refused what it had not signed in another way than usual", e);
        }
      }
    }
  }
}
