package dev.tokenguard.client;

import dev.tokenguard.v1.ExtendRequest;
import dev.tokenguard.v1.ExtendResponse;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A hold at the server: keeps it alive, and ends it by way of {@link Ending}. */
final class MeteredReservation implements SettleableReservation {

  private final Wiring wiring;
  private final Hold hold;
  private final boolean duplicate;
  private final Usage usage = new Usage();
  private final Ending ending;

  private final Object lock = new Object();
  private boolean keepAlive;
  private @Nullable Heartbeat heartbeat;

  /**
   * A reservation that is open at the server, or was.
   *
   * @param duplicate whether somebody else runs its work, or it has ended
   */
  MeteredReservation(Wiring wiring, Hold hold, boolean duplicate) {
    this.wiring = wiring;
    this.hold = hold;
    this.duplicate = duplicate;
    this.ending = new Ending(wiring.settler(), hold, this::reopened);
  }

  @Override
  public String id() {
    return hold.id();
  }

  @Override
  public String accountId() {
    return hold.accountId();
  }

  @Override
  public @Nullable String memberId() {
    String memberId = hold.known().getMemberId();
    return memberId.isEmpty() ? null : memberId;
  }

  @Override
  public String feature() {
    return hold.known().getFeature();
  }

  @Override
  public Map<String, Long> amounts() {
    return hold.known().getAmountsMap();
  }

  @Override
  public @Nullable Instant expireTime() {
    dev.tokenguard.v1.Reservation known = hold.known();
    return known.hasExpireTime() ? Protos.instant(known.getExpireTime()) : null;
  }

  @Override
  public State state() {
    return Protos.state(hold.known().getState());
  }

  @Override
  public boolean metered() {
    return true;
  }

  @Override
  public boolean duplicate() {
    return duplicate;
  }

  @Override
  public Reservation used(String tokenType, long amount) {
    usage.add(tokenType, amount);
    return this;
  }

  @Override
  public Reservation note(String key, String value) {
    usage.note(key, value);
    return this;
  }

  // Settling.

  @Override
  public CommitResult commit() {
    return await(startCommit(null));
  }

  @Override
  public CommitResult commit(Map<String, Long> actual) {
    return await(startCommit(actual));
  }

  @Override
  public CompletionStage<CommitResult> commitAsync() {
    return startCommit(null).minimalCompletionStage();
  }

  @Override
  public CompletionStage<CommitResult> commitAsync(Map<String, Long> actual) {
    return startCommit(actual).minimalCompletionStage();
  }

  @Override
  public RefundResult refund(String reason) {
    CompletableFuture<RefundResult> result = startRefund(reason);
    CompletionStage<RefundResult.Refunded> outcome =
        result.thenCompose(
            now ->
                now instanceof RefundResult.Pending pending
                    ? pending.outcome()
                    : CompletableFuture.completedStage((RefundResult.Refunded) now));
    return Futures.awaitOr(result, new RefundResult.Pending(outcome));
  }

  @Override
  public CompletionStage<RefundResult> refundAsync(String reason) {
    return startRefund(reason).minimalCompletionStage();
  }

  @Override
  public void close() {
    var unused = release("closed without commit");
  }

  @Override
  public CompletableFuture<@Nullable Void> complete() {
    ending.close();
    CompletableFuture<@Nullable Void> result = new CompletableFuture<>();
    if (ending.settled()) {
      result.complete(null);
      return result;
    }
    Futures.whenDone(
        startCommit(null),
        (answer, thrown) -> {
          if (thrown instanceof TokenGuardException refusal && refusal.fault().holdStillOpen()) {
            result.completeExceptionally(refusal);
          } else {
            result.complete(null);
          }
        });
    return result;
  }

  @Override
  public CompletableFuture<@Nullable Void> release(String reason) {
    ending.close();
    stopHeartbeat();
    return duplicate ? CompletableFuture.completedFuture(null) : ending.release(reason);
  }

