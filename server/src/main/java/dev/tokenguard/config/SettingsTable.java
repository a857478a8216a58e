package dev.tokenguard.config;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.tokenguard.config.Settings.Appendfsync;
import dev.tokenguard.config.Settings.ClientAuth;
import dev.tokenguard.config.Settings.LogFormat;
import dev.tokenguard.config.Settings.LogLevel;
import dev.tokenguard.config.Settings.SocketAccess;
import dev.tokenguard.domain.Amounts;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every setting there is, with its type, its default and what it does: names, parsing, checks and
 * documentation all come from here. To add one, add it here and to {@link Settings}.
 */
public final class SettingsTable {
  private static final Map<String, SettingDefinition<?>> BY_KEY = new LinkedHashMap<>();

  static final SettingDefinition<Optional<ListenAddress>> GRPC_LISTEN =
      define(
          "grpc.listen",
          SettingType.address(),
          "127.0.0.1:7707",
          "Where services call; empty for a Unix socket only. Port 0 takes any free one");
  static final SettingDefinition<Optional<Path>> GRPC_UNIX_SOCKET =
      define("grpc.unix_socket", SettingType.optionalPath(), "", "Unix socket where services call");
  static final SettingDefinition<SocketAccess> GRPC_UNIX_SOCKET_ACCESS =
      define(
          "grpc.unix_socket_access",
          SettingType.choice(SocketAccess.class),
          "owner",
          "Who may use it: the server's user, the socket's group too, or everybody");
  static final SettingDefinition<Integer> GRPC_MAX_MESSAGE_BYTES =
      define(
          "grpc.max_message_bytes",
          SettingType.integer(1024, 16 << 20),
          "1048576",
          "Size of a request at most");
  static final SettingDefinition<Integer> GRPC_MAX_METADATA_BYTES =
      define(
          "grpc.max_metadata_bytes",
          SettingType.integer(1024, 1 << 20),
          "8192",
          "Size of the headers of a call at most");
  static final SettingDefinition<Integer> GRPC_MAX_IN_FLIGHT =
      define(
          "grpc.max_in_flight",
          SettingType.integer(1, 1_000_000),
          "1024",
          "Calls worked on at a time; more are refused at once");
  static final SettingDefinition<Boolean> GRPC_REFLECTION =
      define(
          "grpc.reflection",
          SettingType.flag(),
          "false",
          "Whether tools such as grpcurl may ask what can be called");
  static final SettingDefinition<Duration> GRPC_DRAIN =
      define(
          "grpc.drain",
          SettingType.duration(ofSeconds(0), ofHours(1)),
          "10s",
          "How long calls may take to finish when the server is told to stop");
  static final SettingDefinition<Duration> GRPC_STOP_DELAY =
      define(
          "grpc.stop_delay",
          SettingType.duration(ofSeconds(0), ofHours(1)),
          "0s",
          "How long to serve on before that, for callers that were told to stop at the same time");
  static final SettingDefinition<Integer> GRPC_THREADS =
      define(
          "grpc.threads",
          SettingType.integer(0, 1024),
          "0",
          "Threads that serve connections; 0 for as many as there are cores");
  static final SettingDefinition<Boolean> GRPC_TLS =
      define(
          "grpc.tls",
          SettingType.flag(),
          "true",
          "Whether this port speaks TLS, once tls.certificate is set; a Unix socket never does");
  static final SettingDefinition<ClientAuth> GRPC_CLIENT_AUTH =
      define(
          "grpc.client_auth",
          SettingType.choice(ClientAuth.class),
          "none",
          "Whether callers show a certificate of tls.client_ca: never, if they have one, always");
  static final SettingDefinition<Integer> GRPC_MAX_CONNECTIONS =
      define(
          "grpc.max_connections",
          SettingType.integer(1, 1_000_000),
          "1024",
          "Connections at a time, the Unix socket's counted apart; more are closed at once");
  static final SettingDefinition<Integer> GRPC_MAX_CONCURRENT_STREAMS =
      define(
          "grpc.max_concurrent_streams",
          SettingType.integer(1, 1_000_000),
          "2048",
          "Calls and watches of one connection at a time; its client keeps more waiting");
  static final SettingDefinition<Duration> GRPC_HANDSHAKE_TIMEOUT =
      define(
          "grpc.handshake_timeout",
          SettingType.duration(ofMillis(100), ofMinutes(5)),
          "10s",
          "How long a new connection may take to say hello, TLS included");
  static final SettingDefinition<Duration> GRPC_RECEIVE_TIMEOUT =
      define(
          "grpc.receive_timeout",
          SettingType.duration(ofMillis(100), ofMinutes(5)),
          "10s",
          "How long the request of a call that has begun may take to arrive");
  static final SettingDefinition<Duration> GRPC_MAX_CONNECTION_IDLE =
      define(
          "grpc.max_connection_idle",
          SettingType.duration(ofSeconds(1), ofDays(30)),
          "15m",
          "How long a connection may be without a call before it is closed");
  static final SettingDefinition<Duration> GRPC_MAX_CONNECTION_AGE =
      define(
          "grpc.max_connection_age",
          SettingType.duration(ofSeconds(0), ofDays(30)),
          "0s",
          "How old a connection may become before its client has to make another; 0s for any age");

