package dev.tokenguard.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The reservation of work that runs although TokenGuard could not be reached. It holds nothing and
 * does nothing.
 *
 * @param request what was asked for
 * @param id the id it would have had
 */
record UnmeteredReservation(ReserveRequest request, String id) implements SettleableReservation {

  @Override
  public String accountId() {
    return request.accountId();
  }

  @Override
  public @Nullable String memberId() {
    return request.memberId();
  }

  @Override
  public String feature() {
    return request.feature();
  }

  @Override
  public Map<String, Long> amounts() {
    return Map.of();
  }

  @Override
  public @Nullable Instant expireTime() {
    return null;
  }

  @Override
  public State state() {
    return State.OPEN;
  }

  @Override
  public boolean metered() {
    return false;
  }

  @Override
  public boolean duplicate() {
    return false;
  }

  @Override
  public Reservation used(String tokenType, long amount) {
    return this;
  }

  @Override
  public Reservation note(String key, String value) {
    return this;
  }

  @Override
  public Reservation keepAlive() {
    return this;
  }

  @Override
  public CommitResult commit() {
    return new CommitResult.Unmetered();
  }

  @Override
  public CommitResult commit(Map<String, Long> actual) {
    return new CommitResult.Unmetered();
  }

  @Override
  public CompletionStage<CommitResult> commitAsync() {
    return CompletableFuture.completedStage(commit());
  }

  @Override
  public CompletionStage<CommitResult> commitAsync(Map<String, Long> actual) {
    return CompletableFuture.completedStage(commit());
  }

  @Override
  public RefundResult refund(String reason) {
    return new RefundResult.Unmetered();
  }

  @Override
  public CompletionStage<RefundResult> refundAsync(String reason) {
    return CompletableFuture.completedStage(refund(reason));
  }

  @Override
  public ExtendResult extend(Duration ttl) {
    return new ExtendResult.Unmetered();
  }

  @Override
  public CompletionStage<ExtendResult> extendAsync(Duration ttl) {
    return CompletableFuture.completedStage(extend(ttl));
  }

  @Override
  public ExtendResult raise(Map<String, Long> totals) {
    return new ExtendResult.Unmetered();
  }

  @Override
  public CompletionStage<ExtendResult> raiseAsync(Map<String, Long> totals) {
    return CompletableFuture.completedStage(raise(totals));
  }

  @Override
  public void close() {}

  @Override
  public CompletableFuture<@Nullable Void> complete() {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<@Nullable Void> release(String reason) {
    return CompletableFuture.completedFuture(null);
  }
}
