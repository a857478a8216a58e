package dev.tokenguard.testing;

import dev.tokenguard.domain.AdminEvent;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.store.AdminEventStore;
import dev.tokenguard.store.Page;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Admin events in memory, without bounds, for tests of what is above the store. */
public final class AdminEventsInMemory implements AdminEventStore {
  private final AtomicLong ids = new AtomicLong();

  /** What was stored, by id. */
  public final NavigableMap<Long, AdminEvent> events = new ConcurrentSkipListMap<>();

  /** What beginning fails with; null for nothing. */
  public volatile @Nullable FaultException beginning;

  /** What finishing fails with; null for nothing. */
  public volatile @Nullable FaultException finishing;

  @Override
  public CompletionStage<List<AdminEvent>> begin(List<AdminEvent> begun) {
    FaultException fault = beginning;
    if (fault != null) {
      return CompletableFuture.failedFuture(fault);
    }
    List<AdminEvent> stored =
        begun.stream().map(each -> each.withId(ids.incrementAndGet())).toList();
    stored.forEach(each -> events.put(each.id(), each));
    return CompletableFuture.completedFuture(stored);
  }

  @Override
  public CompletionStage<?> finish(List<AdminEvent> ended) {
    FaultException fault = finishing;
    if (fault != null) {
      return CompletableFuture.failedFuture(fault);
    }
    ended.forEach(each -> events.put(each.id(), each));
    return CompletableFuture.completedFuture(ended);
  }

  @Override
  public CompletionStage<Page<AdminEvent>> list(
      Span span, int size, int look, Predicate<AdminEvent> filter) {
    NavigableMap<Long, AdminEvent> all = span.oldestFirst() ? events : events.descendingMap();
    if (!span.position().isEmpty()) {
      all = all.tailMap(Long.valueOf(span.position()), false);
    }
    List<AdminEvent> page = all.values().stream().filter(filter).limit(size).toList();
    return CompletableFuture.completedFuture(
        new Page<>(
            page, page.size() < size ? null : String.valueOf(page.get(page.size() - 1).id())));
  }
}
