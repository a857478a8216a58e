package dev.tokenguard.config;

import dev.tokenguard.config.Settings.AdminEvents;
import dev.tokenguard.config.Settings.Auth;
import dev.tokenguard.config.Settings.CatalogSource;
import dev.tokenguard.config.Settings.ClientAuth;
import dev.tokenguard.config.Settings.Connections;
import dev.tokenguard.config.Settings.DisplayTokens;
import dev.tokenguard.config.Settings.Embedded;
import dev.tokenguard.config.Settings.Grpc;
import dev.tokenguard.config.Settings.Http;
import dev.tokenguard.config.Settings.Jwt;
import dev.tokenguard.config.Settings.Limits;
import dev.tokenguard.config.Settings.Log;
import dev.tokenguard.config.Settings.Redis;
import dev.tokenguard.config.Settings.RedisTls;
import dev.tokenguard.config.Settings.Reservations;
import dev.tokenguard.config.Settings.Sweep;
import dev.tokenguard.config.Settings.Tls;
import dev.tokenguard.config.Settings.Tracing;
import dev.tokenguard.config.Settings.Watch;
import dev.tokenguard.domain.EffectiveSetting;
import dev.tokenguard.domain.EffectiveSetting.Source;
import dev.tokenguard.domain.Quota;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A value for every setting, each with where it was set. What is set later wins. Not thread-safe.
 */
final class SettingValues {
  private static final String BY_DEFAULT = "default";

  /** A URI that has a password, or something in its place. */
  private static final Pattern PASSWORD = Pattern.compile("://[^/]*:[^/@]+@|://[^/:@]+@");

  private final Problems problems;
  private final Map<String, Object> values = new HashMap<>();
  private final Map<String, String> sources = new HashMap<>();
  private final Map<String, EffectiveSetting> effective = new HashMap<>();

  SettingValues(Problems problems) {
    this.problems = problems;
    for (SettingDefinition<?> each : SettingsTable.byKey().values()) {
      set(each, each.defaultText(), Source.DEFAULT, BY_DEFAULT);
    }
  }

  /** Sets a value, or tells what is wrong with it. */
  void set(SettingDefinition<?> setting, String text, Source source, String where) {
    Optional<?> value = setting.type().parser().apply(text.strip());
    if (value.isPresent()) {
      values.put(setting.key(), value.get());
      sources.put(setting.key(), where);
      effective.put(setting.key(), effective(setting, text.strip(), source, where));
      return;
    }
    String shown = setting.type().secret() ? Secrets.mask(text) : text;
    problems.add(
        where,
        String.format(
            "%s: %s (expected: %s)",
            setting.key(),
            text.isBlank() ? "nothing" : "'" + YamlSection.shown(shown) + "'",
            setting.type().expected()));
  }

  private static EffectiveSetting effective(
      SettingDefinition<?> setting, String text, Source source, String where) {
    return new EffectiveSetting(
        setting.key(),
        setting.type().secret() ? Secrets.mask(text) : text,
        setting.defaultText(),
        source,
        source == Source.DEFAULT ? "" : where);
  }

  /** Tells of values that are right each for itself and wrong together. */
  void checkTogether() {
    if (get(SettingsTable.RESERVATIONS_DEFAULT_TTL)
            .compareTo(get(SettingsTable.RESERVATIONS_MAX_TTL))
        > 0) {
      problem(
          SettingsTable.RESERVATIONS_DEFAULT_TTL,
          SettingsTable.RESERVATIONS_MAX_TTL,
          "longer than reservations.max_ttl");
    }
    if (get(SettingsTable.AUTH_DISPLAY_TOKEN_TTL)
            .compareTo(get(SettingsTable.AUTH_DISPLAY_TOKEN_MAX_TTL))
        > 0) {
      problem(
          SettingsTable.AUTH_DISPLAY_TOKEN_TTL,
          SettingsTable.AUTH_DISPLAY_TOKEN_MAX_TTL,
          "longer than auth.display_token_max_ttl");
    }
    if (get(SettingsTable.GRPC_LISTEN).isEmpty() && get(SettingsTable.GRPC_UNIX_SOCKET).isEmpty()) {
      problem(
          SettingsTable.GRPC_LISTEN,
          SettingsTable.GRPC_UNIX_SOCKET,
          "empty, and so is grpc.unix_socket: nobody could call");
    }
    pair(SettingsTable.TLS_CERTIFICATE, SettingsTable.TLS_KEY);
    pair(SettingsTable.REDIS_TLS_CERTIFICATE, SettingsTable.REDIS_TLS_KEY);
    checkClientAuth();
    checkRedis();
    if (get(SettingsTable.REDIS_TENANT_NAMESPACES).contains(get(SettingsTable.REDIS_NAMESPACE))) {
      problem(
          SettingsTable.REDIS_TENANT_NAMESPACES,
          SettingsTable.REDIS_NAMESPACE,
          "'" + get(SettingsTable.REDIS_NAMESPACE) + "' is redis.namespace, the server's own");
    }
    checkJwt();
    checkExposure();
  }

