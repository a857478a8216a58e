package dev.tokenguard.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.config.Settings.Appendfsync;
import dev.tokenguard.config.Settings.ClientAuth;
import dev.tokenguard.config.Settings.LogFormat;
import dev.tokenguard.config.Settings.LogLevel;
import dev.tokenguard.config.Settings.SocketAccess;
import dev.tokenguard.domain.EffectiveSetting;
import dev.tokenguard.domain.EffectiveSetting.Source;
import dev.tokenguard.domain.Quota;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsLoaderTest {
  @TempDir Path folder;

  @Test
  void eachSourceGoesOverTheOneBefore() throws Exception {
    Path file =
        file(
            """
            redis: {namespace: file, command_timeout: 1s, connect_timeout: 3s}
            watch:
              interval: 250ms
            log:
            """);
    Map<String, String> environment =
        Map.of(
            "TOKENGUARD_REDIS_NAMESPACE", "environment",
            "TOKENGUARD_REDIS_COMMAND_TIMEOUT", "5s",
            "PATH", "/bin");

    Settings settings = SettingsLoader.load(file, environment, Map.of("redis.namespace", "flag"));

    assertEquals("flag", settings.redis().namespace());
    assertEquals(Duration.ofSeconds(5), settings.redis().commandTimeout());
    assertEquals(Duration.ofSeconds(3), settings.redis().connectTimeout());
    assertEquals(Duration.ofMillis(250), settings.watch().interval());
    assertEquals(Settings.LogLevel.INFO, settings.log().level());
  }

  @Test
  void withoutAnySourceThereAreDefaults() throws Exception {
    assertEquals(SettingsLoader.defaults(), SettingsLoader.load(null, Map.of(), Map.of()));
    assertEquals(
        SettingsLoader.defaults(),
        SettingsLoader.load(file("# all commented out\n"), Map.of(), Map.of()));
  }

  @Test
  void theEnvironmentMayNameTheFile() throws Exception {
    Path file = file("log: {level: debug}");

    Settings settings =
        SettingsLoader.load(null, Map.of("TOKENGUARD_CONFIG", file.toString()), Map.of());

    assertEquals(LogLevel.DEBUG, settings.log().level());
  }

  @Test
  void everySettingReachesItsPlace() throws Exception {
    Settings settings =
        SettingsLoader.load(
            file(
                """
                grpc:
                  listen: "[::1]:0"
                  unix_socket: /run/tg.sock
                  unix_socket_access: group
                  max_message_bytes: 1024
                  max_metadata_bytes: 2048
                  max_in_flight: 3
                  reflection: true
                  drain: 4s
                  stop_delay: 51s
                  threads: 5
                  allow_plaintext: true
                  tls: true
                  client_auth: required
                  max_connections: 31
                  max_concurrent_streams: 32
                  handshake_timeout: 33s
                  receive_timeout: 34s
                  max_connection_idle: 35s
                  max_connection_age: 36s
                http:
                  listen: ""
                  allow_plaintext: true
                  open_metrics: true
                  tls: false
                  client_auth: none
                  max_connections: 37
                  max_header_bytes: 1038
                  receive_timeout: 39s
                  cors_origins: "https://shop.example, http://localhost:3000"
                tls: {certificate: forty, key: fortyone, client_ca: fortytwo, reload_interval: 43s}
                auth:
                  credentials_file: keys
                  reload_interval: 29s
                  local_guard: false
                  anonymous_guard: true
                  failed_logins: 30
                  max_in_flight: 31
                  calls_per_second: 32
                  max_streams: 33
                  display_token_ttl: 34s
                  display_token_max_ttl: 35s
                  jwks: https://issuer.example/keys
                  jwks_ca: thirtyfour
                  jwt_issuer: https://issuer.example
                  jwt_audience: thirtyfive
                  jwt_algorithms: ES512, PS256
                  jwt_leeway: 36s
                  jwt_role_claim: thirty.seven
                  jwt_accounts_claim: thirty.eight
                  jwt_namespace_claim: thirty.nine
                redis:
                  uri: rediss://localhost
                  username_file: fortyfour
                  password_file: fortyfive
                  tls_ca: fortysix
                  tls_certificate: fortyseven
                  tls_key: fortyeight
                  tls_verify_host: false
                  namespace: six
                  tenant_namespaces: seven, eight
                  connect_timeout: 7s
                  command_timeout: 8s
                  durability: replicas:9
                  durability_timeout: 49ms
                  allow_eviction: true
                  verify_config: false
                embedded: {data_dir: nine, redis_server: ten, appendfsync: always, port: 11}
                reservations: {default_ttl: 12s, max_ttl: 13s, memory: PT14H, max_open: 15}
                limits:
                  max_amount: 16
                  ledger_entries: 18
                  ledger_age: 22d
                  members: 23
                  grants: 24
                  request_memory: 25h
                  usage_days: 26
                  recent_denials: 27
                admin_events: {max_changes: 134, max_attempts: 135, max_age: 36d}
                sweep: {enabled: false, accounts_per_second: 27, pause: 28s}
                watch: {interval: 190ms, max_streams: 20}
                log: {format: JSON, level: Error}
                catalog: {file: twentyone, reload_interval: 220ms}
                tracing:
                  otlp_endpoint: http://collector:4318
                  sampling_ratio: 0.25
                  service_name: guard
                  account_ids: true
                """),
            Map.of(),
            Map.of());

    assertEquals(
        new Settings(
            new Settings.Grpc(
                Optional.of(new ListenAddress("::1", 0)),
                Optional.of(Path.of("/run/tg.sock")),
                SocketAccess.GROUP,
                1024,
                2048,
                3,
                true,
                Duration.ofSeconds(4),
                Duration.ofSeconds(51),
                5,
                true,
                true,
                ClientAuth.REQUIRED,
                new Settings.Connections(
                    31,
                    32,
                    Duration.ofSeconds(33),
                    Duration.ofSeconds(34),
                    Duration.ofSeconds(35),
                    Duration.ofSeconds(36))),
            new Settings.Http(
                Optional.empty(),
                true,
                true,
                false,
                ClientAuth.NONE,
                37,
                1038,
                Duration.ofSeconds(39),
                Set.of("https://shop.example", "http://localhost:3000")),
            new Settings.Tls(
                Optional.of(Path.of("forty")),
                Optional.of(Path.of("fortyone")),
                Optional.of(Path.of("fortytwo")),
                Duration.ofSeconds(43)),
            new Settings.Auth(
                Optional.of(Path.of("keys")),
                Duration.ofSeconds(29),
                false,
                true,
                30,
                new Quota(31, 32, 33),
                new Settings.DisplayTokens(Duration.ofSeconds(34), Duration.ofSeconds(35)),
                Optional.of(
                    new Settings.Jwt(
                        URI.create("https://issuer.example/keys"),
                        Optional.of(Path.of("thirtyfour")),
                        "https://issuer.example",
                        "thirtyfive",
                        Set.of("ES512", "PS256"),
                        Duration.ofSeconds(36),
                        "thirty.seven",
                        "thirty.eight",
                        "thirty.nine"))),
            new Settings.Redis(
                Optional.of("rediss://localhost"),
                "six",
                Set.of("seven", "eight"),
                Duration.ofSeconds(7),
                Duration.ofSeconds(8),
                9,
                Duration.ofMillis(49),
                true,
                false,
                Optional.of(Path.of("fortyfour")),
                Optional.of(Path.of("fortyfive")),
                Optional.empty(),
                new Settings.RedisTls(
                    Optional.of(Path.of("fortysix")),
                    Optional.of(Path.of("fortyseven")),
                    Optional.of(Path.of("fortyeight")),
                    false)),
            new Settings.Embedded(Path.of("nine"), "ten", Appendfsync.ALWAYS, 11),
            new Settings.Reservations(
                Duration.ofSeconds(12), Duration.ofSeconds(13), Duration.ofHours(14), 15),
            new Settings.Limits(16, 18, Duration.ofDays(22), 23, 24, Duration.ofHours(25), 26, 27),
            new Settings.AdminEvents(134, 135, Duration.ofDays(36)),
            new Settings.Sweep(false, 27, Duration.ofSeconds(28)),
            new Settings.Watch(Duration.ofMillis(190), 20),
            new Settings.Log(LogFormat.JSON, LogLevel.ERROR),
            new Settings.CatalogSource(Optional.of(Path.of("twentyone")), Duration.ofMillis(220)),
            new Settings.Tracing(
                Optional.of(URI.create("http://collector:4318")), 0.25, "guard", true),
            settings.effective()),
        settings);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "grpc.listen=0.0.0.0:1 auth.credentials_file=keys | grpc.listen: 0.0.0.0:1 can be reached from"
            + " other machines, without TLS (expected: 127.0.0.1 or a Unix socket, or a certificate,"
            + " or grpc.allow_plaintext=true where something else encrypts)",
        "grpc.listen=0.0.0.0:1 grpc.allow_plaintext=true  | grpc.listen: 0.0.0.0:1 can be reached from"
            + " other machines, and there are no credentials (expected: auth.credentials_file or"
            + " auth.jwks, or auth.anonymous_guard=true to let everybody reserve and settle)",
        "http.listen=[::]:1 | http.listen: [::]:1 can be reached from other machines, without TLS"
            + " (expected: 127.0.0.1 or a Unix socket, or a certificate, or http.allow_plaintext=true"
            + " where something else encrypts)",
        "grpc.listen=0.0.0.0:1 grpc.allow_plaintext=true auth.credentials_file=keys | ''",
        "grpc.listen=0.0.0.0:1 grpc.allow_plaintext=true auth.anonymous_guard=true  | ''",
        "grpc.listen=0.0.0.0:1 grpc.allow_plaintext=true auth.jwks=keys auth.jwt_issuer=i"
            + " auth.jwt_audience=a | ''",
        "grpc.listen=127.0.0.2:1 http.listen=localhost:1 | ''",
        "http.listen=0.0.0.0:1 http.allow_plaintext=true | ''",
        "redis.namespace=a redis.tenant_namespaces=b,a   | redis.tenant_namespaces: 'a' is"
            + " redis.namespace, the server's own",
      })
  void isNotOpenByMistake(String flags, String problem) {
    Map<String, String> values = new HashMap<>();
    for (String flag : flags.split(" ")) {
      values.put(flag.split("=", 2)[0], flag.split("=", 2)[1]);
    }
    String said = "";
    try {
      SettingsLoader.load(null, Map.of(), values);
    } catch (SettingsException e) {
      said = e.getMessage().replaceFirst("^--\\S+: ", "");
    }

    assertEquals(problem, said);
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "grpc.listen            | ''             | grpc.listen: empty, and so is grpc.unix_socket:"
            + " nobody could call",
        "grpc.listen            | :7707          | grpc.listen: ':7707' (expected: host:port, such"
            + " as 127.0.0.1:7707, [::1]:7707 or 0.0.0.0:7707 for every interface; or nothing)",
        "grpc.listen            | localhost:70000 | grpc.listen: 'localhost:70000' (expected:"
            + " host:port, such as 127.0.0.1:7707, [::1]:7707 or 0.0.0.0:7707 for every interface;"
            + " or nothing)",
        "grpc.max_message_bytes | 64K            | grpc.max_message_bytes: '64K' (expected: a whole"
            + " number from 1024 to 16777216)",
        "grpc.threads           | -1             | grpc.threads: '-1' (expected: a whole number"
            + " from 0 to 1024)",
        "grpc.reflection        | yes            | grpc.reflection: 'yes' (expected: true or"
            + " false)",
        "grpc.drain             | 10             | grpc.drain: '10' (expected: 0s to 1h, such as"
            + " 500ms, 10s, 5m or 24h)",
        "grpc.drain             | PT-1S          | grpc.drain: 'PT-1S' (expected: 0s to 1h, such as"
            + " 500ms, 10s, 5m or 24h)",
        "redis.namespace        | a:b            | redis.namespace: 'a:b' (expected: 1 to 32 of"
            + " a-z, A-Z, 0-9, '_' and '-')",
        "redis.namespace        | ''             | redis.namespace: nothing (expected: 1 to 32 of"
            + " a-z, A-Z, 0-9, '_' and '-')",
        "redis.command_timeout  | 0s             | redis.command_timeout: '0s' (expected: 10ms to"
            + " 5m, such as 500ms, 10s, 5m or 24h)",
        "embedded.appendfsync   | no             | embedded.appendfsync: 'no' (expected: always,"
            + " everysec)",
        "embedded.data_dir      | ''             | embedded.data_dir: nothing (expected: a path)",
        "reservations.memory    | 59m            | reservations.memory: '59m' (expected: 1h to"
            + " 90d, such as 500ms, 10s, 5m or 24h)",
        "reservations.max_ttl   | 5m             | reservations.default_ttl: longer than"
            + " reservations.max_ttl",
        "limits.max_amount      | 9007199254740992 | limits.max_amount: '9007199254740992'"
            + " (expected: a whole number from 1 to 9007199254740991)",
        "redis.namspace         | x              | unknown flag (did you mean 'redis.namespace'?)",
        "namespace              | x              | unknown flag (the nearest known one is"
            + " 'redis.namespace')",
      })
  void tellsWhatIsWrongWithAFlag(String key, String value, String problem) {
    assertEquals(
        List.of("--" + key + ": " + problem), problems(null, Map.of(), Map.of(key, value)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "tls.certificate=a | tls.certificate: set, but not its private key, tls.key",
        "tls.key=a | tls.key: set, but not its certificate, tls.certificate",
        "grpc.client_auth=required | grpc.client_auth: needs TLS: set tls.certificate and tls.key",
        "tls.certificate=a,tls.key=b,http.client_auth=optional | http.client_auth: needs"
            + " tls.client_ca, to know callers by",
        "tls.certificate=a,tls.key=b,tls.client_ca=c | tls.client_ca: set, but nobody is asked for"
            + " a certificate: set grpc.client_auth or http.client_auth to required or optional",
        "tls.certificate=a,tls.key=b,tls.client_ca=c,grpc.client_auth=required,grpc.tls=false |"
            + " grpc.client_auth: needs TLS, which grpc.tls=false turns off",
        "redis.uri=redis://a,redis.tls_ca=b | redis.tls_ca: set, but redis.uri asks for no TLS:"
            + " rediss:// does",
        "redis.durability=replicas:1 | redis.durability: asks for replicas, and the embedded Redis has"
            + " none: set redis.uri",
        "redis.uri=redis://a,redis.durability=replicas:1,redis.durability_timeout=2s |"
            + " redis.durability_timeout: must be at most half of redis.command_timeout, or changes"
            + " time out before they are answered",
        "redis.uri=rediss://a,redis.tls_key=b | redis.tls_key: set, but not its certificate,"
            + " redis.tls_certificate",
        "redis.uri=redis://a,redis.username_file=b | redis.username_file: set, but not"
            + " redis.password_file",
        "redis.password_file=b | redis.password_file: set, but not redis.uri: the embedded Redis"
            + " has a password of its own",
        "redis.uri=redis://me:secret@a,redis.password_file=b | redis.password_file: set, and so is"
            + " a password in redis.uri: take one of them away",
        "redis.uri=redis://a,redis.sentinel_password_file=b | redis.sentinel_password_file: set, but"
            + " redis.uri names no Sentinels: redis-sentinel:// does",
      })
  void tellsWhatIsOfNoUseAlone(String flags, String problem) {
    Map<String, String> byName = new HashMap<>();
    for (String flag : flags.split(",")) {
      byName.put(flag.substring(0, flag.indexOf('=')), flag.substring(flag.indexOf('=') + 1));
    }

    List<String> problems = problems(null, Map.of(), byName);

    assertEquals(1, problems.size(), problems::toString);
    assertTrue(problems.get(0).endsWith(": " + problem), problems::toString);
  }

  @Test
  void tellsWhatIsWrongInEverySource() throws Exception {
    Path file =
        file(
            """
            redis:
              namspace: x
              connect_timeout: [1s]
              command_timeout:
            redi: {uri: x}
            log.level: debug
            http: off
            """);

    assertEquals(
        List.of(
            file + ":2:3: redis.namspace: unknown setting (did you mean 'redis.namespace'?)",
            file + ":3:20: redis.connect_timeout: a list (expected: a value)",
            file
                + ":4:3: redis.command_timeout: nothing (expected: 10ms to 5m, such as 500ms, 10s,"
                + " 5m or 24h)",
            file + ":5:1: redi: unknown group of settings (did you mean 'redis'?)",
            file + ":6:1: log.level: a dotted key (expected: its group, and the name below it)",
            file + ":7:7: http: off (expected: a mapping)",
            "TOKENGUARD_LOG_LEVEL: log.level: 'loud' (expected: error, warn, info, debug, trace)",
            "TOKENGUARD_REDISURI: unknown environment variable"
                + " (did you mean 'TOKENGUARD_REDIS_URI'?)",
            "--embedded.port: embedded.port: 'x' (expected: a whole number from 0 to 65535)"),
        problems(
            file,
            Map.of("TOKENGUARD_LOG_LEVEL", "loud", "TOKENGUARD_REDISURI", "x"),
            Map.of("embedded.port", "x")));
  }

  @Test
  void tellsThatTheFileCannotBeRead() {
    Path file = folder.resolve("missing.yaml");

    assertEquals(List.of(file + ": no such file"), problems(file, Map.of(), Map.of()));
  }

  /** What Kubernetes sets in every pod beside a Service of the name tokenguard. */
  @ParameterizedTest
  @CsvSource({
    "TOKENGUARD_SERVICE_HOST, 10.0.0.1",
    "TOKENGUARD_SERVICE_PORT, 7707",
    "TOKENGUARD_SERVICE_PORT_GRPC, 7707",
    "TOKENGUARD_PORT, tcp://10.0.0.1:7707",
    "TOKENGUARD_PORT_7707_TCP, tcp://10.0.0.1:7707",
    "TOKENGUARD_PORT_7707_TCP_PROTO, tcp",
    "TOKENGUARD_PORT_7707_TCP_PORT, 7707",
    "TOKENGUARD_PORT_7707_TCP_ADDR, 10.0.0.1",
    "TOKENGUARD_REDIS_SERVICE_HOST, 10.0.0.1",
    "TOKENGUARD_REDIS_PORT, tcp://10.0.0.1:6379",
    "TOKENGUARD_EMBEDDED_PORT, tcp://10.0.0.1:6379",
  })
  void passesOverWhatKubernetesSets(String variable, String value) throws Exception {
    assertEquals(
        SettingsLoader.defaults(), SettingsLoader.load(null, Map.of(variable, value), Map.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TOKENGUARD_PORT", "TOKENGUARD_REDIS_PORT", "TOKENGUARD_"})
  void aVariableThatOnlyLooksLikeThatIsUnknown(String variable) {
    assertEquals(1, problems(null, Map.of(variable, "7707"), Map.of()).size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://localhost:6379/1",
        "rediss://user:password@host:6380?timeout=1s",
        "redis+tls://host",
        "redis-socket:///run/redis.sock",
        "redis-sentinel://a:26379,b:26379#main",
      })
  void takesUrisOfEveryKindOfRedis(String uri) throws Exception {
    Settings settings = SettingsLoader.load(null, Map.of(), Map.of("redis.uri", uri));

    assertEquals(Optional.of(uri), settings.redis().uri());
  }

  @Test
  void noMessageShowsAPassword() throws Exception {
    String uri = "redis://user:se/cr@et@host";

    assertFalse(
        SettingsLoader.load(null, Map.of(), Map.of("redis.uri", uri)).toString().contains("cr@"));
    List<String> problems = problems(null, Map.of(), Map.of("redis.uri", "http" + uri));
    assertTrue(problems.get(0).contains("'httpredis://***@host'"), problems.get(0));
  }

  @Test
  void tellsWhereEachSettingComesFrom() throws Exception {
    Path file = file("log:\n  level: debug\n  format: json\n");

    Settings settings =
        SettingsLoader.load(
            file,
            Map.of(
                "TOKENGUARD_LOG_FORMAT", "human", "TOKENGUARD_REDIS_URI", "redis://u:se@cr@host/1"),
            Map.of("grpc.max-in-flight", "7"));

    assertEquals(
        List.of(
            new EffectiveSetting(
                "grpc.max_in_flight", "7", "1024", Source.FLAG, "--grpc.max-in-flight"),
            new EffectiveSetting(
                "redis.uri", "redis://***@host/1", "", Source.ENVIRONMENT, "TOKENGUARD_REDIS_URI"),
            new EffectiveSetting(
                "log.format", "human", "human", Source.ENVIRONMENT, "TOKENGUARD_LOG_FORMAT"),
            new EffectiveSetting("log.level", "debug", "info", Source.FILE, file + ":2:3")),
        settings.effective().stream().filter(each -> each.source() != Source.DEFAULT).toList());
    assertEquals(SettingsTable.byKey().size(), settings.effective().size());
    assertEquals(
        new EffectiveSetting("redis.namespace", "tg", "tg", Source.DEFAULT, ""),
        settings.effective().stream()
            .filter(each -> each.name().equals("redis.namespace"))
            .findFirst()
            .orElseThrow());
    assertFalse(settings.toString().contains("cr@"), "a password");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "collector:4318",
        "ftp://collector",
        "http://",
        "http://user:secret@collector",
        "http://collector?key=secret"
      })
  void takesOnlyPlainUrlsOfCollectors(String url) {
    List<String> problems = problems(null, Map.of(), Map.of("tracing.otlp_endpoint", url));
    assertTrue(problems.get(0).contains("expected: a URL such as"), problems.get(0));
    assertFalse(problems.get(0).contains("user:secret"), problems.get(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-0.1", "1.1", "half", "1e-3", ""})
  void aRatioIsFrom0To1(String ratio) {
    assertEquals(1, problems(null, Map.of(), Map.of("tracing.sampling_ratio", ratio)).size());
  }

  @Test
  void flagsMayBeWrittenWithDashes() throws Exception {
    Settings settings = SettingsLoader.load(null, Map.of(), Map.of("redis.connect-timeout", "1m"));

    assertEquals(Duration.ofMinutes(1), settings.redis().connectTimeout());
  }

  private static List<String> problems(
      @Nullable Path file, Map<String, String> environment, Map<String, String> flags) {
    return assertThrows(
            SettingsException.class, () -> SettingsLoader.load(file, environment, flags))
        .problems()
        .stream()
        .map(Problem::toString)
        .toList();
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("tokenguard.yaml"), text);
  }
}
