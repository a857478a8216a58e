package dev.tokenguard.config;

import dev.tokenguard.domain.EffectiveSetting;
import dev.tokenguard.domain.Quota;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that can be set, checked and with defaults filled in. {@link SettingsTable} says what
 * each setting is for. Immutable.
 *
 * @param grpc the port that services call
 * @param http the port of metrics, health and the console
 * @param tls the certificate of both ports
 * @param auth who may call
 * @param redis the Redis that keeps the state
 * @param embedded the Redis that the server starts if none is named
 * @param reservations how long reservations live
 * @param limits what a caller may ask for at most
 * @param adminEvents what is kept of what operators did
 * @param sweep the background walk over all accounts
 * @param watch the streams of live balances
 * @param log what is logged, and how
 * @param catalog token types, features and plans
 * @param tracing whether calls are traced, and where to
 * @param effective all of them in words, with where each was set
 */
public record Settings(
    Grpc grpc,
    Http http,
    Tls tls,
    Auth auth,
    Redis redis,
    Embedded embedded,
    Reservations reservations,
    Limits limits,
    AdminEvents adminEvents,
    Sweep sweep,
    Watch watch,
    Log log,
    CatalogSource catalog,
    Tracing tracing,
    List<EffectiveSetting> effective) {

  /**
   * The gRPC server.
   *
   * @param listen where it listens on TCP; empty for nowhere
   * @param unixSocket path of the Unix socket it listens on; empty for none
   * @param unixSocketAccess who may use that socket
   * @param maxMessageBytes size of a request at most
   * @param maxMetadataBytes size of the headers of a call at most
   * @param maxInFlight calls that are worked on at a time; more are refused
   * @param reflection whether callers may ask which services there are
   * @param drain how long calls may take to finish when the server stops
   * @param stopDelay how long the server serves on before that
   * @param threads threads that serve connections; 0 for as many as there are cores
   * @param allowPlaintext whether other machines may be listened to without TLS
   * @param tls whether it speaks TLS if there is a certificate
   * @param clientAuth whether callers show certificates
   * @param connections what a connection may do
   */
  public record Grpc(
      Optional<ListenAddress> listen,
      Optional<Path> unixSocket,
      SocketAccess unixSocketAccess,
      int maxMessageBytes,
      int maxMetadataBytes,
      int maxInFlight,
      boolean reflection,
      Duration drain,
      Duration stopDelay,
      int threads,
      boolean allowPlaintext,
      boolean tls,
      ClientAuth clientAuth,
      Connections connections) {}

  /**
   * What connections to the gRPC port may do.
   *
   * @param max connections at a time
   * @param maxStreams calls and watches of one of them at a time
   * @param handshakeTimeout how long one may take to be made
   * @param receiveTimeout how long a request may take to arrive
   * @param maxIdle how long one may be without a call
   * @param maxAge how old one may become; zero for any age
   */
  public record Connections(
      int max,
      int maxStreams,
      Duration handshakeTimeout,
      Duration receiveTimeout,
      Duration maxIdle,
      Duration maxAge) {}

  /** Who may use a Unix socket. */
  public enum SocketAccess {
    /** The user that the server runs as. */
    OWNER,
    /** That user, and the group of the socket: in a pod, containers that run as other users. */
    GROUP,
    /** Every user of the machine who can enter its folder. */
    ALL
  }

  /**
   * The HTTP server.
   *
   * @param listen where it listens; empty for no HTTP at all
   * @param allowPlaintext whether other machines may be listened to without TLS
   * @param openMetrics whether other machines see metrics without a credential
   * @param tls whether it speaks TLS if there is a certificate
   * @param clientAuth whether callers show certificates
   * @param maxConnections connections at a time
   * @param maxHeaderBytes size of a request's headers at most
   * @param receiveTimeout how long a request may take to arrive
   * @param corsOrigins pages of which origins may call RPCs
   */
  public record Http(
      Optional<ListenAddress> listen,
      boolean allowPlaintext,
      boolean openMetrics,
      boolean tls,
      ClientAuth clientAuth,
      int maxConnections,
      int maxHeaderBytes,
      Duration receiveTimeout,
      Set<String> corsOrigins) {}

  /**
   * Certificates, for every port that speaks TLS.
   *
   * @param certificate file of the server's certificate; empty for no TLS
   * @param key file of its private key
   * @param clientCa file of the CAs of callers' certificates
   * @param reloadInterval how often the files are looked at
   */
  public record Tls(
      Optional<Path> certificate,
      Optional<Path> key,
      Optional<Path> clientCa,
      Duration reloadInterval) {}

  /** Whether callers show a certificate. */
  public enum ClientAuth {
    /** They are not asked for one. */
    NONE,
    /** They may; one that is not good is refused. */
    OPTIONAL,
    /** They must. */
    REQUIRED
  }

  /**
   * Who may call.
   *
   * @param credentialsFile API keys and client certificates; empty for none
   * @param reloadInterval how often the file is looked at for changes
   * @param localGuard whether callers on this machine are guards without a credential
   * @param anonymousGuard whether all callers are
   * @param failedLogins of an address in a minute before its tokens are not looked at; 0 for any
   *     number
   * @param quota of a credential that has none of its own
   * @param displayTokens what end users' browsers are given
   * @param jwt which signed tokens are accepted; empty for none
   */
  public record Auth(
      Optional<Path> credentialsFile,
      Duration reloadInterval,
      boolean localGuard,
      boolean anonymousGuard,
      int failedLogins,
      Quota quota,
      DisplayTokens displayTokens,
      Optional<Jwt> jwt) {}

  /**
   * Display tokens.
   *
   * @param ttl how long one is good if its maker does not say
   * @param maxTtl how long one may be good
   */
  public record DisplayTokens(Duration ttl, Duration maxTtl) {}

  /**
   * Signed tokens.
   *
   * @param jwks where the keys are that they are signed with: a file, or an address of HTTP
   * @param jwksCa the authorities that the server of that address is certified by; empty for those
   *     that Java knows
   * @param issuer who must have issued them
   * @param audience whom they must be meant for
   * @param algorithms how they may be signed
   * @param leeway how far clocks may be apart
   * @param roleClaim where a token tells the role
   * @param accountsClaim where it tells the accounts
   * @param namespaceClaim where it tells the tenant
   */
  public record Jwt(
      URI jwks,
      Optional<Path> jwksCa,
      String issuer,
      String audience,
      Set<String> algorithms,
      Duration leeway,
      String roleClaim,
      String accountsClaim,
      String namespaceClaim) {

    /** Keeps a copy. */
    public Jwt {
      algorithms = Collections.unmodifiableSet(new LinkedHashSet<>(algorithms));
    }
  }

  /**
   * The Redis that keeps the state.
   *
   * @param uri which one, with what credentials; empty for the embedded one
   * @param namespace what every key begins with
   * @param tenantNamespaces what the keys of other tenants begin with
   * @param connectTimeout how long a connection may take to be made
   * @param commandTimeout how long a command may take to be answered
   * @param durability so many replicas must have a change before it is answered; 0 for none
   * @param durabilityTimeout how long to wait for them
   * @param allowEviction whether a Redis is accepted that throws data away when memory is short
   * @param verifyConfig whether version, eviction and persistence are looked at at start
   * @param usernameFile file with the ACL user
   * @param passwordFile file with the password
   * @param sentinelPasswordFile file with the password of the Sentinels
   * @param tls how Redis is known by its certificate, where the URI asks for TLS
   */
  public record Redis(
      Optional<String> uri,
      String namespace,
      Set<String> tenantNamespaces,
      Duration connectTimeout,
      Duration commandTimeout,
      int durability,
      Duration durabilityTimeout,
      boolean allowEviction,
      boolean verifyConfig,
      Optional<Path> usernameFile,
      Optional<Path> passwordFile,
      Optional<Path> sentinelPasswordFile,
      RedisTls tls) {

    /** All but the password. */
    @Override
    public String toString() {
      return "Redis[uri="
          + uri.map(Secrets::mask).orElse("")
          + ", namespace="
          + namespace
          + ", tenantNamespaces="
          + tenantNamespaces
          + ", connectTimeout="
          + connectTimeout
          + ", commandTimeout="
          + commandTimeout
          + ", durability="
          + durability
          + ", durabilityTimeout="
          + durabilityTimeout
          + ", allowEviction="
          + allowEviction
          + ", verifyConfig="
          + verifyConfig
          + ", usernameFile="
          + usernameFile
          + ", passwordFile="
          + passwordFile
          + ", sentinelPasswordFile="
          + sentinelPasswordFile
          + ", tls="
          + tls
          + "]";
    }
  }

  /**
   * TLS to Redis.
   *
   * @param ca file of the CAs of Redis' certificate; empty for those that Java knows
   * @param certificate file of the certificate that is shown to Redis; empty for none
   * @param key file of its private key
   * @param verifyHost whether Redis' certificate must name the host
   */
  public record RedisTls(
      Optional<Path> ca, Optional<Path> certificate, Optional<Path> key, boolean verifyHost) {}

  /**
   * The Redis that the server starts itself.
   *
   * @param dataDir the folder of its data; made if it is not there
   * @param redisServer the executable; {@value #BUNDLED} for the one in the jar; empty for {@code
   *     redis-server} on the PATH, else the one in the jar
   * @param appendfsync when what was written is on disk
   * @param port its port on the loopback interface; 0 for a Unix socket in the data folder, or any
   *     free port where that cannot be
   */
  public record Embedded(Path dataDir, String redisServer, Appendfsync appendfsync, int port) {
    /** The {@code redisServer} that stands for the one in the jar. */
    public static final String BUNDLED = "bundled";
  }

  /** When Redis brings its log to disk. */
  public enum Appendfsync {
    /** Before it answers: nothing acknowledged is ever lost. */
    ALWAYS,
    /** Every second: a crash may lose about the last second. */
    EVERYSEC
  }

  /**
   * Reservations.
   *
   * @param defaultTtl how long one lives if its caller does not say
   * @param maxTtl how long a caller may let one live
   * @param memory how long the outcome of an ended one is remembered for repeated calls
   * @param maxOpen open ones of an account at most
   */
  public record Reservations(Duration defaultTtl, Duration maxTtl, Duration memory, int maxOpen) {}

  /**
   * What a caller may ask for.
   *
   * @param maxAmount tokens of one type in one call at most
   * @param ledgerEntries entries that an account's ledger keeps at most
   * @param ledgerAge how long it keeps an entry
   * @param members members of an account at most
   * @param grants grants of an account at most
   * @param requestMemory how long a change by an operator is remembered
   * @param usageDays days for which usage is kept
   * @param recentDenials denials of an account that are kept; 0 for none
   */
  public record Limits(
      long maxAmount,
      int ledgerEntries,
      Duration ledgerAge,
      int members,
      int grants,
      Duration requestMemory,
      int usageDays,
      int recentDenials) {}

  /**
   * What is kept of what operators did.
   *
   * @param maxChanges events of changes
   * @param maxAttempts events of attempts that changed nothing
   * @param maxAge of either
   */
  public record AdminEvents(int maxChanges, int maxAttempts, Duration maxAge) {}

  /**
   * The background walk over all accounts.
   *
   * @param enabled whether this server takes part
   * @param accountsPerSecond accounts that it looks at in a second at most
   * @param pause time between two walks
   */
  public record Sweep(boolean enabled, int accountsPerSecond, Duration pause) {}

  /**
   * Live balances.
   *
   * @param interval how often a watched account is looked at
   * @param maxStreams streams at a time
   */
  public record Watch(Duration interval, int maxStreams) {}

  /**
   * The log.
   *
   * @param format how a line looks
   * @param level what is logged at least
   */
  public record Log(LogFormat format, LogLevel level) {}

  /** How a line of the log looks. */
  public enum LogFormat {
    /** For people. */
    HUMAN,
    /** For machines: one JSON object. */
    JSON
  }

  /** What is logged at least. */
  public enum LogLevel {
    /** Only what needs somebody. */
    ERROR,
    /** What may need somebody. */
    WARN,
    /** What happens to the server. */
    INFO,
    /** What happens to calls. */
    DEBUG,
    /** Everything. */
    TRACE
  }

  /**
   * Where the catalog is.
   *
   * @param file its file; empty for the built-in example
   * @param reloadInterval how often the file is looked at for changes
   */
  public record CatalogSource(Optional<Path> file, Duration reloadInterval) {}

  /**
   * Tracing.
   *
   * @param otlpEndpoint where spans are sent to, over HTTP; empty for no tracing
   * @param samplingRatio share of the calls that are traced, of those whose caller does not say
   * @param serviceName as what the server is shown
   * @param accountIds whether spans tell of which account a script was
   */
  public record Tracing(
      Optional<URI> otlpEndpoint, double samplingRatio, String serviceName, boolean accountIds) {}
}