  /** A certificate and its key are of no use alone. */
  private void pair(
      SettingDefinition<Optional<Path>> certificate, SettingDefinition<Optional<Path>> key) {
    if (get(certificate).isPresent() && get(key).isEmpty()) {
      problem(certificate, key, "set, but not its private key, " + key.key());
    } else if (get(key).isPresent() && get(certificate).isEmpty()) {
      problem(key, certificate, "set, but not its certificate, " + certificate.key());
    }
  }

  /** Who names a CA of clients, or asks for their certificates, must not be left without either. */
  private void checkClientAuth() {
    checkClientAuth(SettingsTable.GRPC_CLIENT_AUTH, SettingsTable.GRPC_TLS);
    checkClientAuth(SettingsTable.HTTP_CLIENT_AUTH, SettingsTable.HTTP_TLS);
    if (get(SettingsTable.TLS_CLIENT_CA).isPresent()
        && get(SettingsTable.GRPC_CLIENT_AUTH) == ClientAuth.NONE
        && get(SettingsTable.HTTP_CLIENT_AUTH) == ClientAuth.NONE) {
      problem(
          SettingsTable.TLS_CLIENT_CA,
          SettingsTable.GRPC_CLIENT_AUTH,
          "set, but nobody is asked for a certificate: set grpc.client_auth or http.client_auth to"
              + " required or optional");
    }
  }

  private void checkClientAuth(
      SettingDefinition<ClientAuth> clientAuth, SettingDefinition<Boolean> tls) {
    if (get(clientAuth) == ClientAuth.NONE) {
      return;
    }
    if (get(SettingsTable.TLS_CERTIFICATE).isEmpty()) {
      problem(
          clientAuth, SettingsTable.TLS_CERTIFICATE, "needs TLS: set tls.certificate and tls.key");
    } else if (!get(tls)) {
      problem(clientAuth, tls, "needs TLS, which " + tls.key() + "=false turns off");
    } else if (get(SettingsTable.TLS_CLIENT_CA).isEmpty()) {
      problem(clientAuth, SettingsTable.TLS_CLIENT_CA, "needs tls.client_ca, to know callers by");
    }
  }

  private void checkRedis() {
    String uri = get(SettingsTable.REDIS_URI).orElse("");
    if (!uri.startsWith("rediss")) {
      for (SettingDefinition<Optional<Path>> each :
          List.of(SettingsTable.REDIS_TLS_CA, SettingsTable.REDIS_TLS_CERTIFICATE)) {
        if (get(each).isPresent()) {
          problem(
              each, SettingsTable.REDIS_URI, "set, but redis.uri asks for no TLS: rediss:// does");
        }
      }
    }
    checkDurability(uri);
    if (get(SettingsTable.REDIS_USERNAME_FILE).isPresent()
        && get(SettingsTable.REDIS_PASSWORD_FILE).isEmpty()) {
      problem(
          SettingsTable.REDIS_USERNAME_FILE,
          SettingsTable.REDIS_PASSWORD_FILE,
          "set, but not redis.password_file");
    }
    if (get(SettingsTable.REDIS_SENTINEL_PASSWORD_FILE).isPresent()
        && !uri.contains("-sentinel://")) {
      problem(
          SettingsTable.REDIS_SENTINEL_PASSWORD_FILE,
          SettingsTable.REDIS_URI,
          "set, but redis.uri names no Sentinels: redis-sentinel:// does");
    }
    if (get(SettingsTable.REDIS_PASSWORD_FILE).isPresent()) {
      if (uri.isEmpty()) {
        problem(
            SettingsTable.REDIS_PASSWORD_FILE,
            SettingsTable.REDIS_URI,
            "set, but not redis.uri: the embedded Redis has a password of its own");
      } else if (PASSWORD.matcher(uri).find()) {
        problem(
            SettingsTable.REDIS_PASSWORD_FILE,
            SettingsTable.REDIS_URI,
            "set, and so is a password in redis.uri: take one of them away");
      }
    }
  }

