package dev.tokenguard;

import dev.tokenguard.auth.Access;
import dev.tokenguard.auth.AccessListener;
import dev.tokenguard.auth.ApiKey;
import dev.tokenguard.auth.DisplayTokens;
import dev.tokenguard.auth.JwksListener;
import dev.tokenguard.auth.JwtVerifier;
import dev.tokenguard.auth.Quotas;
import dev.tokenguard.config.Credentials;
import dev.tokenguard.config.CredentialsException;
import dev.tokenguard.config.CredentialsListener;
import dev.tokenguard.config.CredentialsLoader;
import dev.tokenguard.config.CredentialsWatcher;
import dev.tokenguard.config.Settings;
import dev.tokenguard.domain.Identity;
import dev.tokenguard.domain.Role;
import dev.tokenguard.grpc.Callers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** Who may call this server, as its settings say. */
final class AccessControl {
  private final Settings settings;
  private final Access access;
  private final @Nullable JwtVerifier tokens;
  private final DisplayTokens displayTokens;
  private final Quotas quotas;
  private final Credentials loaded;
  private final Optional<String> freshKey;

  /**
   * Loads the credentials; or makes one, for a server that has none and brings its own Redis along,
   * so that somebody who tries it out can do everything at once.
   *
   * @param machine the clock that an issuer's JWTs are held against
   * @param shared the clock of all servers of a Redis, which accept each other's display tokens
   * @throws StartException if they cannot be used
   */
  AccessControl(
      Settings settings, AccessListener listener, JwksListener jwks, Clock machine, Clock shared)
      throws StartException {
    Settings.Auth auth = settings.auth();
    this.settings = settings;
    this.tokens = auth.jwt().isPresent() ? open(auth.jwt().get(), jwks, machine) : null;
    this.displayTokens = new DisplayTokens(settings.redis().namespace(), shared, machine);
    this.access =
        new Access(
            new Access.Options(auth.localGuard(), auth.anonymousGuard(), auth.failedLogins()),
            tokens,
            displayTokens,
            listener,
            shared,
            machine);
    this.quotas = new Quotas(auth.quota(), listener, machine);
    boolean fresh =
        auth.credentialsFile().isEmpty()
            && auth.jwt().isEmpty()
            && settings.redis().uri().isEmpty();
    this.freshKey = fresh ? Optional.of(ApiKey.create()) : Optional.empty();
    this.loaded =
        auth.credentialsFile().isPresent()
            ? load(auth.credentialsFile().get(), namespaces(settings))
            : freshKey.map(AccessControl::administrator).orElse(Credentials.NONE);
    access.use(loaded);
  }

  private JwtVerifier open(Settings.Jwt jwt, JwksListener listener, Clock clock)
      throws StartException {
    try {
      return JwtVerifier.open(
          jwt, namespaces(settings), settings.auth().reloadInterval(), listener, clock);
    } catch (IOException e) {
      throw new StartException(String.valueOf(e.getMessage()));
    }
  }

  private static Credentials load(Path file, Set<String> namespaces) throws StartException {
    try {
      return CredentialsLoader.load(file, namespaces);
    } catch (CredentialsException e) {
      throw new StartException(e.getMessage());
    }
  }

  private static Credentials administrator(String key) {
    return new Credentials(
        List.of(
            new Credentials.Key(
                ApiKey.sha256(key), Optional.empty(), Identity.of("admin", Role.ADMIN))),
        List.of());
  }

  private static Set<String> namespaces(Settings settings) {
    Set<String> all = new TreeSet<>(settings.redis().tenantNamespaces());
    all.add(settings.redis().namespace());
    return all;
  }

  /** Looks for changes of the files, and for the keys of JWTs, from now on. */
  void watch(ScheduledExecutorService timer, CredentialsListener listener) {
    if (tokens != null) {
      tokens.start(timer);
    }
    displayTokens.start(timer);
    Settings.Auth auth = settings.auth();
    auth.credentialsFile()
        .ifPresent(
            file ->
                new CredentialsWatcher(file, namespaces(settings), loaded, access::use, listener)
                    .start(timer, auth.reloadInterval()));
  }

  DisplayTokens displayTokens() {
    return displayTokens;
  }

  Access access() {
    return access;
  }

  Callers callers() {
    return new Callers(access, quotas);
  }

  /** The key of an administrator that was made for this run; empty if there are credentials. */
  Optional<String> freshKey() {
    return freshKey;
  }
}
