package dev.tokenguard.service;

import dev.tokenguard.domain.AdminEvent;
import dev.tokenguard.domain.AdminEvent.Outcome;
import dev.tokenguard.domain.AdminEvent.Result;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.store.AdminEventStore;
import dev.tokenguard.store.AdminEventStore.Span;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators did. A change has its event before it is made, and one that cannot be recorded is
 * not made; what came of it is written into the event afterwards, and into the log. Thread-safe;
 * never blocks.
 */
public final class AdminEvents {
  private static final Logger log = LoggerFactory.getLogger(AdminEvents.class);

  private final AdminEventStore store;
  private final Supplier<Catalog> catalog;
  private final Limits limits;
  private final AdminEventListener listener;

  /**
   * Events in a store.
   *
   * @param catalog the catalog in force, for the checks that all requests have
   */
  public AdminEvents(
      AdminEventStore store,
      Supplier<Catalog> catalog,
      Limits limits,
      AdminEventListener listener) {
    this.store = store;
    this.catalog = catalog;
    this.limits = limits;
    this.listener = listener;
  }

  /**
   * Makes changes, with their events.
   *
   * @param events of the changes, without ids and results; not empty
   * @param change makes them, once their events are stored
   * @param result what came of the change with this place among the events
   * @return what the change answers
   */
  public <T> CompletionStage<T> record(
      List<AdminEvent> events,
      Supplier<CompletionStage<T>> change,
      BiFunction<T, Integer, Result> result) {
    return store
        .begin(events)
        .thenCompose(
            begun ->
                made(change)
                    .handle(
                        (answer, thrown) -> {
                          List<AdminEvent> ended = new ArrayList<>(begun.size());
                          for (int i = 0; i < begun.size(); i++) {
                            ended.add(begun.get(i).with(result(answer, thrown, i, result)));
                          }
                          CompletionStage<T> same =
                              thrown == null
                                  ? CompletableFuture.completedFuture(answer)
                                  : CompletableFuture.failedFuture(thrown);
                          return finished(ended).thenCompose(done -> same);
                        })
                    .thenCompose(Function.identity()));
  }

  /**
   * Makes a change of this server alone, and records it afterwards: what only lasts as long as the
   * server does must also be possible while the store is away. The log has its line in any case.
   */
  public <T> CompletionStage<T> note(
      AdminEvent event, Supplier<T> change, Function<T, Result> result) {
    T answer;
    try {
      answer = change.get();
    } catch (RuntimeException e) {
      return finished(List.of(event.with(failed(e))))
          .thenCompose(done -> CompletableFuture.failedFuture(e));
    }
    return finished(List.of(event.with(result.apply(answer)))).thenApply(done -> answer);
  }

  /**
   * Records an attempt that was refused before it came to a change. Tells nobody if it cannot: what
   * was refused needs no record to stay refused.
   */
  public void refused(AdminEvent event, Throwable why) {
    AdminEvent ended = event.with(failed(why));
    if (!ended.result().outcome().mayHaveChanged()) {
      CompletionStage<?> unused = finished(List.of(ended));
    }
  }

  /** A bug in it must not leave the event without its end. */
  private static <T> CompletionStage<T> made(Supplier<CompletionStage<T>> change) {
    try {
      return change.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static <T> Result result(
      T answer, Throwable thrown, int place, BiFunction<T, Integer, Result> result) {
    if (thrown != null) {
      return failed(thrown);
    }
    try {
      return result.apply(answer, place);
    } catch (RuntimeException e) { // It was made, whatever cannot be told of it.
      log.error("What an admin event is to tell of a change cannot be told", e);
      return Result.done("", "");
    }
  }

  /** What came of a change that failed. */
  public static Result failed(Throwable thrown) {
    return Result.of(Faults.of(thrown).fault());
  }

  /** Never fails: the change is made, or not, and its caller is told that. */
  private CompletionStage<?> finished(List<AdminEvent> events) {
    for (AdminEvent event : events) {
      AdminEventLog.write(event);
      listener.ended(event.result().outcome());
    }
    return store
        .finish(events)
        .handle(
            (done, thrown) -> {
              if (thrown != null) {
                listener.unfinished(events.size());
                log.warn(
                    "What came of {} changes could not be written into their events, the first of"
                        + " which is {}: {}",
                    events.size(),
                    events.get(0).id(),
                    Faults.of(thrown).getMessage());
              }
              return events;
            });
  }

  /** Events in order of time; with the token of the next page. */
  public CompletionStage<Listed<AdminEvent>> list(AdminEventRequest request) {
    return Stages.of(
        () -> {
          RequestChecks checks = new RequestChecks(catalog.get(), limits);
          ListChecks lists = new ListChecks(checks);
          int size = lists.pageSize(request.pageSize());
          String list = listOf(request);
          String position = PageToken.position(list, request.pageToken(), checks);
          checks.optionalId("account_id", request.account());
          lists.name("who", request.who()).name("rpc", request.rpc());
          Set<Outcome> outcomes = outcomes(lists, request.outcomes());
          Instant start = request.start();
          Instant end = request.end();
          if (start != null && end != null && !start.isBefore(end)) {
            checks.malformed("end_time", "is not after start_time");
          }
          checks.throwIfWrong();
          Span span =
              new Span(
                  request.oldestFirst(),
                  position,
                  start == null ? Instant.MIN : start,
                  end == null ? Instant.MAX : end);
          return store
              .list(span, size, AdminLimits.MAX_EVENTS_LOOKED_AT, filter(request, outcomes))
              .thenApply(page -> Listed.of(list, page));
        });
  }

  private static Set<Outcome> outcomes(ListChecks lists, List<String> names) {
    List<String> known = Arrays.stream(Outcome.values()).map(Enum::name).toList();
    EnumSet<Outcome> outcomes = EnumSet.noneOf(Outcome.class);
    for (int i = 0; i < names.size(); i++) {
      String name = lists.oneOf("outcomes[" + i + "]", names.get(i), known);
      if (name != null) {
        outcomes.add(Outcome.valueOf(name));
      } else if (names.get(i).isEmpty()) {
        outcomes.addAll(EnumSet.allOf(Outcome.class));
      }
    }
    return outcomes.isEmpty() ? EnumSet.allOf(Outcome.class) : outcomes;
  }

  private static Predicate<AdminEvent> filter(AdminEventRequest request, Set<Outcome> outcomes) {
    return event ->
        (request.account().isEmpty() || request.account().equals(event.account()))
            && (request.who().isEmpty()
                || request.who().equals(event.caller().name())
                || request.who().equals(event.actor()))
            && (request.rpc().isEmpty() || request.rpc().equals(event.rpc()))
            && outcomes.contains(event.result().outcome());
  }

  /** What tells one list from another: all filters, and not the size of a page. */
  private static String listOf(AdminEventRequest request) {
    return Fingerprint.of("admin_events")
        .text(request.account())
        .text(request.who())
        .text(request.rpc())
        .texts(request.outcomes())
        .time(request.start())
        .time(request.end())
        .flag(request.oldestFirst())
        .end();
  }
}
