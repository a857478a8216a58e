package dev.tokenguard.client;

import dev.tokenguard.v1.AccountBalances;
import dev.tokenguard.v1.CreateDisplayTokenRequest;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import io.grpc.Channel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Guards what a service spends: reserves tokens before the work, settles when it ends.
 *
 * <pre>{@code
 * try (TokenGuardClient client = TokenGuardClient.builder("localhost:7707").build()) {
 *   Site site =
 *       client.guard(
 *           ReserveRequest.of("store-17", "create_website"), reservation -> generator.create(prompt));
 * } catch (DeniedException e) {
 *   response.setStatus(e.httpStatus()); // 402: too few tokens, 403: anything else
 * }
 * }</pre>
 *
 * <p>Make one for the life of the service. Thread-safe: it has one thread of its own for retries
 * and heartbeats, and none per call. The blocking forms wait at most the {@linkplain
 * TokenGuardClientBuilder#deadline deadline} and must not be called on a gRPC event loop or in a
 * callback of this client. The async forms never block; their futures complete on gRPC's threads,
 * or on those of a caller that comes later.
 *
 * <p>Faults are {@link TokenGuardException}: thrown, or what a future fails with. A blocked thread
 * that is interrupted stays so and gets one with code {@code CANCELLED}. After {@link #close}
 * everything is an {@link IllegalStateException}.
 */
public final class TokenGuardClient implements AutoCloseable {

  private final Connection connection;
  private final Wiring wiring;
  private final Duration closeTimeout;
  private final Reserver reserver;
  private final Guard guard;
  private final Set<BalanceWatch> watches = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();

  TokenGuardClient(
      Connection connection, Wiring wiring, FailurePolicy failurePolicy, Duration closeTimeout) {
    this.connection = connection;
    this.wiring = wiring;
    this.closeTimeout = closeTimeout;
    this.reserver = new Reserver(wiring, failurePolicy, new Ulids());
    this.guard = new Guard(reserver);
  }

  /**
   * Starts to build a client.
   *
   * @param target where TokenGuard listens: {@code host:port}, {@code unix:/path}, or any other
   *     name that gRPC resolves
   */
  public static TokenGuardClientBuilder builder(String target) {
    return new TokenGuardClientBuilder(target, null);
  }

  /** Starts to build a client on a channel that the caller made, and will shut down. */
  public static TokenGuardClientBuilder builder(Channel channel) {
    return new TokenGuardClientBuilder("", channel);
  }

  // Work.

  /**
   * Reserves, runs the work, and settles: commits what the work said it {@linkplain
   * Reservation#used used}, or else what was held; refunds when it throws. The hold is kept alive
   * while the work runs.
   *
   * <p>The work's result is returned also when its commit could not be delivered in time (it goes
   * on in the background) or came too late; {@link ClientListener} is told what is lost. A commit
   * that is refused while the hold is open, as one of more than the catalog allows, is thrown, and
   * the hold refunded.
   *
   * @throws DeniedException if the work may not run
   * @throws DuplicateReservationException if somebody else runs or ran it under the same id
   * @throws E if the work throws it
   */
  public <T extends @Nullable Object, E extends Exception> T guard(
      ReserveRequest request, Work<T, E> work) throws E {
    requireOpen();
    return guard.run(request, work);
  }

  /**
   * {@link #guard} without blocking. The work is started on one of gRPC's threads. Canceling this
   * future (not one that was derived from it) cancels the work's and refunds, unless the commit is
   * under way.
   */
  public <T extends @Nullable Object> CompletableFuture<T> guardAsync(
      ReserveRequest request, Function<? super Reservation, ? extends CompletionStage<T>> work) {
    requireOpen();
    return guard.start(request, work);
  }

  /**
   * Checks everything, then holds the feature's cost. Settle what is reserved.
   *
   * <p>If this fails with an unknown outcome, a hold under an id that the client made is refunded
   * in the background; one under a given id is there for the next try with the same id, or expires.
   */
  public ReserveResult reserve(ReserveRequest request) {
    return Futures.await(reserveAsync(request));
  }

  /**
   * {@link #reserve} without blocking. If the future is cancelled, what comes to be held is
   * refunded.
   */
  public CompletableFuture<ReserveResult> reserveAsync(ReserveRequest request) {
    requireOpen();
    return reserver.reserve(request);
  }

  /**
   * A reservation that was made elsewhere, to settle it or to keep it alive here: one process
   * reserves, a worker commits. Asks nobody; what it holds is not known here.
   */
  public Reservation attach(String accountId, String reservationId) {
    requireOpen();
    dev.tokenguard.v1.Reservation known =
        dev.tokenguard.v1.Reservation.newBuilder()
            .setAccountId(accountId)
            .setReservationId(reservationId)
            .build();
    return new MeteredReservation(
        wiring, new Hold(wiring.timing(), HoldTime.UNKNOWN, known, 0), false);
  }

  /** Reserves and commits in one call, for work that is cheap or already done. */
  public ConsumeResult consume(ReserveRequest request) {
    return Futures.await(consumeAsync(request));
  }

  /** {@link #consume} without blocking. */
  public CompletableFuture<ConsumeResult> consumeAsync(ReserveRequest request) {
    requireOpen();
    return reserver.consume(request);
  }

  // Looking.

  /**
   * The decision that a reserve would get now, holding nothing. The failure policy does not apply:
   * what is not known is not made up.
   */
  public CheckResult check(ReserveRequest request) {
    return Futures.await(checkAsync(request));
  }

  /** {@link #check} without blocking. */
  public CompletableFuture<CheckResult> checkAsync(ReserveRequest request) {
    requireOpen();
    return reserver.check(request);
  }

  /** The balances of an account. */
  public AccountBalances balance(BalanceRequest request) {
    return Futures.await(balanceAsync(request));
  }

  /** {@link #balance} without blocking. */
  public CompletableFuture<AccountBalances> balanceAsync(BalanceRequest request) {
    requireOpen();
    GetBalanceRequest message =
        GetBalanceRequest.newBuilder()
            .setAccountId(request.accountId())
            .setMemberId(Protos.orEmpty(request.memberId()))
            .addAllTokenTypes(request.tokenTypes())
            .build();
    return Futures.map(
        wiring.caller().call(TokenGuardServiceGrpc.getGetBalanceMethod(), message),
        answer -> answer.message().getAccount());
  }

  /** Watches the balances of an account until the watch or the client is closed. */
  public BalanceWatch watch(BalanceRequest request, BalanceListener listener) {
    requireOpen();
    BalanceWatch watch = new BalanceWatch(connection, request, listener, watches::remove);
    watches.add(watch);
    watch.start();
    if (closed.get()) {
      watch.close();
    }
    return watch;
  }

  // For end users.

  /**
   * A short-lived credential to show a user its balance with. Give it to the user's browser, never
   * this client's own credential.
   */
  public DisplayToken createDisplayToken(DisplayTokenRequest request) {
    return Futures.await(createDisplayTokenAsync(request));
  }

  /** {@link #createDisplayToken} without blocking. */
  public CompletableFuture<DisplayToken> createDisplayTokenAsync(DisplayTokenRequest request) {
    requireOpen();
    CreateDisplayTokenRequest.Builder message =
        CreateDisplayTokenRequest.newBuilder()
            .setAccountId(request.accountId())
            .setMemberId(Protos.orEmpty(request.memberId()));
    Duration ttl = request.ttl();
    if (ttl != null) {
      message.setTtl(Protos.duration(ttl));
    }
    return Futures.map(
        wiring.caller().call(TokenGuardServiceGrpc.getCreateDisplayTokenMethod(), message.build()),
        answer ->
            new DisplayToken(
                answer.message().getToken(), Protos.instant(answer.message().getExpireTime())));
  }

  // The client itself.

  /** How many reserves and consumes were let through unmetered, see {@link FailurePolicy#OPEN}. */
  public long unmeteredCount() {
    return reserver.unmeteredCount();
  }

  /** How many commits and refunds are under way, those that are retried in the background too. */
  public int pendingSettlements() {
    return wiring.settler().pending();
  }

  /**
   * Ends the client. Commits and refunds that are under way get the {@linkplain
   * TokenGuardClientBuilder#closeTimeout close timeout} to be delivered; what is not is told to
   * {@link ClientListener#settlementFailed}. Reservations that are still open may be settled until
   * then; afterwards they expire.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    watches.forEach(BalanceWatch::close);
    wiring.settler().close(closeTimeout);
    connection.close();
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("the client was closed");
    }
  }
}
