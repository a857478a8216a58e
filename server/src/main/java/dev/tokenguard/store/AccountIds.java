package dev.tokenguard.store;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Ids of accounts in order, without the accounts. Thread-safe. */
public interface AccountIds {

  /**
   * Ids in order.
   *
   * @param after only ids after this one; empty from the beginning
   * @param prefix only ids that begin so; empty for all
   * @param size as many at most; fewer only at the end
   */
  CompletionStage<List<String>> page(String after, String prefix, int size);

  /** Puts in ids of accounts that may be missing. */
  CompletionStage<?> add(Collection<String> accounts);
}