  static final SettingDefinition<Boolean> GRPC_ALLOW_PLAINTEXT =
      define(
          "grpc.allow_plaintext",
          SettingType.flag(),
          "false",
          "Listen to other machines without TLS, where something else encrypts, such as a mesh");

  static final SettingDefinition<Optional<ListenAddress>> HTTP_LISTEN =
      define(
          "http.listen",
          SettingType.address(),
          "127.0.0.1:7780",
          "Where metrics, health and the console are; empty for none of them");
  static final SettingDefinition<Boolean> HTTP_TLS =
      define(
          "http.tls",
          SettingType.flag(),
          "true",
          "Whether this port speaks TLS, once tls.certificate is set");
  static final SettingDefinition<ClientAuth> HTTP_CLIENT_AUTH =
      define(
          "http.client_auth",
          SettingType.choice(ClientAuth.class),
          "none",
          "Whether callers show a certificate of tls.client_ca; probes of Kubernetes have none");
  static final SettingDefinition<Integer> HTTP_MAX_CONNECTIONS =
      define(
          "http.max_connections",
          SettingType.integer(1, 1_000_000),
          "256",
          "Connections at a time; more are closed at once");
  static final SettingDefinition<Integer> HTTP_MAX_HEADER_BYTES =
      define(
          "http.max_header_bytes",
          SettingType.integer(1024, 1 << 20),
          "8192",
          "Size of a request's line and headers at most");
  static final SettingDefinition<Duration> HTTP_RECEIVE_TIMEOUT =
      define(
          "http.receive_timeout",
          SettingType.duration(ofMillis(100), ofMinutes(5)),
          "10s",
          "How long a request may take to arrive, and a connection may be without one");
  static final SettingDefinition<Set<String>> HTTP_CORS_ORIGINS =
      define(
          "http.cors_origins",
          SettingType.names(
              "https?://[a-z0-9.-]+(:[0-9]{1,5})?",
              32,
              "origins such as https://shop.example, with commas"),
          "",
          "Pages of which origins may call RPCs from a browser, as the token display does");

  static final SettingDefinition<Optional<Path>> TLS_CERTIFICATE =
      define(
          "tls.certificate",
          SettingType.optionalPath(),
          "",
          "Certificate of this server and what leads to its CA, as PEM; empty for no TLS");
  static final SettingDefinition<Optional<Path>> TLS_KEY =
      define("tls.key", SettingType.optionalPath(), "", "Its private key, as PKCS#8 in PEM");
  static final SettingDefinition<Optional<Path>> TLS_CLIENT_CA =
      define(
          "tls.client_ca",
          SettingType.optionalPath(),
          "",
          "CAs whose certificates callers may show, as PEM; see grpc.client_auth");
  static final SettingDefinition<Duration> TLS_RELOAD_INTERVAL =
      define(
          "tls.reload_interval",
          SettingType.duration(ofMillis(100), ofHours(24)),
          "10s",
          "How often these files are looked at for changes");

  static final SettingDefinition<Boolean> HTTP_ALLOW_PLAINTEXT =
      define(
          "http.allow_plaintext",
          SettingType.flag(),
          "false",
          "Listen to other machines without TLS, for probes and scrapes within a cluster");
  static final SettingDefinition<Boolean> HTTP_OPEN_METRICS =
      define(
          "http.open_metrics",
          SettingType.flag(),
          "false",
          "Show metrics to other machines without a credential");