  private CompletableFuture<CommitResult> startCommit(@Nullable Map<String, Long> actual) {
    stopHeartbeat();
    return ending.commit(actual, usage);
  }

  private CompletableFuture<RefundResult> startRefund(String reason) {
    stopHeartbeat();
    return ending.refund(reason);
  }

  private static CommitResult await(CompletableFuture<CommitResult> result) {
    CompletionStage<CommitResult.Committed> outcome =
        result.thenCompose(
            now ->
                now instanceof CommitResult.Pending pending
                    ? pending.outcome()
                    : CompletableFuture.completedStage((CommitResult.Committed) now));
    return Futures.awaitOr(result, new CommitResult.Pending(outcome));
  }

  // Extending.

  @Override
  public ExtendResult extend(Duration ttl) {
    return Futures.await(startExtend(ttl, Map.of()));
  }

  @Override
  public CompletionStage<ExtendResult> extendAsync(Duration ttl) {
    return startExtend(ttl, Map.of());
  }

  @Override
  public ExtendResult raise(Map<String, Long> totals) {
    return Futures.await(startExtend(hold.time().ttl(), totals));
  }

  @Override
  public CompletionStage<ExtendResult> raiseAsync(Map<String, Long> totals) {
    return startExtend(hold.time().ttl(), totals);
  }

  @Override
  public Reservation keepAlive() {
    synchronized (lock) {
      if (!keepAlive) {
        keepAlive = true;
        startHeartbeat();
      }
    }
    return this;
  }

  private CompletableFuture<ExtendResult> startExtend(
      @Nullable Duration ttl, Map<String, Long> totals) {
    ExtendRequest.Builder request =
        ExtendRequest.newBuilder()
            .setAccountId(accountId())
            .setReservationId(id())
            .putAllAmounts(totals)
            .setLocale(wiring.locale());
    if (ttl != null) {
      request.setTtl(Protos.duration(ttl));
    }
    long livesNanos = Durations.toNanos(ttl == null ? hold.time().longest() : ttl);
    return Futures.map(
        wiring.caller().call(TokenGuardServiceGrpc.getExtendMethod(), request.build()),
        answer -> {
          ExtendResponse message = answer.message();
          if (message.hasReservation()) {
            hold.learn(message.getReservation(), message.getRevision());
            hold.livesOn(livesNanos);
          }
          return Protos.extended(message);
        });
  }

  private void reopened() {
    synchronized (lock) {
      if (keepAlive) {
        startHeartbeat();
      }
    }
  }

  /** The lock is held. */
  private void startHeartbeat() {
    stopHeartbeat();
    if (!ending.settled() && !ending.closed()) {
      heartbeat = new Heartbeat(wiring.timing(), hold.time().heartbeat(), this::beat);
      heartbeat.start();
    }
  }

  private void stopHeartbeat() {
    synchronized (lock) {
      if (heartbeat != null) {
        heartbeat.stop();
        heartbeat = null;
      }
    }
  }

  private CompletableFuture<Heartbeat.Beat> beat() {
    if (ending.settled() || ending.closed()) {
      return CompletableFuture.completedFuture(Heartbeat.Beat.ENDED);
    }
    return startExtend(hold.time().ttl(), Map.of()).handle(this::beaten);
  }

  private Heartbeat.Beat beaten(@Nullable ExtendResult answer, @Nullable Throwable thrown) {
    if (thrown == null) {
      return Heartbeat.Beat.DELIVERED;
    }
    TokenGuardException exception = Futures.fault(thrown);
    if (!exception.fault().holdEnded()) {
      return Heartbeat.Beat.MISSED;
    }
    // Told of, unless a commit or refund of our own overtook the beat.
    if (!ending.settled() && !ending.closed()) {
      wiring.listener().holdLost(this, exception);
    }
    return Heartbeat.Beat.ENDED;
  }
}
