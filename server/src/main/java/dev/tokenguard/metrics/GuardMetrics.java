package dev.tokenguard.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.CatalogStatus;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.domain.Settlement;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts what happens, and tells it to Prometheus. Thread-safe; what is called for every RPC takes
 * counters that were made before and costs well under a microsecond.
 */
public final class GuardMetrics implements AutoCloseable {

  private static final String OPEN_METRICS = "application/openmetrics-text";
  private static final String OPEN_METRICS_TYPE = OPEN_METRICS + "; version=1.0.0; charset=utf-8";
  private static final String TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** Faults worth an alert: there from the start, so that the first is an increase from 0. */
  private static final Set<Fault> FROM_THE_START =
      EnumSet.of(
          Fault.STORE_UNAVAILABLE,
          Fault.STORE_TIMEOUT,
          Fault.ACCOUNT_CORRUPT,
          Fault.LAYOUT_UNKNOWN,
          Fault.INTERNAL);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Meters meters = new Meters(registry);
  private final RuntimeMeters runtime = new RuntimeMeters(registry);
  private final DecisionMeters decisions;
  private final TokenMeters tokens;
  private final OpenReservations open;
  private final SweepMeters sweep;
  private final CallMeters calls;
  private final PortMeters ports = new PortMeters(meters);
  private final ClientMeters clients;
  private final ConcurrentMap<String, Counter> replays = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Timer> scripts = new ConcurrentHashMap<>();
  private final ConcurrentMap<Fault, Counter> storeFaults = new ConcurrentHashMap<>();
  private final Counter profileMisses;
  private final Counter replicationPending;
  private final Counter embeddedRestarts;
  private final Counter catalogsReloaded;
  private final Counter catalogsRejected;
  private final Counter credentialsReloaded;
  private final Counter credentialsRejected;
  private final Counter jwksRefreshed;
  private final Counter jwksFailed;
  private final ConcurrentMap<String, Counter> callersRefused = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Counter> adminEvents = new ConcurrentHashMap<>();
  private final Counter adminEventsUnfinished;
  private volatile boolean storeUp;
  private volatile boolean embedded;

  /**
   * Meters at zero.
   *
   * @param catalog the catalog in force, whose names are the only ones that become labels
   * @param clock tells which reservations have expired
   * @param maxTtl the longest time to live of a reservation
   * @param version of this build
   * @param layout in which it stores accounts
   */
  public GuardMetrics(
      Supplier<Catalog> catalog, Clock clock, Duration maxTtl, String version, long layout) {
    decisions = new DecisionMeters(meters, catalog);
    tokens = new TokenMeters(meters, catalog);
    sweep = new SweepMeters(meters);
    calls = new CallMeters(meters);
    open = new OpenReservations(clock, maxTtl);
    FROM_THE_START.forEach(this::storeFaultCounter);
    profileMisses = meters.counter(Metric.PROFILE_MISSES);
    replicationPending = meters.counter(Metric.REPLICATION_PENDING);
    embeddedRestarts = meters.counter(Metric.EMBEDDED_RESTARTS);
    catalogsReloaded = meters.counter(Metric.CATALOG_RELOADS, "ok");
    catalogsRejected = meters.counter(Metric.CATALOG_RELOADS, "rejected");
    credentialsReloaded = meters.counter(Metric.CREDENTIALS_RELOADS, "ok");
    credentialsRejected = meters.counter(Metric.CREDENTIALS_RELOADS, "rejected");
    jwksRefreshed = meters.counter(Metric.JWKS_REFRESHES, "ok");
    jwksFailed = meters.counter(Metric.JWKS_REFRESHES, "failed");
    callerRefusals("bad_credential");
    adminEvents("done");
    adminEventsUnfinished = meters.counter(Metric.ADMIN_EVENTS_UNFINISHED);
    meters.gauge(Metric.OPEN, open::open);
    meters.gauge(Metric.STORE_UP, () -> storeUp ? 1 : 0);
    meters.gauge(Metric.EMBEDDED, () -> embedded ? 1 : 0);
    meters.gauge(
        Metric.BUILD_INFO, () -> 1, version, Runtime.version().toString(), Long.toString(layout));
    clients = new ClientMeters(meters);
  }

