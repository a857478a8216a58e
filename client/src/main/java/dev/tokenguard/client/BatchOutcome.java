package dev.tokenguard.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of the items of a bulk form. Immutable.
 *
 * <p>The items are not one transaction: some may be done and others not. If a call for some of them
 * fails, each of these carries its fault, and those after them are not sent. Items that failed may
 * be sent again as they are: they keep their request ids, so nothing is done twice.
 *
 * <pre>{@code
 * BatchOutcome<NewGrant> outcome = admin.grants().createAll(grants);
 * outcome.failed().forEach(item -> log(item.request(), item.error()));
 * admin.grants().createAll(outcome.failedRequests()).orThrow();
 * }</pre>
 *
 * @param <R> what an item was asked with
 * @param items one for each item, in their order
 */
public record BatchOutcome<R>(List<Item<R>> items) {

  /** Copies the list. */
  public BatchOutcome {
    items = List.copyOf(items);
  }

  /**
   * What became of one item.
   *
   * @param request what was asked, with its request id
   * @param replayed whether it was done before, or nothing was left to do
   * @param error why it is not done; null if it is. {@link TokenGuardException#outcomeUnknown} says
   *     whether it may be done all the same
   */
  public record Item<R>(R request, boolean replayed, @Nullable TokenGuardException error) {

    /** Whether it is done. */
    public boolean done() {
      return error == null;
    }
  }

  /** The items that are not done, or not known to be. */
  public List<Item<R>> failed() {
    return items.stream().filter(item -> !item.done()).toList();
  }

  /** What was asked by the items that are not done, or not known to be: to send it again. */
  public List<R> failedRequests() {
    return failed().stream().map(Item::request).toList();
  }

  /**
   * This, if every item is done.
   *
   * @throws TokenGuardException the error of the first item that is not
   */
  public BatchOutcome<R> orThrow() {
    for (Item<R> item : items) {
      TokenGuardException error = item.error();
      if (error != null) {
        throw error.fault().exception(error);
      }
    }
    return this;
  }
}
