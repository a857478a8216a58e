package dev.tokenguard.client;

import io.grpc.Channel;

/**
 * Manages accounts and tells what happened to them: every call of {@code TokenAdminService}.
 *
 * <pre>{@code
 * try (TokenAdminClient admin =
 *     TokenAdminClient.builder("localhost:7707").bearerToken(this::token).build()) {
 *   admin.accounts().create(NewAccount.of("store-17").withPlan("pro"));
 *   admin.grants().create(
 *       NewGrant.of("store-17", "image", 500, "purchase").withRequestId(payment.id()));
 *   for (Transaction transaction : admin.history().transactions("store-17")) {
 *     // Newest first, a page at a time.
 *   }
 * }
 * }</pre>
 *
 * <p>Make one for the life of the service. Thread-safe, with one thread of its own for retries. The
 * blocking forms wait at most the {@linkplain TokenAdminClientBuilder#deadline deadline} for each
 * call, and must not be called on a gRPC event loop. The async forms never block; their futures
 * complete on gRPC's threads, or on those of a caller that comes later.
 *
 * <p><b>Values.</b> What is answered are the generated messages of {@code dev.tokenguard.v1}: an
 * answer of one value is that value, any other the whole response. What is asked is made with
 * {@link NewAccount}, {@link AccountUpdate}, {@link NewMember}, {@link NewGrant}, {@link
 * Adjustment}, {@link TransactionQuery}, {@link UsageQuery} and {@link ExportQuery}, each around
 * the generated request; where that is as handy, it is the generated request itself. Amounts are
 * whole tokens. Bounds are the server's to check.
 *
 * <p><b>Ids.</b> Every change carries a {@code request_id}: the caller's, or one that the client
 * makes once for each call, before the first try. It is what lets a call be repeated after {@code
 * UNAVAILABLE}, a lost connection or a timeout, within the deadline, and still be carried out once;
 * {@code replayed} in an answer is true then too. If a call fails with an {@linkplain
 * TokenGuardException#outcomeUnknown unknown outcome}, the same call with the same id tells: give
 * an id of your own, as a payment's, where that matters.
 *
 * <p><b>Faults</b> are {@link TokenGuardException}: thrown, or what a future fails with. {@link
 * NotFoundException}, {@link AccountExistsException} and {@link StaleVersionException} have classes
 * of their own; any call may also fail with {@code INVALID_ARGUMENT} and its {@linkplain
 * TokenGuardException#violations violations}, {@code UNAUTHENTICATED}, {@code PERMISSION_DENIED} or
 * {@code UNAVAILABLE}. A blocked thread that is interrupted stays so and gets code {@code
 * CANCELLED}. After {@link #close} every call is an {@link IllegalStateException}.
 */
public final class TokenAdminClient implements AutoCloseable {

  private final AdminCalls calls;
  private final AccountAdmin accounts;
  private final MemberAdmin members;
  private final GrantAdmin grants;
  private final ReservationAdmin reservations;
  private final HistoryAdmin history;
  private final UpkeepAdmin upkeep;
  private final ServerAdmin server;

  TokenAdminClient(AdminCalls calls) {
    this.calls = calls;
    this.accounts = new AccountAdmin(calls);
    this.members = new MemberAdmin(calls);
    this.grants = new GrantAdmin(calls);
    this.reservations = new ReservationAdmin(calls);
    this.history = new HistoryAdmin(calls);
    this.upkeep = new UpkeepAdmin(calls);
    this.server = new ServerAdmin(calls);
  }

  /**
   * Starts to build a client.
   *
   * @param target where TokenGuard listens: {@code host:port}, {@code unix:/path}, or any other
   *     name that gRPC resolves
   */
  public static TokenAdminClientBuilder builder(String target) {
    return new TokenAdminClientBuilder(target, null);
  }

  /** Starts to build a client on a channel that the caller made, and will shut down. */
  public static TokenAdminClientBuilder builder(Channel channel) {
    return new TokenAdminClientBuilder("", channel);
  }

  /** Accounts: create, get, list, update, delete. */
  public AccountAdmin accounts() {
    return accounts;
  }

  /** Members of accounts and their caps: add, get, list, change, remove. */
  public MemberAdmin members() {
    return members;
  }

  /** Grants and corrections: create, list, revoke, adjust. */
  public GrantAdmin grants() {
    return grants;
  }

  /** Reservations: list the open ones, get one, return one. */
  public ReservationAdmin reservations() {
    return reservations;
  }

  /** Transactions, usage, statistics, exports, admin events. */
  public HistoryAdmin history() {
    return history;
  }

  /** Due resets, audits, the sweep, the catalog, estimates. */
  public UpkeepAdmin upkeep() {
    return upkeep;
  }

  /** The server itself: its settings, its build, its log. */
  public ServerAdmin server() {
    return server;
  }

  /**
   * Ends the client: calls that wait for another attempt fail now, and exports that are open end
   * with code {@code CANCELLED}.
   */
  @Override
  public void close() {
    calls.close();
  }
}
