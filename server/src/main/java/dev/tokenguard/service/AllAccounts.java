package dev.tokenguard.service;

import dev.tokenguard.domain.Account;
import dev.tokenguard.store.AccountStore;
import dev.tokenguard.store.Page;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The rows of all accounts, in order of id, one account after the other. An account that is deleted
 * meanwhile is left out from there on; any other fault ends the export, for a file that leaves out
 * what could not be read looks complete.
 */
final class AllAccounts implements RowSource {

  /** Accounts in memory. */
  private static final int PIECE = 100;

  private final AccountStore store;
  private final Function<Account, RowSource> rows;
  private RowSource current = NONE;
  private Iterator<Account> accounts = Collections.emptyIterator();

  /** Where the list of accounts goes on; null at its end. */
  private @Nullable String after = "";

  AllAccounts(AccountStore store, Function<Account, RowSource> rows) {
    this.store = store;
    this.rows = rows;
  }

  @Override
  public CompletionStage<Optional<Iterator<Consumer<RowWriter>>>> next() {
    return current
        .next()
        .exceptionallyCompose(
            thrown ->
                AccountService.isMissing(thrown)
                    ? NONE.next()
                    : CompletableFuture.failedFuture(thrown))
        .thenCompose(found -> found.isPresent() ? completed(found) : nextAccount());
  }

  private CompletionStage<Optional<Iterator<Consumer<RowWriter>>>> nextAccount() {
    if (accounts.hasNext()) {
      current = rows.apply(accounts.next());
      return completed(Optional.of(Collections.emptyIterator()));
    }
    String from = after;
    if (from == null) {
      return NONE.next();
    }
    return store
        .list(from, "", PIECE, AdminLimits.MAX_ACCOUNTS_LOOKED_AT, account -> true)
        .thenApply(this::take);
  }

  private Optional<Iterator<Consumer<RowWriter>>> take(Page<Account> page) {
    accounts = page.items().iterator();
    current = NONE;
    after = page.next();
    return Optional.of(Collections.emptyIterator());
  }

  private static CompletionStage<Optional<Iterator<Consumer<RowWriter>>>> completed(
      Optional<Iterator<Consumer<RowWriter>>> rows) {
    return CompletableFuture.completedFuture(rows);
  }
}