  private void checkDurability(String uri) {
    if (get(SettingsTable.REDIS_DURABILITY) == 0) {
      return;
    }
    if (uri.isEmpty()) {
      problem(
          SettingsTable.REDIS_DURABILITY,
          SettingsTable.REDIS_URI,
          "asks for replicas, and the embedded Redis has none: set redis.uri");
    }
    // A change may have to wait for the one before it, then for its own replicas.
    Duration most = get(SettingsTable.REDIS_COMMAND_TIMEOUT).dividedBy(2);
    if (get(SettingsTable.REDIS_DURABILITY_TIMEOUT).compareTo(most) > 0) {
      problem(
          SettingsTable.REDIS_DURABILITY_TIMEOUT,
          SettingsTable.REDIS_COMMAND_TIMEOUT,
          "must be at most half of redis.command_timeout, or changes time out before they are"
              + " answered");
    }
  }

  /** What other machines can reach is encrypted, and asks who they are; unless somebody says so. */
  private void checkExposure() {
    Optional<ListenAddress> grpc = get(SettingsTable.GRPC_LISTEN).filter(Exposure::isExposed);
    if (grpc.isPresent()
        && !encrypted(SettingsTable.GRPC_TLS)
        && !get(SettingsTable.GRPC_ALLOW_PLAINTEXT)) {
      problem(
          SettingsTable.GRPC_LISTEN,
          SettingsTable.GRPC_ALLOW_PLAINTEXT,
          Exposure.withoutTls(grpc.get(), "grpc"));
    }
    if (grpc.isPresent()
        && get(SettingsTable.AUTH_CREDENTIALS_FILE).isEmpty()
        && get(SettingsTable.AUTH_JWKS).isEmpty()
        && !get(SettingsTable.AUTH_ANONYMOUS_GUARD)) {
      problem(
          SettingsTable.GRPC_LISTEN,
          SettingsTable.AUTH_CREDENTIALS_FILE,
          Exposure.withoutCredentials(grpc.get()));
    }
    Optional<ListenAddress> http = get(SettingsTable.HTTP_LISTEN).filter(Exposure::isExposed);
    if (http.isPresent()
        && !encrypted(SettingsTable.HTTP_TLS)
        && !get(SettingsTable.HTTP_ALLOW_PLAINTEXT)) {
      problem(
          SettingsTable.HTTP_LISTEN,
          SettingsTable.HTTP_ALLOW_PLAINTEXT,
          Exposure.withoutTls(http.get(), "http"));
    }
  }

  /** Half of them would be no check at all, or one that nobody passes. */
  private void checkJwt() {
    if (get(SettingsTable.AUTH_JWKS).isPresent()) {
      for (SettingDefinition<String> needed :
          List.of(SettingsTable.AUTH_JWT_ISSUER, SettingsTable.AUTH_JWT_AUDIENCE)) {
        if (get(needed).isEmpty()) {
          problem(needed, SettingsTable.AUTH_JWKS, JwtSettings.missing(needed.key()));
        }
      }
      return;
    }
    for (SettingDefinition<?> each : SettingsTable.byKey().values()) {
      if (JwtSettings.needsJwks(each.key()) && isSet(each)) {
        problem(each, SettingsTable.AUTH_JWKS, JwtSettings.WITHOUT_JWKS);
      }
    }
  }

  /** An empty variable, as templates leave them, says no more than none. */
  private boolean isSet(SettingDefinition<?> setting) {
    return !Optional.of(get(setting)).equals(setting.type().parser().apply(setting.defaultText()));
  }

