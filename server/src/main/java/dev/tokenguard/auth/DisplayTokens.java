package dev.tokenguard.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import dev.tokenguard.domain.DisplayToken;
import dev.tokenguard.domain.Identity;
import dev.tokenguard.domain.Quota;
import dev.tokenguard.domain.Role;
import dev.tokenguard.domain.Scope;
import dev.tokenguard.domain.SharedSecret;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Display tokens: {@code tgd_} and a JWT that is signed with the secret of a namespace, so that
 * every server of it accepts what another has made. They are none of the JWTs that the settings are
 * about. Thread-safe; never blocks.
 */
public final class DisplayTokens implements TokenVerifier {
  /** What every one begins with, so that people and secret scanners know one when they see it. */
  public static final String PREFIX = "tgd_";

  /** What names of callers begin with; no API key can be called so. */
  private static final String NAME_PREFIX = "display:";

  private static final int MAX_LENGTH = 1024;
  private static final long LOOK_SECONDS = 60;

  /** Three parts in the alphabet of base64url, without padding: what a decoder would pass over. */
  private static final Pattern COMPACT =
      Pattern.compile("[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++");

  private static final String NAMESPACE = "ns";
  private static final String ACCOUNT = "sub";
  private static final String MEMBER = "member";
  private static final String EXPIRES = "exp";

  private final String ownNamespace;
  private final Clock clock;
  private final Clock pauses;
  private volatile Map<String, DisplayKeys> keys = Map.of();

  /**
   * Accepts none before {@link #use}.
   *
   * @param ownNamespace that of the server itself
   */
  public DisplayTokens(String ownNamespace, Clock clock) {
    this(ownNamespace, clock, clock);
  }

  /**
   * The same on a machine that has another clock than that by which tokens end.
   *
   * @param clock by which tokens end, wherever they were made
   * @param pauses by which this server waits before it looks for a secret again
   */
  public DisplayTokens(String ownNamespace, Clock clock, Clock pauses) {
    this.ownNamespace = ownNamespace;
    this.clock = clock;
    this.pauses = pauses;
  }

  /** Accepts from now on what is signed with one of these secrets, by namespace. */
  public void use(Map<String, SharedSecret> secrets) {
    Map<String, DisplayKeys> byNamespace = new LinkedHashMap<>();
    secrets.forEach(
        (namespace, secret) -> byNamespace.put(namespace, new DisplayKeys(secret, pauses)));
    keys = Map.copyOf(byNamespace);
  }

  /**
   * Looks now, and every minute, whether the secrets are still the same, until the timer is shut
   * down: tokens are refused everywhere soon after their secret was deleted.
   */
  public void start(ScheduledExecutorService timer) {
    timer.scheduleWithFixedDelay(
        () -> keys.values().forEach(DisplayKeys::look), 0, LOOK_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * Makes one.
   *
   * @param namespace one of those served
   * @param member the one whose use may be read too; empty for nobody's
   */
  public CompletionStage<DisplayToken> create(
      String namespace, String account, String member, Duration ttl) {
    DisplayKeys of = keys.get(namespace);
    if (of == null) {
      throw new IllegalStateException("the namespace " + namespace + " is not served");
    }
    return of.forSigning().thenApply(key -> signed(key, namespace, account, member, ttl));
  }

  private DisplayToken signed(
      DisplayKeys.Key key, String namespace, String account, String member, Duration ttl) {
    // Whole seconds, as JWTs have them; never shorter than asked for.
    Instant end = clock.instant().plus(ttl);
    Instant whole = end.truncatedTo(ChronoUnit.SECONDS);
    Instant expires = whole.equals(end) ? whole : whole.plusSeconds(1);
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put(NAMESPACE, namespace);
    claims.put(ACCOUNT, account);
    if (!member.isEmpty()) {
      claims.put(MEMBER, member);
    }
    claims.put(EXPIRES, expires.getEpochSecond());
    JWSObject token =
        new JWSObject(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.id()).build(), new Payload(claims));
    try {
      token.sign(new MACSigner(key.secret()));
    } catch (JOSEException e) {
      throw new IllegalStateException("the secret of display tokens cannot sign", e);
    }
    return new DisplayToken(PREFIX + token.serialize(), expires);
  }

  @Override
  public Credential verify(String token) throws CredentialException {
    String jwt = token.substring(PREFIX.length());
    if (token.length() > MAX_LENGTH || !COMPACT.matcher(jwt).matches()) {
      throw bad("not one (expected: " + PREFIX + " and a JWT): was it cut short?");
    }
    JWSObject signed = parsed(jwt);
    Map<String, Object> claims = signed.getPayload().toJSONObject();
    if (!JWSAlgorithm.HS256.equals(signed.getHeader().getAlgorithm()) || claims == null) {
      throw bad("not made by this server or one of its like");
    }
    String namespace = text(claims, NAMESPACE);
    DisplayKeys of = keys.get(namespace);
    if (of == null) {
      throw bad("of another namespace, which this server does not serve");
    }
    String keyId = signed.getHeader().getKeyID();
    checkSignature(signed, of.withId(keyId == null ? "" : keyId));
    Instant expires =
        Instant.ofEpochSecond(claims.get(EXPIRES) instanceof Number end ? end.longValue() : 0);
    if (!clock.instant().isBefore(expires)) {
      throw new CredentialException(
          Refusal.EXPIRED,
          "authorization: display token: expired at " + expires + "; get a new one");
    }
    return new Credential(
        identity(namespace, text(claims, ACCOUNT), text(claims, MEMBER)), Optional.of(expires));
  }

  private static JWSObject parsed(String jwt) throws CredentialException {
    try {
      return JWSObject.parse(jwt);
    } catch (ParseException | RuntimeException e) {
      throw bad("its header cannot be read: it was changed");
    }
  }

  private static void checkSignature(JWSObject signed, DisplayKeys.Key key)
      throws CredentialException {
    boolean good;
    try {
      good = signed.verify(new MACVerifier(key.secret()));
    } catch (JOSEException | RuntimeException e) {
      good = false;
    }
    if (!good) {
      throw bad("its signature is wrong: it was changed, or cut short");
    }
  }

  private Identity identity(String namespace, String account, String member) {
    return new Identity(
        NAME_PREFIX + account,
        Role.DISPLAY,
        namespace.equals(ownNamespace) ? Optional.empty() : Optional.of(namespace),
        Scope.ofDisplay(account, member),
        Quota.NONE);
  }

  private static String text(Map<String, Object> claims, String name) {
    return claims.get(name) instanceof String text ? text : "";
  }

  private static CredentialException bad(String what) {
    return new CredentialException(Refusal.BAD_CREDENTIAL, "authorization: display token: " + what);
  }
}