  static final SettingDefinition<Optional<Path>> AUTH_CREDENTIALS_FILE =
      define(
          "auth.credentials_file",
          SettingType.optionalPath(),
          "",
          "File of API keys and client certificates; empty for none");
  static final SettingDefinition<Duration> AUTH_RELOAD_INTERVAL =
      define(
          "auth.reload_interval",
          SettingType.duration(ofMillis(100), ofHours(1)),
          "5s",
          "How often the file of credentials, and a JWKS file, are looked at for changes");
  static final SettingDefinition<Boolean> AUTH_LOCAL_GUARD =
      define(
          "auth.local_guard",
          SettingType.flag(),
          "true",
          "Callers on this machine, or on the Unix socket, are guards without a credential");
  static final SettingDefinition<Boolean> AUTH_ANONYMOUS_GUARD =
      define(
          "auth.anonymous_guard",
          SettingType.flag(),
          "false",
          "Callers on other machines are guards without a credential");
  static final SettingDefinition<Integer> AUTH_FAILED_LOGINS =
      define(
          "auth.failed_logins",
          SettingType.integer(0, 1_000_000),
          "30",
          "Failed logins of an address in a minute before its JWTs are not looked at; 0 for any"
              + " number");
  static final SettingDefinition<Integer> AUTH_MAX_IN_FLIGHT =
      define(
          "auth.max_in_flight",
          SettingType.integer(0, 1_000_000),
          "0",
          "Calls of one credential worked on at a time; 0 for no limit but grpc.max_in_flight");
  static final SettingDefinition<Integer> AUTH_CALLS_PER_SECOND =
      define(
          "auth.calls_per_second",
          SettingType.integer(0, 1_000_000),
          "0",
          "Calls of one credential in a second; 0 for no limit");
  static final SettingDefinition<Integer> AUTH_MAX_STREAMS =
      define(
          "auth.max_streams",
          SettingType.integer(0, 1_000_000),
          "0",
          "Watches and exports of one credential at a time; 0 for no limit but"
              + " watch.max_streams");

  static final SettingDefinition<Duration> AUTH_DISPLAY_TOKEN_TTL =
      define(
          "auth.display_token_ttl",
          SettingType.duration(ofSeconds(1), ofHours(24)),
          "15m",
          "How long a display token is good if its maker does not say");
  static final SettingDefinition<Duration> AUTH_DISPLAY_TOKEN_MAX_TTL =
      define(
          "auth.display_token_max_ttl",
          SettingType.duration(ofSeconds(1), ofHours(24)),
          "1h",
          "How long a display token may be good");

  static final SettingDefinition<Optional<URI>> AUTH_JWKS =
      define(
          "auth.jwks",
          JwtSettings.jwks(),
          "",
          "Where the keys are that JWTs are signed with (a JWKS); empty to accept no JWT");
  static final SettingDefinition<Optional<Path>> AUTH_JWKS_CA =
      define(
          "auth.jwks_ca",
          SettingType.optionalPath(),
          "",
          "PEM file of the authorities that the server of an https JWKS is certified by; empty for"
              + " those that Java knows");
  static final SettingDefinition<String> AUTH_JWT_ISSUER =
      define(
          "auth.jwt_issuer",
          JwtSettings.text(),
          "",
          "Who must have issued a JWT (`iss`, letter by letter); needed with auth.jwks");
  static final SettingDefinition<String> AUTH_JWT_AUDIENCE =
      define(
          "auth.jwt_audience",
          JwtSettings.text(),
          "",
          "Whom a JWT must be meant for (one of `aud`); needed with auth.jwks");
  static final SettingDefinition<Set<String>> AUTH_JWT_ALGORITHMS =
      define(
          "auth.jwt_algorithms", JwtSettings.algorithms(), "RS256,ES256", "How JWTs may be signed");
  static final SettingDefinition<Duration> AUTH_JWT_LEEWAY =
      define(
          "auth.jwt_leeway",
          SettingType.duration(ofSeconds(0), ofMinutes(5)),
          "30s",
          "How far the clocks of issuer and server may be apart");
  static final SettingDefinition<String> AUTH_JWT_ROLE_CLAIM =
      define(
          "auth.jwt_role_claim",
          JwtSettings.claim(),
          "tokenguard_role",
          "Claim of the role: a name or a list of names. Parts may have dots between them, such as"
              + " realm_access.roles");
  static final SettingDefinition<String> AUTH_JWT_ACCOUNTS_CLAIM =
      define(
          "auth.jwt_accounts_claim",
          JwtSettings.claim(),
          "tokenguard_accounts",
          "Claim of the accounts: a list of ids, or of prefixes such as shop-*. A JWT without it"
              + " sees all");
  static final SettingDefinition<String> AUTH_JWT_NAMESPACE_CLAIM =
      define(
          "auth.jwt_namespace_claim",
          JwtSettings.claim(),
          "tokenguard_namespace",
          "Claim of the tenant; a JWT without it is for redis.namespace");

