package dev.tokenguard.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Tokens held for work that runs. Settle it once, with commit or refund; closed without either, it
 * is refunded.
 *
 * <pre>{@code
 * try (Reservation reservation = client.reserve(request).orThrow()) {
 *   Answer answer = model.ask(prompt);
 *   reservation.used("tokens", answer.tokens());
 *   reservation.commit();
 * }
 * }</pre>
 *
 * <p>Thread-safe. Of two settlements from here the first wins: the same one again gives the first
 * outcome, another one is an {@link IllegalStateException}. A commit that the server refuses while
 * the hold stays open (as {@code OVERAGE_REJECTED}) leaves the reservation open.
 *
 * <p>The blocking forms wait at most the client's deadline and must not be called on a gRPC event
 * loop or in a callback of this client; the async forms never block. Canceling a stage cancels
 * nothing. A commit or refund that cannot be delivered in time goes on in the background, see
 * {@link CommitResult.Pending}. Faults are {@link TokenGuardException}.
 */
public interface Reservation extends AutoCloseable {

  /** How a reservation stands. */
  enum State {
    /** The work runs, its tokens are held. */
    OPEN,
    /** Charged. */
    COMMITTED,
    /** Returned by a caller. */
    REFUNDED,
    /** Returned because nobody settled or extended it in time; it may still be committed, late. */
    EXPIRED
  }

  /** Its id, the idempotency key. */
  String id();

  /** Who pays. */
  String accountId();

  /** On whose behalf; null if nobody was named or it is not known here. */
  @Nullable String memberId();

  /** What it was reserved for; empty if it is not known here. */
  String feature();

  /** What it holds, in whole tokens by token type, as the server last said. */
  Map<String, Long> amounts();

  /**
   * When it returns by itself, by the server's clock, as the server last said; null if not known
   * here.
   */
  @Nullable Instant expireTime();

  /** How it stands, as the server last said. */
  State state();

  /** False if TokenGuard could not be reached and the policy let the work run all the same. */
  boolean metered();

  /**
   * Whether the id was reserved before by somebody else, or has ended: this caller should not run
   * the work, and closing does nothing. See {@link ReserveRequest#resuming}.
   */
  boolean duplicate();

  /**
   * Tells that the work used so many tokens more. What was told is what {@link #commit()} charges,
   * and then nothing else: a token type that is held and never named here is charged nothing.
   * Without a word of it, what was held is charged.
   *
   * @param amount whole tokens, at least 0; adds to what was told before
   * @return this
   */
  Reservation used(String tokenType, long amount);

  /**
   * Adds a note that the commit writes to the ledger.
   *
   * @return this
   */
  Reservation note(String key, String value);

  /**
   * Extends the hold every third of its time to live until it is settled or closed. A hold that
   * turns out to have ended is told to {@link ClientListener#holdLost}. Guard does this by itself.
   *
   * @return this
   */
  Reservation keepAlive();

  /** Charges what was {@linkplain #used used}, else what was held. */
  CommitResult commit();

  /**
   * Charges exactly these amounts, less or more than what was held.
   *
   * @param actual whole tokens by token type
   */
  CommitResult commit(Map<String, Long> actual);

  /** {@link #commit()} without blocking. */
  CompletionStage<CommitResult> commitAsync();

  /** {@link #commit(Map)} without blocking. */
  CompletionStage<CommitResult> commitAsync(Map<String, Long> actual);

  /**
   * Returns what is held. A hold that has expired was returned already: that counts as done.
   *
   * @param reason why, for the ledger; at most 256 bytes, the rest is cut off
   */
  RefundResult refund(String reason);

  /** {@link #refund} without blocking. */
  CompletionStage<RefundResult> refundAsync(String reason);

  /**
   * Keeps the hold alive for so long from now on; it never gets shorter.
   *
   * @param ttl from one second to the server's maximum
   */
  ExtendResult extend(Duration ttl);

  /** {@link #extend} without blocking. */
  CompletionStage<ExtendResult> extendAsync(Duration ttl);

  /**
   * Raises what is held to these totals, as when the work turns out to be larger. A type not named,
   * or named with less than is held, stays as it is.
   *
   * @param totals whole tokens by token type, each at least 1
   */
  ExtendResult raise(Map<String, Long> totals);

  /** {@link #raise} without blocking. */
  CompletionStage<ExtendResult> raiseAsync(Map<String, Long> totals);

  /**
   * Refunds what was not settled. Does not block and does not throw: the refund is delivered in the
   * background. Nothing happens on a reservation that is settled, unmetered or a duplicate.
   */
  @Override
  void close();
}
