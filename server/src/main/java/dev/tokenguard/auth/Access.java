package dev.tokenguard.auth;

import dev.tokenguard.config.Credentials;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Identity;
import dev.tokenguard.domain.Role;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells who calls, by what a caller shows: an API key or a signed token, else its client
 * certificate, else only where it is. Whoever shows a bad credential is turned away, even where
 * none is needed: it meant to be somebody. Thread-safe; never blocks.
 */
public final class Access {
  private static final Identity LOCAL = Identity.of("local", Role.GUARD);
  private static final Identity ANONYMOUS = Identity.of("anonymous", Role.GUARD);

  private static final String SCHEME = "bearer ";
  private static final int MAX_TOKEN = 16 << 10;

  /**
   * What is asked of callers.
   *
   * @param localGuard whether callers on this machine are guards without a credential
   * @param anonymousGuard whether all callers are
   * @param failuresPerMinute failed logins of an address in a minute before its tokens are not
   *     looked at; 0 for any number
   */
  public record Options(boolean localGuard, boolean anonymousGuard, int failuresPerMinute) {}

  /** The credentials in force, by what callers show. */
  private record Index(Map<String, Credentials.Key> keys, Map<String, Identity> certificates) {}

  private final Options options;
  private final @Nullable TokenVerifier tokens;
  private final TokenVerifier displayTokens;
  private final AccessListener listener;
  private final Clock clock;
  private final FailedLogins failures;
  private volatile Index index = new Index(Map.of(), Map.of());

  /**
   * Accepts no credential before {@link #use}.
   *
   * @param tokens tells whose signed tokens are; null where none are accepted
   * @param displayTokens tells whose those are that begin as display tokens do
   */
  public Access(
      Options options,
      @Nullable TokenVerifier tokens,
      TokenVerifier displayTokens,
      AccessListener listener,
      Clock clock) {
    this(options, tokens, displayTokens, listener, clock, clock);
  }

  /**
   * The same on a machine that has another clock than that by which credentials end.
   *
   * @param clock by which credentials end
   * @param pauses by which an address waits that has failed too often
   */
  public Access(
      Options options,
      @Nullable TokenVerifier tokens,
      TokenVerifier displayTokens,
      AccessListener listener,
      Clock clock,
      Clock pauses) {
    this.options = options;
    this.tokens = tokens;
    this.displayTokens = displayTokens;
    this.listener = listener;
    this.clock = clock;
    this.failures = new FailedLogins(options.failuresPerMinute(), pauses);
  }

  /** Accepts these credentials from now on, and no others. */
  public void use(Credentials credentials) {
    Map<String, Credentials.Key> keys = new HashMap<>();
    credentials.keys().forEach(each -> keys.put(each.sha256(), each));
    Map<String, Identity> certificates = new HashMap<>();
    credentials
        .certificates()
        .forEach(each -> each.names().forEach(name -> certificates.put(name, each.identity())));
    index = new Index(keys, certificates);
  }

  /**
   * Lets a caller make a call.
   *
   * @param call the full name of an RPC, or {@code GET /path}
   * @throws FaultException UNAUTHENTICATED, PERMISSION_DENIED, RATE_LIMITED or KEYS_UNAVAILABLE,
   *     saying what is wrong and what to do
   */
  public Admitted admit(String call, Presented presented) {
    Credential credential = identify(call, presented);
    Identity identity = credential.identity();
    try {
      return new Admitted(identity, Rights.check(call, identity).reach(), credential.expires());
    } catch (FaultException e) {
      listener.refused(Refusal.NOT_ALLOWED);
      throw e;
    }
  }

  /**
   * A caller that was let in.
   *
   * @param identity who it is
   * @param reach which accounts its call can see
   * @param expires until when its credential is good; empty for no end that is known
   */
  public record Admitted(Identity identity, Reach reach, Optional<Instant> expires) {

    /** Whether somebody else is let in as this one was. */
    public boolean isAs(Admitted other) {
      return identity.equals(other.identity) && reach == other.reach;
    }
  }