  static final SettingDefinition<Optional<String>> REDIS_URI =
      define(
          "redis.uri",
          SettingType.redisUri(),
          "",
          "The Redis that keeps the state; empty to start one of its own, for one server only");
  static final SettingDefinition<String> REDIS_NAMESPACE =
      define(
          "redis.namespace",
          SettingType.name("[a-zA-Z0-9_-]{1,32}", "1 to 32 of a-z, A-Z, 0-9, '_' and '-'"),
          "tg",
          "What every key begins with");
  static final SettingDefinition<Set<String>> REDIS_TENANT_NAMESPACES =
      define(
          "redis.tenant_namespaces",
          SettingType.names("[a-zA-Z0-9_-]{1,32}", 32, "names as redis.namespace, with commas"),
          "",
          "Namespaces of other tenants, whom credentials name, in the same Redis");
  static final SettingDefinition<Duration> REDIS_CONNECT_TIMEOUT =
      define(
          "redis.connect_timeout",
          SettingType.duration(ofMillis(10), ofMinutes(5)),
          "2s",
          "How long a connection may take to be made");
  static final SettingDefinition<Duration> REDIS_COMMAND_TIMEOUT =
      define(
          "redis.command_timeout",
          SettingType.duration(ofMillis(10), ofMinutes(5)),
          "2s",
          "How long a command may take to be answered");
  static final SettingDefinition<Integer> REDIS_DURABILITY =
      define(
          "redis.durability",
          SettingType.durability(),
          "async",
          "What a change waits for before it is answered: nothing but the master, or so many replicas");
  static final SettingDefinition<Duration> REDIS_DURABILITY_TIMEOUT =
      define(
          "redis.durability_timeout",
          SettingType.duration(ofMillis(10), ofMinutes(1)),
          "500ms",
          "How long it waits for them; then the reply says replication_pending");
  static final SettingDefinition<Boolean> REDIS_ALLOW_EVICTION =
      define(
          "redis.allow_eviction",
          SettingType.flag(),
          "false",
          "Accept a Redis that drops keys when memory is short, and balances with them");
  static final SettingDefinition<Boolean> REDIS_VERIFY_CONFIG =
      define(
          "redis.verify_config",
          SettingType.flag(),
          "true",
          "Look at version, eviction policy and persistence at start; needs INFO");
  static final SettingDefinition<Optional<Path>> REDIS_USERNAME_FILE =
      define(
          "redis.username_file",
          SettingType.optionalPath(),
          "",
          "File with the ACL user, instead of one in redis.uri");
  static final SettingDefinition<Optional<Path>> REDIS_PASSWORD_FILE =
      define(
          "redis.password_file",
          SettingType.optionalPath(),
          "",
          "File with the password, instead of one in redis.uri; read anew for every connection");
  static final SettingDefinition<Optional<Path>> REDIS_SENTINEL_PASSWORD_FILE =
      define(
          "redis.sentinel_password_file",
          SettingType.optionalPath(),
          "",
          "File with the password of the Sentinels, if they ask for one: that of the server is not sent"
              + " to them");
  static final SettingDefinition<Optional<Path>> REDIS_TLS_CA =
      define(
          "redis.tls_ca",
          SettingType.optionalPath(),
          "",
          "CAs that Redis' certificate may come from, as PEM; empty for those that Java knows");
  static final SettingDefinition<Optional<Path>> REDIS_TLS_CERTIFICATE =
      define(
          "redis.tls_certificate",
          SettingType.optionalPath(),
          "",
          "Certificate to show to Redis, as PEM; empty for none");
  static final SettingDefinition<Optional<Path>> REDIS_TLS_KEY =
      define("redis.tls_key", SettingType.optionalPath(), "", "Its private key, as PKCS#8 in PEM");
  static final SettingDefinition<Boolean> REDIS_TLS_VERIFY_HOST =
      define(
          "redis.tls_verify_host",
          SettingType.flag(),
          "true",
          "Whether Redis' certificate must name the host in redis.uri");