  private Optional<Jwt> jwt() {
    return get(SettingsTable.AUTH_JWKS)
        .map(
            jwks ->
                new Jwt(
                    jwks,
                    get(SettingsTable.AUTH_JWKS_CA),
                    get(SettingsTable.AUTH_JWT_ISSUER),
                    get(SettingsTable.AUTH_JWT_AUDIENCE),
                    get(SettingsTable.AUTH_JWT_ALGORITHMS),
                    get(SettingsTable.AUTH_JWT_LEEWAY),
                    get(SettingsTable.AUTH_JWT_ROLE_CLAIM),
                    get(SettingsTable.AUTH_JWT_ACCOUNTS_CLAIM),
                    get(SettingsTable.AUTH_JWT_NAMESPACE_CLAIM)));
  }

  private boolean encrypted(SettingDefinition<Boolean> tls) {
    return get(tls) && get(SettingsTable.TLS_CERTIFICATE).isPresent();
  }

  private void problem(SettingDefinition<?> setting, SettingDefinition<?> other, String what) {
    String source = sources.getOrDefault(setting.key(), BY_DEFAULT);
    String where =
        source.equals(BY_DEFAULT) ? sources.getOrDefault(other.key(), BY_DEFAULT) : source;
    problems.add(where, setting.key() + ": " + what);
  }

