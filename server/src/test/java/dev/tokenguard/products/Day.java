package dev.tokenguard.products;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import dev.tokenguard.client.AccountUpdate;
import dev.tokenguard.client.TokenAdminClient;
import dev.tokenguard.testing.ManualClock;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.AuditAccountResponse;
import dev.tokenguard.v1.Balance;
import dev.tokenguard.v1.CheckAndReserveRequest;
import dev.tokenguard.v1.CheckAndReserveResponse;
import dev.tokenguard.v1.CheckRequest;
import dev.tokenguard.v1.CheckResponse;
import dev.tokenguard.v1.CommitRequest;
import dev.tokenguard.v1.CommitResponse;
import dev.tokenguard.v1.Denial;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.GetAccountRequest;
import dev.tokenguard.v1.RefundRequest;
import dev.tokenguard.v1.RefundResponse;
import dev.tokenguard.v1.Reservation;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TokenAdminServiceGrpc.TokenAdminServiceBlockingStub;
import dev.tokenguard.v1.TokenGuardServiceGrpc.TokenGuardServiceBlockingStub;
import dev.tokenguard.v1.TokenGuardServiceGrpc.TokenGuardServiceFutureStub;
import dev.tokenguard.v1.Transaction;
import dev.tokenguard.wire.Await;
import dev.tokenguard.wire.Books;
import dev.tokenguard.wire.Caller;
import dev.tokenguard.wire.WireServer;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A day of a product: a server on the product's catalog, a clock that goes when it is told to,
 * those who call, and verbs that say in a word what they call for.
 *
 * <p>The background walk is off, so that nothing happens but what a scenario does.
 */
final class Day implements AutoCloseable {

  private final WireServer server;
  private final ManualClock clock;
  private final Caller caller;
  private final TokenAdminClient admin;
  private final AtomicLong ids = new AtomicLong();

  private Day(WireServer server, ManualClock clock) {
    this.server = server;
    this.clock = clock;
    this.caller = server.caller();
    this.admin = TokenAdminClient.builder(caller.operators()).build();
  }

  /**
   * A day begins.
   *
   * @param catalog name of a file in {@code deploy/catalogs}, as {@code shop-assistant}
   * @param morning the time that it is
   * @param folder of the server's Redis
   * @param settings more settings, as {@code reservations.default_ttl=1h}
   */
  static Day begins(String catalog, String morning, Path folder, String... settings)
      throws Exception {
    ManualClock clock = new ManualClock(Instant.parse(morning));
    String[] all = new String[settings.length + 1];
    all[0] = "sweep.enabled=false";
    System.arraycopy(settings, 0, all, 1, settings.length);
    return new Day(WireServer.start(catalog(catalog), clock, folder, all), clock);
  }

  /** A catalog as it is delivered. */
  private static String catalog(String name) throws Exception {
    String path = "/dev/tokenguard/catalogs/" + name + ".yaml";
    try (InputStream file = Objects.requireNonNull(Day.class.getResourceAsStream(path), path)) {
      return new String(file.readAllBytes(), UTF_8);
    }
  }

  /** The server, for what has no verb. */
  WireServer server() {
    return server;
  }

  // Who calls

  /** A service of the product. */
  TokenGuardServiceBlockingStub guard() {
    return caller.stub();
  }

  /** A service of the product that does several things at once. */
  TokenGuardServiceFutureStub guardAtOnce() {
    return caller.futureStub();
  }

  /** An operator, with the Java client. */
  TokenAdminClient admin() {
    return admin;
  }