  static final SettingDefinition<Path> EMBEDDED_DATA_DIR =
      define(
          "embedded.data_dir",
          SettingType.requiredPath(),
          "tokenguard-data",
          "Folder of the embedded Redis");
  static final SettingDefinition<String> EMBEDDED_REDIS_SERVER =
      define(
          "embedded.redis_server",
          SettingType.executable(),
          "",
          "Its executable, or `bundled`; empty for redis-server on the PATH, else the bundled one");
  static final SettingDefinition<Appendfsync> EMBEDDED_APPENDFSYNC =
      define(
          "embedded.appendfsync",
          SettingType.choice(Appendfsync.class),
          "everysec",
          "When a change is on disk: before its answer (always), or within a second (everysec)");
  static final SettingDefinition<Integer> EMBEDDED_PORT =
      define(
          "embedded.port",
          SettingType.integer(0, 65535),
          "0",
          "Its port on 127.0.0.1; 0 for a Unix socket in the folder, else any free port");

  static final SettingDefinition<Duration> RESERVATIONS_DEFAULT_TTL =
      define(
          "reservations.default_ttl",
          SettingType.duration(ofSeconds(1), ofDays(30)),
          "10m",
          "How long a reservation lives if its caller does not say");
  static final SettingDefinition<Duration> RESERVATIONS_MAX_TTL =
      define(
          "reservations.max_ttl",
          SettingType.duration(ofSeconds(1), ofDays(30)),
          "24h",
          "How long a caller may let one live");
  static final SettingDefinition<Duration> RESERVATIONS_MEMORY =
      define(
          "reservations.memory",
          SettingType.duration(ofHours(1), ofDays(90)),
          "24h",
          "How long an outcome is remembered for repeated calls; callers count on 24h");
  static final SettingDefinition<Integer> RESERVATIONS_MAX_OPEN =
      define(
          "reservations.max_open",
          SettingType.integer(1, 1_000_000),
          "10000",
          "Open reservations of an account at most");

  static final SettingDefinition<Long> LIMITS_MAX_AMOUNT =
      define(
          "limits.max_amount",
          SettingType.number(1, Amounts.MAX),
          String.valueOf(Amounts.MAX),
          "Tokens of one type in one call at most");
  static final SettingDefinition<Integer> LIMITS_LEDGER_ENTRIES =
      define(
          "limits.ledger_entries",
          SettingType.integer(1, 1_000_000),
          "10000",
          "Entries that the ledger of an account keeps at most");
  static final SettingDefinition<Duration> LIMITS_LEDGER_AGE =
      define(
          "limits.ledger_age",
          SettingType.duration(ofDays(1), ofDays(36_500)),
          "400d",
          "How long the ledger keeps an entry; older ones are folded into one");
  static final SettingDefinition<Integer> LIMITS_MEMBERS =
      define(
          "limits.members",
          SettingType.integer(1, 1_000_000),
          "10000",
          "Members of an account at most");
  static final SettingDefinition<Integer> LIMITS_GRANTS =
      define(
          "limits.grants",
          SettingType.integer(1, 500),
          "100",
          "Grants of an account at most, of which something is left");
  static final SettingDefinition<Duration> LIMITS_REQUEST_MEMORY =
      define(
          "limits.request_memory",
          SettingType.duration(ofHours(24), ofDays(90)),
          "7d",
          "How long a change by an operator is remembered for repeated requests");
  static final SettingDefinition<Integer> LIMITS_USAGE_DAYS =
      define(
          "limits.usage_days",
          SettingType.integer(1, 3650),
          "400",
          "Days for which usage by feature, token type and member is kept");

  static final SettingDefinition<Integer> LIMITS_RECENT_DENIALS =
      define(
          "limits.recent_denials",
          SettingType.integer(0, 1000),
          "20",
          "Denials of an account that are kept for operators to look at, for 7 days after the last;"
              + " 0 for none");

  static final SettingDefinition<Integer> ADMIN_EVENTS_MAX_CHANGES =
      define(
          "admin_events.max_changes",
          SettingType.integer(100, 1_000_000),
          "50000",
          "Events of operators' changes that are kept, in each namespace");
  static final SettingDefinition<Integer> ADMIN_EVENTS_MAX_ATTEMPTS =
      define(
          "admin_events.max_attempts",
          SettingType.integer(100, 1_000_000),
          "5000",
          "Events of their attempts that changed nothing: refused, or done before");
  static final SettingDefinition<Duration> ADMIN_EVENTS_MAX_AGE =
      define(
          "admin_events.max_age",
          SettingType.duration(ofDays(1), ofDays(3650)),
          "400d",
          "How long either is kept at most");

