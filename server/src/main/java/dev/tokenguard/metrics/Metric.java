package dev.tokenguard.metrics;

import java.util.List;

/**
 * Every meter of TokenGuard: what it is called, what it counts, by what. Labels have few values,
 * all known beforehand: names of the catalog, of RPCs, of scripts, of enums. Never an account.
 */
enum Metric {
  DECISIONS(
      Type.COUNTER,
      "tokenguard.decisions",
      "Answers of CheckAndReserve and Consume, repetitions left out; reason is none when allowed",
      "feature",
      "outcome",
      "reason"),
  HELD(
      Type.COUNTER,
      "tokenguard.tokens.held",
      "Tokens set aside by reservations and raises",
      "token_type"),
  COMMITTED(
      Type.COUNTER,
      "tokenguard.tokens.committed",
      "Tokens charged by Commit and Consume, debt included",
      "token_type"),
  REFUNDED(
      Type.COUNTER,
      "tokenguard.tokens.refunded",
      "Held tokens returned by Refund, or by a Commit of less",
      "token_type"),
  EXPIRED(
      Type.COUNTER,
      "tokenguard.tokens.expired",
      "Held tokens returned because nobody settled the reservation in time",
      "token_type"),
  HOLDS_ENDED(
      Type.COUNTER,
      "tokenguard.holds.ended",
      "Holds of a token type that ended, each once: committed or refunded in time, or expired",
      "token_type",
      "end"),
  LAPSED(
      Type.COUNTER,
      "tokenguard.tokens.lapsed",
      "Tokens that ended unspent with their period or their own expiry",
      "token_type"),
  GRANTED(
      Type.COUNTER,
      "tokenguard.tokens.granted",
      "Tokens granted on top of allowances, by operators and by grants whose time has come",
      "token_type"),
  ACCOUNTS_OPENED(
      Type.COUNTER, "tokenguard.accounts.opened", "Accounts opened, by operators or a first use"),
  RESETS(Type.COUNTER, "tokenguard.resets", "Allowances that began a new period", "token_type"),
  BALANCE_LOW(
      Type.COUNTER,
      "tokenguard.balance.low",
      "Balances that fell below their threshold",
      "token_type"),
  OPEN(
      Type.GAUGE,
      "tokenguard.reservations.open",
      "Reservations made less those ended by this sidecar, of those that have not expired; sum it"
          + " over sidecars"),
  REPLAYS(
      Type.COUNTER,
      "tokenguard.replays",
      "Calls that repeated an id and were told the first outcome again",
      "rpc"),
  SCRIPT(
      Type.TIMER,
      "tokenguard.store.script",
      "Time from sending a script to Redis to decoding its reply",
      "script"),
  STORE_FAULTS(
      Type.COUNTER, "tokenguard.store.faults", "Calls that the store could not carry out", "fault"),
  PROFILE_MISSES(
      Type.COUNTER,
      "tokenguard.store.profile.misses",
      "Scripts repeated because the plan last seen for the account was not the one in force"),
  STORE_UP(Type.GAUGE, "tokenguard.store.up", "1 while the store can be used, else 0"),
  STORE_MASTERS_DOWN(
      Type.GAUGE,
      "tokenguard.store.masters.down",
      "Masters of Redis that do not take writes; of a Cluster, others may still serve"),
  REPLICATION_PENDING(
      Type.COUNTER,
      "tokenguard.store.replication.pending",
      "Changes that fewer replicas had in time than redis.durability asks for"),
  STORE_CLOCK_OFFSET(
      Type.GAUGE,
      "tokenguard.store.clock.offset.seconds",
      "How far the clock of Redis is ahead of this server's, by its last reply; less than 0.05 is"
          + " 0"),
  EMBEDDED(
      Type.GAUGE,
      "tokenguard.embedded.redis",
      "1 if the server brought its Redis along, for one server only, else 0"),
  EMBEDDED_RESTARTS(
      Type.COUNTER,
      "tokenguard.embedded.restarts",
      "Restarts of the Redis that the server brought"),
  CATALOG_RELOADS(
      Type.COUNTER,
      "tokenguard.catalog.reloads",
      "Changed catalog files that came into force (ok) or could not (rejected)",
      "result"),
  CATALOG_LOADED(
      Type.GAUGE,
      "tokenguard.catalog.loaded.timestamp.seconds",
      "When the catalog in force was loaded, in seconds since 1970"),
  CATALOG_REJECTED(
      Type.GAUGE,
      "tokenguard.catalog.rejected",
      "1 while the catalog file cannot be used and another catalog stays in force, else 0"),
  CREDENTIALS_RELOADS(
      Type.COUNTER,
      "tokenguard.credentials.reloads",
      "Changed files of credentials that came into force (ok) or could not (rejected)",
      "result"),
  JWKS_REFRESHES(
      Type.COUNTER,
      "tokenguard.jwks.refreshes",
      "Looks at the keys of JWTs that found usable ones (ok) or did not (failed)",
      "result"),
  AUTH_FAILURES(
      Type.COUNTER,
      "tokenguard.auth.failures",
      "Calls turned away because of who made them",
      "reason"),
  ADMIN_EVENTS(
      Type.COUNTER,
      "tokenguard.admin.events",
      "Changes that operators asked for, by what came of them",
      "outcome"),
  ADMIN_EVENTS_UNFINISHED(
      Type.COUNTER,
      "tokenguard.admin.events.unfinished",
      "Events into which what came of the change could not be written"),
  CALLS(
      Type.COUNTER,
      "tokenguard.grpc.calls",
      "gRPC calls that ended, health and reflection left out",
      "method",
      "code"),
  CALL_TIME(
      Type.TIMER,
      "tokenguard.grpc.call",
      "Time from a unary gRPC call's first byte to its last",
      "method"),
  REFUSALS(
      Type.COUNTER,
      "tokenguard.grpc.refusals",
      "gRPC calls turned away on arrival, with nothing done",
      "reason"),
  CALLS_IN_FLIGHT(Type.GAUGE, "tokenguard.grpc.calls.in.flight", "Unary gRPC calls in flight"),
  WATCHES(Type.GAUGE, "tokenguard.grpc.watches", "WatchBalance streams that are open"),
  SWEEP_HOLDER(
      Type.GAUGE,
      "tokenguard.sweep.holder",
      "1 on the sidecar that walks over all accounts, else 0"),
  SWEEP_LAST_WALK(
      Type.GAUGE,
      "tokenguard.sweep.last.walk.timestamp.seconds",
      "When this sidecar last ended a walk, in seconds since 1970; 0 for never"),
  SWEEP_WALK_SECONDS(
      Type.GAUGE, "tokenguard.sweep.walk.seconds", "How long that walk took, in seconds"),
  SWEEP_DRIFTED(
      Type.GAUGE,
      "tokenguard.sweep.drifted.accounts",
      "Accounts that are damaged or whose sums are off, by that walk; must be 0"),
  SWEEP_ACCOUNTS(Type.COUNTER, "tokenguard.sweep.accounts", "Accounts that the walk has looked at"),
  SWEEP_TOUCHED(
      Type.COUNTER, "tokenguard.sweep.touched", "Accounts that the walk has done something to"),
  SWEEP_RETURNED(
      Type.COUNTER,
      "tokenguard.sweep.holds.returned",
      "Holds that the walk has returned because their time was over"),
  CONNECTIONS(
      Type.GAUGE,
      "tokenguard.connections",
      "Connections that are open, by port: grpc or http",
      "port"),
  CONNECTIONS_REFUSED(
      Type.COUNTER,
      "tokenguard.connections.refused",
      "Connections closed at once, because as many were open as the port takes",
      "port"),
  CERTIFICATE_EXPIRES(
      Type.GAUGE,
      "tokenguard.certificate.expires.timestamp.seconds",
      "When the certificate in use ends, in seconds since 1970; use is grpc, http or redis",
      "use"),
  CERTIFICATE_RELOADS(
      Type.COUNTER,
      "tokenguard.certificate.reloads",
      "Changed certificate files that came into use (ok) or could not (rejected)",
      "use",
      "result"),
  CERTIFICATE_REJECTED(
      Type.GAUGE,
      "tokenguard.certificate.rejected",
      "1 while the certificate files cannot be used and those before stay in use, else 0",
      "use"),
  BUILD_INFO(
      Type.GAUGE,
      "tokenguard.build.info",
      "Always 1; the labels tell the build",
      "version",
      "java",
      "layout"),
  CLIENT_CALLS(
      Type.COUNTER,
      "tokenguard.client.calls",
      "gRPC calls by the client's library and version; none if it says nothing, other if it is not"
          + " known or there are too many",
      "client");

  /** What kind of number it is. */
  enum Type {
    COUNTER("_total", ""),
    GAUGE("", ""),
    TIMER("_seconds", "seconds");

    private final String suffix;
    private final String unit;

    Type(String suffix, String unit) {
      this.suffix = suffix;
      this.unit = unit;
    }
  }

  private final Type type;
  private final String id;
  private final String help;

  @SuppressWarnings("ImmutableEnumChecker") // List.of
  private final List<String> labels;

  Metric(Type type, String id, String help, String... labels) {
    this.type = type;
    this.id = id;
    this.help = help;
    this.labels = List.of(labels);
  }

  Type type() {
    return type;
  }

  /** The name that Micrometer is given. */
  String id() {
    return id;
  }

  /** The name that Prometheus is given. */
  String exposedName() {
    return id.replace('.', '_') + type.suffix;
  }

  String unit() {
    return type.unit;
  }

  String help() {
    return help;
  }

  List<String> labels() {
    return labels;
  }
}
