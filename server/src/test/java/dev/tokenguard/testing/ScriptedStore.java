package dev.tokenguard.testing;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Settlement;
import dev.tokenguard.store.TokenStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store that allows everything and remembers what it was asked, for tests of what is above the
 * store. What a store really does is tested with Redis.
 */
public final class ScriptedStore implements TokenStore {

  /** Every command, in order; accounts for balances. */
  public final List<Object> asked = new CopyOnWriteArrayList<>();

  /** What it answers to a reserve, consume or check. */
  public volatile Function<ReserveCommand, CompletionStage<Decision>> onReserve =
      command ->
          CompletableFuture.completedFuture(
              new Decision.Allowed(
                  Samples.reservation(
                      command.reservation(),
                      command.account(),
                      command.feature(),
                      command.amounts()),
                  false,
                  Samples.account(command.account(), 4, 1)));

  /** What it answers to a balance. */
  public volatile Function<String, CompletionStage<AccountSnapshot>> onBalance =
      account -> CompletableFuture.completedFuture(Samples.account(account, 5, 1));

  /** What it answers to a commit. */
  public volatile Function<CommitCommand, CompletionStage<Settlement>> onCommit =
      command ->
          CompletableFuture.completedFuture(
              Samples.committed(
                  command.reservation(),
                  command.account(),
                  given(command.actual(), Amounts.of("website", 1))));

  @Override
  public CompletionStage<Decision> reserve(ReserveCommand command) {
    asked.add(command);
    return onReserve.apply(command);
  }

  @Override
  public CompletionStage<Decision> consume(ReserveCommand command) {
    asked.add(command);
    return onReserve.apply(command);
  }

  @Override
  public CompletionStage<Decision> check(ReserveCommand command) {
    asked.add(command);
    return onReserve.apply(command);
  }

  @Override
  public CompletionStage<Settlement> commit(CommitCommand command) {
    asked.add(command);
    return onCommit.apply(command);
  }

  @Override
  public CompletionStage<Settlement> refund(RefundCommand command) {
    asked.add(command);
    return CompletableFuture.completedFuture(
        Samples.refunded(command.reservation(), command.account(), Amounts.of("website", 1)));
  }

  @Override
  public CompletionStage<Decision> extend(ExtendCommand command) {
    asked.add(command);
    return CompletableFuture.completedFuture(
        new Decision.Allowed(
            Samples.reservation(
                command.reservation(), command.account(), "create_website", command.amounts()),
            false,
            Samples.account(command.account(), 4, 2)));
  }

  @Override
  public CompletionStage<AccountSnapshot> balance(String account, String member) {
    asked.add(account);
    return onBalance.apply(account);
  }

  private static Amounts given(@Nullable Amounts amounts, Amounts otherwise) {
    return amounts == null ? otherwise : amounts;
  }
}