  /** A reserve was answered. */
  public void reserved(Decision decision) {
    tokens.due(decision.account());
    if (replayed("CheckAndReserve", decision)) {
      return;
    }
    decisions.decided(decision);
    if (decision instanceof Decision.Allowed allowed) {
      Reservation reservation = allowed.reservation();
      open.opened(reservation.expiresAt());
      tokens.held(reservation.amounts());
      tokens.taken(reservation.amounts(), allowed.account());
    }
  }

  /** A consume was answered. */
  public void consumed(Decision decision) {
    tokens.due(decision.account());
    if (replayed("Consume", decision)) {
      return;
    }
    decisions.decided(decision);
    if (decision instanceof Decision.Allowed allowed) {
      tokens.committed(allowed.reservation().amounts());
      tokens.taken(allowed.reservation().amounts(), allowed.account());
    }
  }

  /** An extend was answered. */
  public void extended(Decision decision) {
    tokens.due(decision.account());
    if (decision instanceof Decision.Allowed allowed) {
      Reservation before = allowed.before();
      if (before != null) {
        Reservation after = allowed.reservation();
        open.ended(before.expiresAt());
        open.opened(after.expiresAt());
        tokens.raised(before.amounts(), after.amounts());
        tokens.taken(difference(after.amounts(), before.amounts()), allowed.account());
      }
    }
  }

  /** A reservation was charged. */
  public void committed(Settlement settlement) {
    tokens.due(settlement.account());
    if (settlement.replayed()) {
      replay("Commit");
      return;
    }
    open.ended(settlement.reservation().expiresAt());
    tokens.settledByCommit(settlement);
    tokens.committed(settlement.charged());
    tokens.refunded(settlement.returned());
    tokens.taken(
        difference(settlement.charged(), settlement.reservation().amounts()), settlement.account());
  }

  /** A reservation was returned by its caller. */
  public void refunded(Settlement settlement) {
    tokens.due(settlement.account());
    if (settlement.replayed()) {
      replay("Refund");
      return;
    }
    open.ended(settlement.reservation().expiresAt());
    tokens.settledByRefund(settlement);
    tokens.refunded(settlement.returned());
  }

  /** An operator has opened an account. */
  public void opened() {
    tokens.opened();
  }

  /** An operator has granted tokens that count at once. */
  public void granted(String tokenType, long amount) {
    tokens.granted(tokenType, amount);
  }

  /** An account was only looked at. */
  public void looked(AccountSnapshot account) {
    tokens.due(account);
  }

  /** Whether it is this server that walks over all accounts. */
  public void sweepHolder(boolean held) {
    sweep.holder(held);
  }

  /** The walk has looked at some accounts. */
  public void sweepLooked(long accounts, long touched, long holdsReturned) {
    sweep.looked(accounts, touched, holdsReturned);
  }

  /** The walk has looked at all accounts, of which so many are off. */
  public void sweepWalked(Instant ended, Duration took, long drifted) {
    sweep.walked(ended, took, drifted);
  }