  static final SettingDefinition<Boolean> SWEEP_ENABLED =
      define(
          "sweep.enabled",
          SettingType.flag(),
          "true",
          "Whether this server takes part in the background walk; one of many does it at a time");
  static final SettingDefinition<Integer> SWEEP_RATE =
      define(
          "sweep.accounts_per_second",
          SettingType.integer(10, 100_000),
          "3000",
          "Accounts that the walk looks at in a second at most");
  static final SettingDefinition<Duration> SWEEP_PAUSE =
      define(
          "sweep.pause",
          SettingType.duration(ofMillis(100), ofHours(24)),
          "10s",
          "Time between two walks");

  static final SettingDefinition<Duration> WATCH_INTERVAL =
      define(
          "watch.interval",
          SettingType.duration(ofMillis(50), ofMinutes(1)),
          "500ms",
          "How often a watched account is looked at");
  static final SettingDefinition<Integer> WATCH_MAX_STREAMS =
      define(
          "watch.max_streams",
          SettingType.integer(0, 100_000),
          "1000",
          "Balances watched at a time");

  static final SettingDefinition<LogFormat> LOG_FORMAT =
      define("log.format", SettingType.choice(LogFormat.class), "human", "How a log line looks");
  static final SettingDefinition<LogLevel> LOG_LEVEL =
      define("log.level", SettingType.choice(LogLevel.class), "info", "What is logged at least");

  static final SettingDefinition<Optional<Path>> CATALOG_FILE =
      define(
          "catalog.file",
          SettingType.optionalPath(),
          "",
          "File of token types, features and plans; empty for the one that comes along");
  static final SettingDefinition<Duration> CATALOG_RELOAD_INTERVAL =
      define(
          "catalog.reload_interval",
          SettingType.duration(ofMillis(100), ofHours(1)),
          "5s",
          "How often the file is looked at for changes");

  static final SettingDefinition<Optional<URI>> TRACING_OTLP_ENDPOINT =
      define(
          "tracing.otlp_endpoint",
          SettingType.httpUri(),
          "",
          "Collector that calls are traced to, by OTLP over HTTP; empty for no tracing at all");
  static final SettingDefinition<Double> TRACING_SAMPLING_RATIO =
      define(
          "tracing.sampling_ratio",
          SettingType.ratio(),
          "1",
          "Share of calls that are traced, of those whose caller does not say whether to");
  static final SettingDefinition<String> TRACING_SERVICE_NAME =
      define(
          "tracing.service_name",
          SettingType.name("\\S(.{0,126}\\S)?", "1 to 128 characters"),
          "tokenguard",
          "As what this server is shown");
  static final SettingDefinition<Boolean> TRACING_ACCOUNT_IDS =
      define(
          "tracing.account_ids",
          SettingType.flag(),
          "false",
          "Whether spans of scripts tell the account");

  private SettingsTable() {}

  /** Every setting by its key, in the order of the documentation. */
  static Map<String, SettingDefinition<?>> byKey() {
    return Collections.unmodifiableMap(BY_KEY);
  }

  /** Every setting as a command line's help tells it, in the order of the documentation. */
  public static List<Described> described() {
    return BY_KEY.values().stream()
        .map(each -> new Described(each.key(), each.defaultText(), each.doc()))
        .toList();
  }

  /**
   * A setting in words.
   *
   * @param key its name, {@code group.name}
   * @param defaultText its default; may be empty
   * @param doc what it is, in one line
   */
  public record Described(String key, String defaultText, String doc) {}

  /** The documentation of every setting, as a table in Markdown that ends with a line break. */
  public static String markdown() {
    List<String> lines = new ArrayList<>();
    lines.add("| setting | default | what it is |");
    lines.add("|---|---|---|");
    for (SettingDefinition<?> each : BY_KEY.values()) {
      String shown = each.defaultText().isEmpty() ? "" : "`" + each.defaultText() + "`";
      // How durations are written need not be said in every row.
      String expected = each.type().expected().replace(", " + DurationText.EXAMPLES, "");
      lines.add(String.format("| `%s` | %s | %s (%s) |", each.key(), shown, each.doc(), expected));
    }
    return String.join("\n", lines) + "\n";
  }

  private static <T> SettingDefinition<T> define(
      String key, SettingType<T> type, String defaultText, String doc) {
    SettingDefinition<T> definition = new SettingDefinition<>(key, type, defaultText, doc);
    BY_KEY.put(key, definition);
    return definition;
  }
}
