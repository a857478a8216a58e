package dev.tokenguard.store;

import dev.tokenguard.domain.AdminEvent;
import dev.tokenguard.domain.FaultException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * What operators did; bounded by number and age. Thread-safe; never blocks. A stage fails with a
 * {@link FaultException} and nothing else.
 */
public interface AdminEventStore {

  /** Keeps events that are new, and returns them with their ids. */
  CompletionStage<List<AdminEvent>> begin(List<AdminEvent> events);

  /** Replaces events, now that it is known what came of them. */
  CompletionStage<?> finish(List<AdminEvent> events);

  /**
   * Events in order of time.
   *
   * @param size as many at most
   * @param look look at so many at most, however few pass the filter
   */
  CompletionStage<Page<AdminEvent>> list(
      Span span, int size, int look, Predicate<AdminEvent> filter);

  /**
   * Which part of them.
   *
   * @param oldestFirst in which direction
   * @param position the id after which to go on, in that direction; empty from the beginning
   * @param from not before this time
   * @param until before this time
   */
  record Span(boolean oldestFirst, String position, Instant from, Instant until) {}
}
