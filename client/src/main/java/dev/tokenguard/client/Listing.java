package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

import io.grpc.Status;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A list that is read page by page, each page when its first item is asked for: however long the
 * list is, one page of it is in memory.
 *
 * <pre>{@code
 * for (Account account : admin.accounts().list()) { ... }
 *
 * Page<Account> page = admin.accounts().list().withPageSize(50).startingAt(token).page();
 * }</pre>
 *
 * <p>Immutable, and thread-safe; making one asks nobody, and each iteration asks anew. An iterator
 * or stream is for one thread at a time; it blocks while a page is fetched, and throws {@link
 * TokenGuardException} where one cannot be had. A page that is asked for again is the same page as
 * far as its accounts and entries are still there, so an iteration that failed can go on from the
 * {@linkplain Page#nextPageToken token} of the last page.
 *
 * @param <T> what is listed
 */
public final class Listing<T> implements Iterable<T> {

  private final Source<T> source;
  private final int pageSize;
  private final String pageToken;

  Listing(Source<T> source, int pageSize, String pageToken) {
    this.source = source;
    this.pageSize = pageSize;
    this.pageToken = pageToken;
  }

  /** Where pages come from. */
  @FunctionalInterface
  interface Source<T> {
    CompletableFuture<Page<T>> fetch(int pageSize, String pageToken);
  }

  /** The same with about so many items a page: up to 1,000; 0 for 100. */
  public Listing<T> withPageSize(int newPageSize) {
    return new Listing<>(source, newPageSize, pageToken);
  }

  /**
   * The same from there on.
   *
   * @param newPageToken {@link Page#nextPageToken} of a page of the same list with the same
   *     filters; empty for the start
   */
  public Listing<T> startingAt(String newPageToken) {
    return new Listing<>(source, pageSize, requireNonNull(newPageToken, "newPageToken"));
  }

  /** The first page, or the one at the token. */
  public Page<T> page() {
    return Futures.await(pageAsync());
  }

  /** {@link #page} without blocking. */
  public CompletableFuture<Page<T>> pageAsync() {
    return source.fetch(pageSize, pageToken);
  }

  /** Every page to the end of the list. */
  public Iterable<Page<T>> pages() {
    return Pages::new;
  }

  /** Every item to the end of the list. */
  @Override
  public Iterator<T> iterator() {
    return new Items();
  }

  /** Every item to the end of the list. */
  public Stream<T> stream() {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(
            iterator(), Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE),
        false);
  }

  /** What ends a list that would not end: a page that continues with itself. */
  static void requireProgress(String pageToken, String nextPageToken) {
    if (!nextPageToken.isEmpty() && nextPageToken.equals(pageToken)) {
      throw Fault.local(Status.Code.INTERNAL, "a page continues with itself", null);
    }
  }

  private final class Pages implements Iterator<Page<T>> {
    private @Nullable String next = pageToken;

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public Page<T> next() {
      String token = next;
      if (token == null) {
        throw new NoSuchElementException();
      }
      Page<T> page = Futures.await(source.fetch(pageSize, token));
      requireProgress(token, page.nextPageToken());
      next = page.last() ? null : page.nextPageToken();
      return page;
    }
  }

  private final class Items implements Iterator<T> {
    private final Iterator<Page<T>> pages = new Pages();
    private Iterator<T> page = Collections.emptyIterator();

    @Override
    public boolean hasNext() {
      while (!page.hasNext() && pages.hasNext()) {
        page = pages.next().items().iterator();
      }
      return page.hasNext();
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return page.next();
    }
  }
}
