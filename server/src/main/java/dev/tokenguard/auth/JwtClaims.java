package dev.tokenguard.auth;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.tokenguard.config.Settings;
import dev.tokenguard.domain.Identity;
import dev.tokenguard.domain.Quota;
import dev.tokenguard.domain.Role;
import dev.tokenguard.domain.Scope;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes an identity of the claims of a token whose signature is good. A claim that is there and
 * cannot be understood is never taken for one that is not. Immutable.
 */
final class JwtClaims {
  /**
   * What names of tokens begin with. No API key can be called so: who issues tokens must not be
   * able to pass for the holder of a key in the records, or to use up its quota.
   */
  static final String NAME_PREFIX = "jwt:";

  private static final int MAX_ACCOUNTS = 1000;

  /** Printable, so that it can be logged as it is: nobody's name is cut to that of another. */
  private static final Pattern SUBJECT = Pattern.compile("[^\\p{C}\\p{Z}]{1,255}");

  private static final Pattern ACCOUNT = Pattern.compile("[a-zA-Z0-9._:@+|~=-]{1,128}");

  private final Settings.Jwt settings;
  private final Set<String> namespaces;

  /**
   * Claims as the settings have them.
   *
   * @param namespaces those that the server serves
   */
  JwtClaims(Settings.Jwt settings, Set<String> namespaces) {
    this.settings = settings;
    this.namespaces = Set.copyOf(namespaces);
  }

  /**
   * What was read.
   *
   * @param expires until when it holds, leeway not counted
   */
  record Read(Identity identity, Instant expires) {}

  /** Who a token is from. */
  Read read(Map<String, Object> claims, Instant now) throws CredentialException {
    JWTClaimsSet known;
    try {
      known = JWTClaimsSet.parse(claims);
    } catch (ParseException | RuntimeException e) {
      throw bad("a claim is of the wrong type (iss, sub, aud, exp, nbf or iat)");
    }
    checkParties(known);
    Instant expires = checkTimes(known, now);
    String subject = known.getSubject();
    if (!(claims.get("sub") instanceof String)
        || subject == null
        || !SUBJECT.matcher(subject).matches()) {
      throw bad("no name (expected: sub, 1 to 255 printable characters without spaces)");
    }
    return new Read(
        new Identity(
            NAME_PREFIX + subject, role(claims), namespace(claims), scope(claims), Quota.NONE),
        expires);
  }

  private void checkParties(JWTClaimsSet claims) throws CredentialException {
    if (!settings.issuer().equals(claims.getIssuer())) {
      throw bad("of another issuer (expected: iss " + settings.issuer() + ")");
    }
    if (!claims.getAudience().contains(settings.audience())) {
      throw bad("for another audience (expected: aud " + settings.audience() + ")");
    }
  }

  private Instant checkTimes(JWTClaimsSet claims, Instant now) throws CredentialException {
    Duration leeway = settings.leeway();
    Instant expires = instant(claims.getExpirationTime());
    if (expires == null) {
      throw bad("never expires (expected: exp)");
    }
    if (!now.isBefore(expires.plus(leeway))) {
      throw new CredentialException(
          Refusal.EXPIRED, "authorization: JWT: expired at " + expires + "; get a new one");
    }
    Instant from = instant(claims.getNotBeforeTime());
    if (from != null && now.plus(leeway).isBefore(from)) {
      throw bad("not valid before " + from + " (nbf)");
    }
    Instant issued = instant(claims.getIssueTime());
    if (issued != null && now.plus(leeway).isBefore(issued)) {
      throw bad("issued in the future, at " + issued + " (iat): whose clock is wrong?");
    }
    return expires;
  }

  private static @Nullable Instant instant(@Nullable Date date) {
    return date == null ? null : date.toInstant();
  }

  private Role role(Map<String, Object> claims) throws CredentialException {
    String name = settings.roleClaim();
    Object claim = find(claims, name).orElseThrow(() -> noRole(name));
    Set<Role> roles = EnumSet.noneOf(Role.class);
    // Among others that are none of ours: issuers list what somebody is everywhere.
    for (Object each : claim instanceof List<?> list ? list : List.of(claim)) {
      for (Role role : Role.ASSIGNABLE) {
        if (role.toString().equals(each)) {
          roles.add(role);
        }
      }
    }
    if (roles.isEmpty()) {
      throw noRole(name);
    }
    for (Role role : roles) {
      if (roles.stream().allMatch(other -> mayAllThat(other, role))) {
        return role;
      }
    }
    throw bad("several roles of which none includes the others (" + name + ": " + roles + ")");
  }

  /** Whether one role may make every call that another may. */
  private static boolean mayAllThat(Role other, Role role) {
    return Rights.table().values().stream()
        .allMatch(right -> !right.roles().contains(other) || right.roles().contains(role));
  }

  private static CredentialException noRole(String claim) {
    return bad("no role (expected: " + claim + " with " + Role.NAMES + ")");
  }

  private Scope scope(Map<String, Object> claims) throws CredentialException {
    String name = settings.accountsClaim();
    Optional<Object> claim = find(claims, name);
    if (claim.isEmpty()) {
      return Scope.ALL;
    }
    List<?> list = claim.get() instanceof List<?> several ? several : List.of(claim.get());
    Set<String> accounts = new LinkedHashSet<>();
    Set<String> prefixes = new LinkedHashSet<>();
    for (Object each : list) {
      String text = each instanceof String some ? some : "";
      boolean isPrefix = text.endsWith("*");
      String id = isPrefix ? text.substring(0, text.length() - 1) : text;
      if (!ACCOUNT.matcher(id).matches()) {
        throw bad(name + " has what is neither an account id nor a prefix such as shop-*");
      }
      (isPrefix ? prefixes : accounts).add(id);
    }
    // No account at all would be every account in a Scope.
    if (list.isEmpty() || list.size() > MAX_ACCOUNTS) {
      throw bad(name + " has " + list.size() + " accounts (expected: 1 to " + MAX_ACCOUNTS + ")");
    }
    return new Scope(accounts, prefixes);
  }

  private Optional<String> namespace(Map<String, Object> claims) throws CredentialException {
    String name = settings.namespaceClaim();
    Optional<Object> claim = find(claims, name);
    if (claim.isEmpty()) {
      return Optional.empty();
    }
    if (claim.get() instanceof String namespace && namespaces.contains(namespace)) {
      return Optional.of(namespace);
    }
    throw bad(name + " is no namespace that is served here");
  }

  /**
   * A claim by its name, or by the names on the way to it with dots in between. Whole names come
   * first: those that are URLs have dots too.
   */
  private static Optional<Object> find(Map<String, Object> claims, String name)
      throws CredentialException {
    if (claims.containsKey(name)) {
      return Optional.of(present(claims.get(name), name));
    }
    Object at = claims;
    for (String part : name.split("\\.", -1)) {
      if (!(at instanceof Map<?, ?> map)) {
        throw bad(name + " leads through what is no object");
      }
      if (!map.containsKey(part)) {
        return Optional.empty();
      }
      at = present(map.get(part), name);
    }
    return Optional.of(at);
  }

  private static Object present(@Nullable Object value, String name) throws CredentialException {
    if (value == null) {
      throw bad(name + " is null");
    }
    return value;
  }

  private static CredentialException bad(String what) {
    return new CredentialException(Refusal.BAD_CREDENTIAL, "authorization: JWT: " + what);
  }
}
