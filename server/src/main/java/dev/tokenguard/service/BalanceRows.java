package dev.tokenguard.service;

import dev.tokenguard.domain.Account;
import dev.tokenguard.domain.Catalog;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The balances of one account. */
final class BalanceRows implements RowSource {

  private final Supplier<CompletionStage<Account>> account;
  private final Catalog names;
  private boolean ended;

  BalanceRows(Supplier<CompletionStage<Account>> account, Catalog names) {
    this.account = account;
    this.names = names;
  }

  /** Of an account that is known already. */
  static BalanceRows of(Account account, Catalog names) {
    return new BalanceRows(() -> CompletableFuture.completedFuture(account), names);
  }

  @Override
  public CompletionStage<Optional<Iterator<Consumer<RowWriter>>>> next() {
    if (ended) {
      return NONE.next();
    }
    ended = true;
    return account.get().thenApply(this::rows);
  }

  private Optional<Iterator<Consumer<RowWriter>>> rows(Account known) {
    return Optional.of(
        known.balances().stream()
            .<Consumer<RowWriter>>map(
                balance -> row -> ExportRows.balance(row, known, balance, names))
            .iterator());
  }
}
