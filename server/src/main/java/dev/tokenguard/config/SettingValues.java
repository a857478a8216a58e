package dev.tokenguard.config;

import dev.tokenguard.config.Settings.AdminEvents;
import dev.tokenguard.config.Settings.Auth;
import dev.tokenguard.config.Settings.CatalogSource;
import dev.tokenguard.config.Settings.Embedded;
import dev.tokenguard.config.Settings.Grpc;
import dev.tokenguard.config.Settings.Http;
import dev.tokenguard.config.Settings.Limits;
import dev.tokenguard.config.Settings.Log;
import dev.tokenguard.config.Settings.Redis;
import dev.tokenguard.config.Settings.Reservations;
import dev.tokenguard.config.Settings.Sweep;
import dev.tokenguard.config.Settings.Watch;
import dev.tokenguard.domain.Quota;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A value for every setting, each with where it was set. What is set later wins. Not thread-safe.
 */
final class SettingValues {
  private static final String BY_DEFAULT = "default";

  private final Problems problems;
  private final Map<String, Object> values = new HashMap<>();
  private final Map<String, String> sources = new HashMap<>();

  SettingValues(Problems problems) {
    this.problems = problems;
    for (SettingDefinition<?> each : SettingsTable.byKey().values()) {
      set(each, each.defaultText(), BY_DEFAULT);
    }
  }

  /** Sets a value, or tells what is wrong with it. */
  void set(SettingDefinition<?> setting, String text, String where) {
    Optional<?> value = setting.type().parser().apply(text.strip());
    if (value.isPresent()) {
      values.put(setting.key(), value.get());
      sources.put(setting.key(), where);
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
    if (get(SettingsTable.GRPC_LISTEN).isEmpty() && get(SettingsTable.GRPC_UNIX_SOCKET).isEmpty()) {
      problem(
          SettingsTable.GRPC_LISTEN,
          SettingsTable.GRPC_UNIX_SOCKET,
          "empty, and so is grpc.unix_socket: nobody could call");
    }
    if (get(SettingsTable.REDIS_TENANT_NAMESPACES).contains(get(SettingsTable.REDIS_NAMESPACE))) {
      problem(
          SettingsTable.REDIS_TENANT_NAMESPACES,
          SettingsTable.REDIS_NAMESPACE,
          "'" + get(SettingsTable.REDIS_NAMESPACE) + "' is redis.namespace, the server's own");
    }
    checkExposure();
  }

  /** What other machines can reach is encrypted, and asks who they are; unless somebody says so. */
  private void checkExposure() {
    Optional<ListenAddress> grpc = get(SettingsTable.GRPC_LISTEN).filter(Exposure::isExposed);
    if (grpc.isPresent() && !get(SettingsTable.GRPC_ALLOW_PLAINTEXT)) {
      problem(
          SettingsTable.GRPC_LISTEN,
          SettingsTable.GRPC_ALLOW_PLAINTEXT,
          Exposure.withoutTls(grpc.get(), "grpc"));
    }
    if (grpc.isPresent()
        && get(SettingsTable.AUTH_CREDENTIALS_FILE).isEmpty()
        && !get(SettingsTable.AUTH_ANONYMOUS_GUARD)) {
      problem(
          SettingsTable.GRPC_LISTEN,
          SettingsTable.AUTH_CREDENTIALS_FILE,
          Exposure.withoutCredentials(grpc.get()));
    }
    Optional<ListenAddress> http = get(SettingsTable.HTTP_LISTEN).filter(Exposure::isExposed);
    if (http.isPresent() && !get(SettingsTable.HTTP_ALLOW_PLAINTEXT)) {
      problem(
          SettingsTable.HTTP_LISTEN,
          SettingsTable.HTTP_ALLOW_PLAINTEXT,
          Exposure.withoutTls(http.get(), "http"));
    }
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
            get(SettingsTable.GRPC_MAX_MESSAGE_BYTES),
            get(SettingsTable.GRPC_MAX_METADATA_BYTES),
            get(SettingsTable.GRPC_MAX_IN_FLIGHT),
            get(SettingsTable.GRPC_REFLECTION),
            get(SettingsTable.GRPC_DRAIN),
            get(SettingsTable.GRPC_THREADS),
            get(SettingsTable.GRPC_ALLOW_PLAINTEXT)),
        new Http(
            get(SettingsTable.HTTP_LISTEN),
            get(SettingsTable.HTTP_ALLOW_PLAINTEXT),
            get(SettingsTable.HTTP_OPEN_METRICS)),
        new Auth(
            get(SettingsTable.AUTH_CREDENTIALS_FILE),
            get(SettingsTable.AUTH_RELOAD_INTERVAL),
            get(SettingsTable.AUTH_LOCAL_GUARD),
            get(SettingsTable.AUTH_ANONYMOUS_GUARD),
            get(SettingsTable.AUTH_FAILED_LOGINS),
            new Quota(
                get(SettingsTable.AUTH_MAX_IN_FLIGHT),
                get(SettingsTable.AUTH_CALLS_PER_SECOND),
                get(SettingsTable.AUTH_MAX_STREAMS))),
        new Redis(
            get(SettingsTable.REDIS_URI),
            get(SettingsTable.REDIS_NAMESPACE),
            get(SettingsTable.REDIS_TENANT_NAMESPACES),
            get(SettingsTable.REDIS_CONNECT_TIMEOUT),
            get(SettingsTable.REDIS_COMMAND_TIMEOUT),
            get(SettingsTable.REDIS_ALLOW_EVICTION),
            get(SettingsTable.REDIS_VERIFY_CONFIG)),
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
            get(SettingsTable.LIMITS_USAGE_DAYS)),
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
            get(SettingsTable.CATALOG_FILE), get(SettingsTable.CATALOG_RELOAD_INTERVAL)));
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