  /** A script answered after so many nanoseconds. */
  public void scriptDone(String script, long nanos) {
    Timer timer = scripts.get(script);
    if (timer == null) {
      timer = scripts.computeIfAbsent(script, name -> meters.timer(Metric.SCRIPT, name));
    }
    timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** The store could not carry out a call. */
  public void storeFault(Fault fault) {
    storeFaultCounter(fault).increment();
  }

  private Counter storeFaultCounter(Fault fault) {
    Counter counter = storeFaults.get(fault);
    return counter != null
        ? counter
        : storeFaults.computeIfAbsent(
            fault, key -> meters.counter(Metric.STORE_FAULTS, key.name().toLowerCase(Locale.ROOT)));
  }

  /** A call ended, of a client that says this of itself; null if it says nothing. */
  public void calledBy(@Nullable String client) {
    clients.called(client);
  }

  /** A script was repeated with the right plan. */
  public void profileMiss() {
    profileMisses.increment();
  }

  /** Whether the store can be used. */
  public void storeUp(boolean up) {
    storeUp = up;
  }

  /** Where to ask how far the clock of the store is ahead of ours; called once. */
  public void watchStoreClock(Supplier<Duration> offset) {
    meters.gauge(Metric.STORE_CLOCK_OFFSET, () -> offset.get().toMillis() / 1000.0);
  }

  /** Watches how many masters of Redis do not take writes. */
  public void watchStoreMasters(IntSupplier down) {
    meters.gauge(Metric.STORE_MASTERS_DOWN, down::getAsInt);
  }

  /** A change was made that fewer replicas have than were asked for. */
  public void replicationPending() {
    replicationPending.increment();
  }

  /** The server uses a Redis that it brought along. */
  public void embeddedUsed() {
    embedded = true;
  }

  /** The Redis that the server brought along was started again. */
  public void embeddedRestarted() {
    embeddedRestarts.increment();
  }

  /** A changed catalog file came into force. */
  public void catalogReloaded() {
    catalogsReloaded.increment();
  }

  /** A changed catalog file could not come into force. */
  public void catalogRejected() {
    catalogsRejected.increment();
  }

  /** A changed file of credentials came into force. */
  public void credentialsReloaded() {
    credentialsReloaded.increment();
  }

  /** A changed file of credentials could not come into force. */
  public void credentialsRejected() {
    credentialsRejected.increment();
  }

  /** The keys of JWTs were looked at. */
  public void jwksLooked(boolean usable) {
    (usable ? jwksRefreshed : jwksFailed).increment();
  }

  /** A caller was turned away, for one of a few reasons. */
  public void callerRefused(String reason) {
    callerRefusals(reason).increment();
  }

  private Counter callerRefusals(String reason) {
    return callersRefused.computeIfAbsent(
        reason, name -> meters.counter(Metric.AUTH_FAILURES, name));
  }

  /** An operator's change ended, in one of a few ways. */
  public void adminEventEnded(String outcome) {
    adminEvents(outcome).increment();
  }

  private Counter adminEvents(String outcome) {
    return adminEvents.computeIfAbsent(outcome, name -> meters.counter(Metric.ADMIN_EVENTS, name));
  }

  /** What came of so many changes could not be recorded. */
  public void adminEventsUnfinished(int events) {
    adminEventsUnfinished.increment(events);
  }

  /** Where to ask how old the catalog in force is; called once. */
  public void watchCatalog(Supplier<CatalogStatus> catalog) {
    meters.gauge(Metric.CATALOG_LOADED, () -> catalog.get().loadedAt().toEpochMilli() / 1000.0);
    meters.gauge(Metric.CATALOG_REJECTED, () -> catalog.get().refused() ? 1 : 0);
  }

  /**
   * A gRPC call ended.
   *
   * @param method name of an RPC, or {@code unknown}
   * @param code name of the status code
   * @param stream whether it was a stream, whose length says nothing about speed
   */
  public void callEnded(String method, String code, boolean stream, long nanos) {
    calls.ended(method, code, stream, nanos);
  }

  /** A gRPC call was turned away on arrival. */
  public void callRefused(Fault reason) {
    calls.refused(reason);
  }

  /** What ports and their certificates are told of. */
  public PortMeters ports() {
    return ports;
  }

  /** Where to ask how busy the server is; called once. */
  public void watchServer(IntSupplier callsInFlight, IntSupplier watches) {
    calls.watch(callsInFlight, watches);
  }

  /** Adds what the JVM has to tell; best called when the server serves, for it takes a while. */
  public void bindRuntime() {
    runtime.bind();
  }

  /**
   * All meters, for Prometheus.
   *
   * @param accept value of the {@code Accept} header; null if there was none
   */
  public Scrape scrape(@Nullable String accept) {
    runtime.bind();
    String type = accept != null && accept.contains(OPEN_METRICS) ? OPEN_METRICS_TYPE : TEXT_TYPE;
    return new Scrape(type, registry.scrape(type).getBytes(UTF_8));
  }

  @Override
  public void close() {
    runtime.close();
    registry.close();
  }

  private boolean replayed(String rpc, Decision decision) {
    boolean replayed = decision instanceof Decision.Allowed allowed && allowed.replayed();
    if (replayed) {
      replay(rpc);
    }
    return replayed;
  }

  private void replay(String rpc) {
    Counter counter = replays.get(rpc);
    if (counter == null) {
      counter = replays.computeIfAbsent(rpc, name -> meters.counter(Metric.REPLAYS, name));
    }
    counter.increment();
  }

  /** What {@code of} has more than {@code than}. */
  private static Amounts difference(Amounts of, Amounts than) {
    Map<String, Long> more = new TreeMap<>();
    of.byType()
        .forEach(
            (type, amount) -> {
              if (amount > than.of(type)) {
                more.put(type, amount - than.of(type));
              }
            });
    return Amounts.of(more);
  }

  /**
   * All meters as text.
   *
   * @param contentType what format it is
   */
  @SuppressWarnings("ArrayRecordComponent") // written once, to one socket
  public record Scrape(String contentType, byte[] body) {}
}
