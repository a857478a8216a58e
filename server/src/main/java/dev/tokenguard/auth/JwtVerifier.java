package dev.tokenguard.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import dev.tokenguard.config.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.regex.Pattern;

/**
 * Tells who a JSON Web Token (RFC 7519, RFC 8725) is from. Nothing that a token says of itself is
 * believed before its signature, and no header leads to a key: keys come from the settings alone.
 * Thread-safe.
 */
public final class JwtVerifier implements TokenVerifier {
  /** How often an address is asked for keys. Issuers show new ones long before they use them. */
  private static final JwksCache.Pace OF_ADDRESS =
      new JwksCache.Pace(Duration.ofMinutes(5), Duration.ofSeconds(10));

  /** Three parts in the alphabet of base64url, without padding: what a decoder would pass over. */
  private static final Pattern COMPACT =
      Pattern.compile("[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++");

  private static final JOSEObjectType ACCESS_TOKEN = new JOSEObjectType("at+jwt");
  private static final Set<JOSEObjectType> TYPES =
      Set.of(
          JOSEObjectType.JWT,
          ACCESS_TOKEN,
          new JOSEObjectType("application/jwt"),
          new JOSEObjectType("application/at+jwt"));

  private static final int MAX_ID = 200;

  private final Settings.Jwt settings;
  private final JwksCache cache;
  private final JwtClaims claims;
  private final Clock clock;

  JwtVerifier(Settings.Jwt settings, JwksCache cache, JwtClaims claims, Clock clock) {
    this.settings = settings;
    this.cache = cache;
    this.claims = claims;
    this.clock = clock;
  }

  /**
   * A verifier with the keys of a file, or without keys before {@link #start} if they come over
   * HTTP.
   *
   * @param namespaces those that the server serves
   * @param fileInterval how often a file of keys is looked at
   * @throws IOException saying why the file, or the authorities for HTTP, cannot be used
   */
  public static JwtVerifier open(
      Settings.Jwt settings,
      Set<String> namespaces,
      Duration fileInterval,
      JwksListener listener,
      Clock clock)
      throws IOException {
    URI jwks = settings.jwks();
    boolean isFile = "file".equals(jwks.getScheme());
    String name = isFile ? Path.of(jwks).toString() : jwks.toString();
    JwksCache cache =
        new JwksCache(
            isFile ? new JwksFile(Path.of(jwks)) : new JwksUrl(jwks, settings.jwksCa()),
            name,
            settings.algorithms(),
            isFile ? new JwksCache.Pace(fileInterval, fileInterval) : OF_ADDRESS,
            listener,
            clock);
    if (isFile) {
      cache.look();
      if (!cache.trouble().isEmpty()) {
        throw new IOException("auth.jwks: " + name + ": " + cache.trouble());
      }
    }
    return new JwtVerifier(settings, cache, new JwtClaims(settings, namespaces), clock);
  }

  /** Keeps the keys fresh from now on, until the timer is shut down. */
  public void start(ScheduledExecutorService timer) {
    cache.start(timer);
  }

  @Override
  public Credential verify(String token) throws CredentialException {
    JwksCache.Loaded loaded = cache.current();
    Instant now = clock.instant();
    String hash = VerifiedTokens.hash(token);
    Optional<Credential> known = loaded.verified().get(hash, now);
    if (known.isPresent()) {
      return known.get();
    }
    JWSObject signed = parse(token);
    checkHeader(signed.getHeader());
    checkSignature(signed, key(signed.getHeader(), loaded.keys()));
    JwtClaims.Read read = claims.read(payload(signed), now);
    Credential credential = new Credential(read.identity(), Optional.of(read.expires()));
    loaded.verified().put(hash, credential, read.expires());
    return credential;
  }

  private static JWSObject parse(String token) throws CredentialException {
    if (!COMPACT.matcher(token).matches()) {
      throw bad("neither an API key nor a JWT (expected: three parts with dots between them)");
    }
    try {
      return JWSObject.parse(token);
    } catch (ParseException | RuntimeException e) {
      // What exactly is wrong with what anybody may have written helps nobody else.
      throw bad("not a signed JWT: its header cannot be read, or names no algorithm that signs");
    }
  }

  private void checkHeader(JWSHeader header) throws CredentialException {
    if (!settings.algorithms().contains(header.getAlgorithm().getName())) {
      throw bad(
          "signed with an algorithm that is not accepted here (expected: "
              + String.join(", ", settings.algorithms())
              + ")");
    }
    if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
      throw bad("its header makes demands (crit) that are not supported here");
    }
    if (header.getType() != null && !TYPES.contains(header.getType())) {
      throw bad("not a token to call with (expected: typ JWT, at+jwt or none)");
    }
    if (header.getKeyID() != null && header.getKeyID().length() > MAX_ID) {
      throw bad("the id of its key (kid) is longer than " + MAX_ID + " characters");
    }
  }

  private Jwks.Key key(JWSHeader header, Jwks keys) throws CredentialException {
    String algorithm = header.getAlgorithm().getName();
    String id = header.getKeyID();
    List<Jwks.Key> candidates = id == null ? keys.of(algorithm) : keys.withId(id);
    if (candidates.isEmpty()) {
      cache.missing(id == null ? "" : id);
      throw bad("signed with a key that the issuer does not, or no longer, have");
    }
    List<Jwks.Key> fitting =
        candidates.stream().filter(each -> each.algorithms().contains(algorithm)).toList();
    if (fitting.isEmpty()) {
      throw bad("signed with an algorithm that its key is not for");
    }
    if (fitting.size() > 1) {
      throw bad("its header does not say which key it is signed with (kid), and there are several");
    }
    return fitting.get(0);
  }

  private static void checkSignature(JWSObject signed, Jwks.Key key) throws CredentialException {
    boolean good;
    try {
      good = signed.verify(key.verifier());
    } catch (JOSEException | RuntimeException e) {
      good = false;
    }
    if (!good) {
      throw bad("its signature is wrong");
    }
  }

  private static Map<String, Object> payload(JWSObject signed) throws CredentialException {
    Map<String, Object> payload = signed.getPayload().toJSONObject();
    if (payload == null) {
      throw bad("its claims are not a JSON object");
    }
    return payload;
  }

  private static CredentialException bad(String what) {
    return new CredentialException(Refusal.BAD_CREDENTIAL, "authorization: JWT: " + what);
  }
}