  /** An operator, with the generated stub: for requests that the client does not make. */
  TokenAdminServiceBlockingStub adminStub() {
    return TokenAdminServiceGrpc.newBlockingStub(caller.operators())
        .withDeadlineAfter(Await.LONG.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** An id that nobody has. */
  String id(String prefix) {
    return prefix + "-" + ids.incrementAndGet();
  }

  // Time

  /** What time it is. */
  Instant now() {
    return clock.instant();
  }

  /** Some time later. */
  void passes(Duration time) {
    clock.pass(time);
  }

  /** The moment at which something happens; not before now. */
  void comes(Instant moment) {
    assertTrue(!moment.isBefore(now()), () -> moment + " is over, it is " + now());
    clock.pass(Duration.between(now(), moment));
  }

  /** The next midnight of a zone, to the millisecond. */
  Instant nextMidnight(String zone) {
    return today(zone).plusDays(1).atStartOfDay(ZoneId.of(zone)).toInstant();
  }

  /** Which day it is in a zone. */
  LocalDate today(String zone) {
    return now().atZone(ZoneId.of(zone)).toLocalDate();
  }

  /** A time of an answer. */
  static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  // What a service does

  /** Work that may start: it is held what the feature costs. */
  Reservation reserve(String account, String feature) {
    return allowed(guard().checkAndReserve(work(account, feature).build()));
  }

  /** Work that may start on behalf of a member. */
  Reservation reserve(String account, String member, String feature) {
    return allowed(guard().checkAndReserve(work(account, feature).setMemberId(member).build()));
  }

  /** Work that may not start. */
  Denial denied(String account, String feature) {
    return denied(guard().checkAndReserve(work(account, feature).build()));
  }

  /** Why work may not start. */
  DenialReason whyNot(String account, String feature) {
    return denied(account, feature).getReason();
  }

  /** Work with an id of its own, to change before it is sent. */
  CheckAndReserveRequest.Builder work(String account, String feature) {
    return CheckAndReserveRequest.newBuilder()
        .setAccountId(account)
        .setFeature(feature)
        .setReservationId(id("work"));
  }

  /** The reservation of an answer that allows. */
  static Reservation allowed(CheckAndReserveResponse response) {
    assertTrue(response.hasReservation(), response::toString);
    Books.check(response.getBalancesList());
    return response.getReservation();
  }

  /** The denial of an answer that does not allow. */
  static Denial denied(CheckAndReserveResponse response) {
    assertTrue(response.hasDenial(), response::toString);
    Books.check(response.getBalancesList());
    return response.getDenial();
  }

  /** The work is done and took what was held. */
  CommitResponse commit(Reservation work) {
    return commit(CommitRequest.newBuilder(), work);
  }

  /** The work is done and took so much. */
  CommitResponse commit(Reservation work, Map<String, Long> actual) {
    CommitRequest.Builder request = CommitRequest.newBuilder();
    request.getActualBuilder().putAllAmounts(actual);
    return commit(request, work);
  }

  private CommitResponse commit(CommitRequest.Builder request, Reservation work) {
    CommitResponse response =
        guard()
            .commit(
                request
                    .setAccountId(work.getAccountId())
                    .setReservationId(work.getReservationId())
                    .build());
    Books.check(response.getBalancesList());
    return response;
  }

  /** The work came to nothing. */
  RefundResponse refund(Reservation work, String reason) {
    RefundResponse response =
        guard()
            .refund(
                RefundRequest.newBuilder()
                    .setAccountId(work.getAccountId())
                    .setReservationId(work.getReservationId())
                    .setReason(reason)
                    .build());
    Books.check(response.getBalancesList());
    return response;
  }

  /** Work from its start to its end. */
  CommitResponse does(String account, String feature) {
    return commit(reserve(account, feature));
  }

  /** Work from its start to its end, several times. */
  void does(String account, String feature, int times) {
    for (int each = 0; each < times; each++) {
      does(account, feature);
    }
  }

  /** Work from its start to its end, on behalf of a member. */
  CommitResponse does(String account, String member, String feature) {
    return commit(reserve(account, member, feature));
  }

  /** Whether there is enough for it. */
  CheckResponse check(String account, String feature) {
    return guard()
        .check(CheckRequest.newBuilder().setAccountId(account).setFeature(feature).build());
  }

  // What there is

  /** A balance, its books checked. */
  Balance balance(String account, String tokenType) {
    return Books.of(caller.balance(account), tokenType);
  }

  /** What may be spent. */
  long available(String account, String tokenType) {
    return balance(account, tokenType).getAvailable();
  }

  /** An account as operators see it, its books checked. */
  Account account(String account) {
    Account found =
        adminStub()
            .getAccount(GetAccountRequest.newBuilder().setAccountId(account).build())
            .getAccount();
    Books.check(found.getBalancesList());
    return found;
  }

  /** Changes an account, whatever was changed of it before. */
  Account update(AccountUpdate update) {
    return admin.accounts().update(update).getAccount();
  }

  /** The whole ledger, newest first. */
  List<Transaction> ledger(String account) {
    return admin.history().transactions(account).stream().toList();
  }

  /** What happened, in short: {@code COMMIT}. */
  static List<String> kinds(List<Transaction> ledger) {
    return ledger.stream()
        .map(each -> each.getKind().name().substring("TRANSACTION_KIND_".length()))
        .toList();
  }

  /** Adds the account up from its ledger and its open reservations: nothing may be off. */
  AuditAccountResponse audited(String account) {
    AuditAccountResponse audit = admin.upkeep().audit(account);
    assertEquals(List.of(), audit.getFindingsList());
    assertTrue(audit.getBalanced(), audit::toString);
    return audit;
  }

  /** Audits every account there is; to be called after every test. */
  void closeTheBooks() {
    for (Account each : admin.accounts().list()) {
      audited(each.getAccountId());
    }
  }

  /** What Prometheus is told of a metric, as {@code tokenguard_resets_total{token_type="x"}}. */
  double metric(String name) throws Exception {
    return server
        .http("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .sum();
  }

  @Override
  public void close() {
    admin.close();
    server.close();
  }
}