  /** How long it is until a moment; nothing if that is over. */
  public Duration until(Instant moment) {
    Duration left = Duration.between(clock.instant(), moment);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private Credential identify(String call, Presented presented) {
    try {
      return presented.authorization().isEmpty()
          ? withoutToken(call, presented)
          : bearer(presented.authorization(), presented.peer());
    } catch (CredentialException e) {
      listener.refused(e.refusal());
      throw FaultException.of(
          e.refusal() == Refusal.TOO_MANY_FAILURES ? Fault.RATE_LIMITED : Fault.UNAUTHENTICATED,
          String.valueOf(e.getMessage()));
    }
  }

  private Credential bearer(List<String> authorization, String peer) throws CredentialException {
    try {
      if (authorization.size() > 1) {
        // A proxy may have looked at another of them than we would.
        throw new CredentialException(
            Refusal.BAD_CREDENTIAL,
            "authorization: " + authorization.size() + " headers of that name (expected: 1)");
      }
      return ofToken(token(authorization.get(0)), peer);
    } catch (CredentialException e) {
      failures.failed(peer);
      throw e;
    }
  }

  private static String token(String authorization) throws CredentialException {
    String token =
        authorization.length() > SCHEME.length()
                && authorization
                    .substring(0, SCHEME.length())
                    .toLowerCase(Locale.ROOT)
                    .equals(SCHEME)
            ? authorization.substring(SCHEME.length()).strip()
            : "";
    if (token.isEmpty()) {
      throw new CredentialException(
          Refusal.BAD_CREDENTIAL,
          "authorization: not a bearer token (expected: 'Bearer ' and an API key or a JWT)");
    }
    if (token.length() > MAX_TOKEN) {
      throw new CredentialException(
          Refusal.BAD_CREDENTIAL,
          "authorization: " + token.length() + " characters (expected: at most " + MAX_TOKEN + ")");
    }
    return token;
  }

  private Credential ofToken(String token, String peer) throws CredentialException {
    if (token.startsWith(ApiKey.PREFIX)) {
      return ofKey(token);
    }
    if (token.startsWith(DisplayTokens.PREFIX)) {
      return displayTokens.verify(token); // which costs little more than to look for a key
    }
    if (tokens == null) {
      throw new CredentialException(
          Refusal.BAD_CREDENTIAL,
          "authorization: not an API key, which begins with '"
              + ApiKey.PREFIX
              + "', and this server accepts no JWT (setting auth.jwks)");
    }
    // Looking at a signature costs a thousand times what a key does. A good key is let in always.
    if (failures.tooMany(peer)) {
      throw new CredentialException(
          Refusal.TOO_MANY_FAILURES,
          "authorization: too many tokens from this address were refused; try again in a minute");
    }
    return tokens.verify(token);
  }

  private Credential ofKey(String key) throws CredentialException {
    Credentials.Key known = index.keys.get(ApiKey.sha256(key));
    if (known == null) {
      throw new CredentialException(
          Refusal.BAD_CREDENTIAL, "authorization: this API key is not, or no longer, known here");
    }
    if (known.expires().isPresent() && !clock.instant().isBefore(known.expires().get())) {
      throw new CredentialException(
          Refusal.EXPIRED,
          "authorization: this API key of '"
              + known.identity().name()
              + "' expired at "
              + known.expires().get()
              + "; ask for a new one");
    }
    return new Credential(known.identity(), known.expires());
  }

  private Credential withoutToken(String call, Presented presented) throws CredentialException {
    Optional<Identity> certified = ofCertificate(presented.certificateNames());
    if (certified.isPresent()) {
      return Credential.of(certified.get());
    }
    boolean local = presented.local() && options.localGuard();
    // To say what is missing helps more than to say what somebody without a name may not do.
    if ((local || options.anonymousGuard()) && Rights.allows(call, ANONYMOUS)) {
      return Credential.of(local ? LOCAL : ANONYMOUS);
    }
    throw noCredential(presented);
  }

  private Optional<Identity> ofCertificate(List<String> names) {
    for (String name : names) {
      Identity identity = index.certificates.get(name);
      if (identity != null) {
        return Optional.of(identity);
      }
    }
    return Optional.empty();
  }

  /** What to tell a caller that may not make a call because it did not say who it is. */
  private CredentialException noCredential(Presented presented) {
    return new CredentialException(
        Refusal.NO_CREDENTIAL,
        presented.certificateNames().isEmpty()
            ? "no credential (" + accepted() + ")"
            : "no credential, and none of the names in the client certificate is known: "
                + String.join(", ", presented.certificateNames()));
  }

  /** What a caller may show here. */
  private String accepted() {
    Index known = index;
    List<String> bearers = new ArrayList<>();
    if (!known.keys.isEmpty()) {
      bearers.add("an API key, which 'tokenguard key create' makes");
    }
    if (tokens != null) {
      bearers.add("a JWT");
    }
    List<String> ways = new ArrayList<>();
    if (!bearers.isEmpty()) {
      ways.add("the header 'authorization: Bearer ' and " + String.join(", or ", bearers));
    }
    if (!known.certificates.isEmpty()) {
      ways.add("a client certificate with a name that is known here");
    }
    return ways.isEmpty()
        ? "this server accepts none: settings auth.credentials_file and auth.jwks"
        : "expected: " + String.join("; or ", ways);
  }
}