  Settings toSettings() {
    return new Settings(
        new Grpc(
            get(SettingsTable.GRPC_LISTEN),
            get(SettingsTable.GRPC_UNIX_SOCKET),
            get(SettingsTable.GRPC_UNIX_SOCKET_ACCESS),
            get(SettingsTable.GRPC_MAX_MESSAGE_BYTES),
            get(SettingsTable.GRPC_MAX_METADATA_BYTES),
            get(SettingsTable.GRPC_MAX_IN_FLIGHT),
            get(SettingsTable.GRPC_REFLECTION),
            get(SettingsTable.GRPC_DRAIN),
            get(SettingsTable.GRPC_STOP_DELAY),
            get(SettingsTable.GRPC_THREADS),
            get(SettingsTable.GRPC_ALLOW_PLAINTEXT),
            get(SettingsTable.GRPC_TLS),
            get(SettingsTable.GRPC_CLIENT_AUTH),
            new Connections(
                get(SettingsTable.GRPC_MAX_CONNECTIONS),
                get(SettingsTable.GRPC_MAX_CONCURRENT_STREAMS),
                get(SettingsTable.GRPC_HANDSHAKE_TIMEOUT),
                get(SettingsTable.GRPC_RECEIVE_TIMEOUT),
                get(SettingsTable.GRPC_MAX_CONNECTION_IDLE),
                get(SettingsTable.GRPC_MAX_CONNECTION_AGE))),
        new Http(
            get(SettingsTable.HTTP_LISTEN),
            get(SettingsTable.HTTP_ALLOW_PLAINTEXT),
            get(SettingsTable.HTTP_OPEN_METRICS),
            get(SettingsTable.HTTP_TLS),
            get(SettingsTable.HTTP_CLIENT_AUTH),
            get(SettingsTable.HTTP_MAX_CONNECTIONS),
            get(SettingsTable.HTTP_MAX_HEADER_BYTES),
            get(SettingsTable.HTTP_RECEIVE_TIMEOUT),
            get(SettingsTable.HTTP_CORS_ORIGINS)),
        new Tls(
            get(SettingsTable.TLS_CERTIFICATE),
            get(SettingsTable.TLS_KEY),
            get(SettingsTable.TLS_CLIENT_CA),
            get(SettingsTable.TLS_RELOAD_INTERVAL)),
        new Auth(
            get(SettingsTable.AUTH_CREDENTIALS_FILE),
            get(SettingsTable.AUTH_RELOAD_INTERVAL),
            get(SettingsTable.AUTH_LOCAL_GUARD),
            get(SettingsTable.AUTH_ANONYMOUS_GUARD),
            get(SettingsTable.AUTH_FAILED_LOGINS),
            new Quota(
                get(SettingsTable.AUTH_MAX_IN_FLIGHT),
                get(SettingsTable.AUTH_CALLS_PER_SECOND),
                get(SettingsTable.AUTH_MAX_STREAMS)),
            new DisplayTokens(
                get(SettingsTable.AUTH_DISPLAY_TOKEN_TTL),
                get(SettingsTable.AUTH_DISPLAY_TOKEN_MAX_TTL)),
            jwt()),
        new Redis(
            get(SettingsTable.REDIS_URI),
            get(SettingsTable.REDIS_NAMESPACE),
            get(SettingsTable.REDIS_TENANT_NAMESPACES),
            get(SettingsTable.REDIS_CONNECT_TIMEOUT),
            get(SettingsTable.REDIS_COMMAND_TIMEOUT),
            get(SettingsTable.REDIS_DURABILITY),
            get(SettingsTable.REDIS_DURABILITY_TIMEOUT),
            get(SettingsTable.REDIS_ALLOW_EVICTION),
            get(SettingsTable.REDIS_VERIFY_CONFIG),
            get(SettingsTable.REDIS_USERNAME_FILE),
            get(SettingsTable.REDIS_PASSWORD_FILE),
            get(SettingsTable.REDIS_SENTINEL_PASSWORD_FILE),
            new RedisTls(
                get(SettingsTable.REDIS_TLS_CA),
                get(SettingsTable.REDIS_TLS_CERTIFICATE),
                get(SettingsTable.REDIS_TLS_KEY),
                get(SettingsTable.REDIS_TLS_VERIFY_HOST))),
        new Embedded(
            get(SettingsTable.EMBEDDED_DATA_DIR),
            get(SettingsTable.EMBEDDED_REDIS_SERVER),
            get(SettingsTable.EMBEDDED_APPENDFSYNC),
            get(SettingsTable.EMBEDDED_PORT)),
        new Reservations(
            get(SettingsTable.RESERVATIONS_DEFAULT_TTL),
            get(SettingsTable.RESERVATIONS_MAX_TTL),
            get(SettingsTable.RESERVATIONS_MEMORY),
            get(SettingsTable.RESERVATIONS_MAX_OPEN)),
        new Limits(
            get(SettingsTable.LIMITS_MAX_AMOUNT),
            get(SettingsTable.LIMITS_LEDGER_ENTRIES),
            get(SettingsTable.LIMITS_LEDGER_AGE),
            get(SettingsTable.LIMITS_MEMBERS),
            get(SettingsTable.LIMITS_GRANTS),
            get(SettingsTable.LIMITS_REQUEST_MEMORY),
            get(SettingsTable.LIMITS_USAGE_DAYS),
            get(SettingsTable.LIMITS_RECENT_DENIALS)),
        new AdminEvents(
            get(SettingsTable.ADMIN_EVENTS_MAX_CHANGES),
            get(SettingsTable.ADMIN_EVENTS_MAX_ATTEMPTS),
            get(SettingsTable.ADMIN_EVENTS_MAX_AGE)),
        new Sweep(
            get(SettingsTable.SWEEP_ENABLED),
            get(SettingsTable.SWEEP_RATE),
            get(SettingsTable.SWEEP_PAUSE)),
        new Watch(get(SettingsTable.WATCH_INTERVAL), get(SettingsTable.WATCH_MAX_STREAMS)),
        new Log(get(SettingsTable.LOG_FORMAT), get(SettingsTable.LOG_LEVEL)),
        new CatalogSource(
            get(SettingsTable.CATALOG_FILE), get(SettingsTable.CATALOG_RELOAD_INTERVAL)),
        new Tracing(
            get(SettingsTable.TRACING_OTLP_ENDPOINT),
            get(SettingsTable.TRACING_SAMPLING_RATIO),
            get(SettingsTable.TRACING_SERVICE_NAME),
            get(SettingsTable.TRACING_ACCOUNT_IDS)),
        SettingsTable.byKey().keySet().stream()
            .map(key -> Objects.requireNonNull(effective.get(key)))
            .toList());
  }

  /** The type is that of the definition, whose parser made the value. */
  @SuppressWarnings("unchecked")
  private <T> T get(SettingDefinition<T> setting) {
    Object value = values.get(setting.key());
    if (value == null) {
      throw new IllegalStateException("bad default: " + setting.key() + ": " + problems.list());
    }
    return (T) value;
  }
}
