package dev.tokenguard.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import dev.tokenguard.domain.AdminEvent;
import dev.tokenguard.domain.AdminEvent.Outcome;
import dev.tokenguard.domain.AdminEvent.Result;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.testing.AdminEventsInMemory;
import dev.tokenguard.testing.CapturedLog;
import dev.tokenguard.testing.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is recorded of a change, whatever fails on the way. */
class AdminEventsTest {
  private final AdminEventsInMemory store = new AdminEventsInMemory();
  private final List<String> heard = new ArrayList<>();
  private final AdminEvents events =
      new AdminEvents(
          store,
          () -> Samples.CATALOG,
          new Limits(100, Duration.ofMinutes(1), Duration.ofHours(1)),
          new AdminEventListener() {
            @Override
            public void ended(Outcome outcome) {
              heard.add(outcome.name());
            }

            @Override
            public void unfinished(int unfinished) {
              heard.add("unfinished " + unfinished);
            }
          });

  private static AdminEvent event() {
    return new AdminEvent(
        0,
        "DeleteAccount",
        "acme",
        "",
        "r-1",
        new AdminEvent.Caller("desk", "operator", "", "local"),
        "",
        "",
        Result.UNKNOWN);
  }

  private String make(CompletableFuture<String> change) {
    return events
        .record(
            List.of(event()),
            () -> {
              assertEquals(1, store.events.size(), "recorded before it is made");
              return change;
            },
            (answer, place) -> Result.done("was", answer))
        .toCompletableFuture()
        .join();
  }

  private Result recorded() {
    return store.events.firstEntry().getValue().result();
  }

  @Test
  void aChangeThatWasMade() {
    assertEquals("is", make(CompletableFuture.completedFuture("is")));

    assertEquals(Result.done("was", "is"), recorded());
    assertEquals(List.of("DONE"), heard);
  }

  /**
   * Whether something was changed is unknown after these, and it must not be said that it was not.
   */
  @ParameterizedTest
  @EnumSource(Fault.class)
  void aChangeThatFailed(Fault fault) {
    CompletionException thrown =
        assertThrows(
            CompletionException.class,
            () -> make(CompletableFuture.failedFuture(FaultException.of(fault, "no"))));

    assertEquals(fault, Faults.of(thrown).fault(), "the caller is told as ever");
    Set<Fault> unknown = EnumSet.of(Fault.STORE_TIMEOUT, Fault.STORE_UNAVAILABLE, Fault.INTERNAL);
    assertEquals(unknown.contains(fault) ? Outcome.UNKNOWN : Outcome.REFUSED, recorded().outcome());
    assertEquals(fault.name(), recorded().reason());
  }

  @Test
  void aChangeThatCannotBeRecordedIsNotMade() {
    store.beginning = FaultException.of(Fault.STORE_UNAVAILABLE, "away");
    AtomicBoolean made = new AtomicBoolean();

    CompletionException thrown =
        assertThrows(
            CompletionException.class,
            () ->
                events
                    .record(
                        List.of(event()),
                        () -> {
                          made.set(true);
                          return CompletableFuture.completedFuture("is");
                        },
                        (answer, place) -> Result.done("", ""))
                    .toCompletableFuture()
                    .join());

    assertEquals(Fault.STORE_UNAVAILABLE, Faults.of(thrown).fault());
    assertFalse(made.get());
  }

  /** The change is made, and its caller is told so; the event says that nobody knows. */
  @Test
  void anEndThatCannotBeWrittenFailsNoChange() {
    store.finishing = FaultException.of(Fault.STORE_UNAVAILABLE, "away");
    try (CapturedLog log = new CapturedLog(AdminEvents.class)) {
      assertEquals("is", make(CompletableFuture.completedFuture("is")));
      assertTrue(log.messages().get(0).contains("away"), log.messages()::toString);
    }

    assertEquals(Result.UNKNOWN, recorded());
    assertEquals(List.of("DONE", "unfinished 1"), heard);
  }

  @Test
  void aChangeWhoseMakingThrowsHasItsEnd() {
    assertThrows(
        CompletionException.class,
        () ->
            events
                .<String>record(
                    List.of(event()),
                    () -> {
                      throw new IllegalStateException("a bug");
                    },
                    (answer, place) -> Result.done("", ""))
                .toCompletableFuture()
                .join());

    assertEquals("INTERNAL", recorded().reason());
  }

  @Test
  void whatCannotBeToldOfAChangeDoesNotFailIt() {
    try (CapturedLog log = new CapturedLog(AdminEvents.class)) {
      assertEquals(
          "is",
          events
              .record(
                  List.of(event()),
                  () -> CompletableFuture.completedFuture("is"),
                  (answer, place) -> {
                    throw new IllegalStateException("a bug");
                  })
              .toCompletableFuture()
              .join());
      assertEquals(1, log.messages().size());
    }

    assertEquals(Outcome.DONE, recorded().outcome());
  }

  @Test
  void theLogHasALineThatNobodyElseCanWrite() {
    AdminEvent odd =
        new AdminEvent(
            0,
            "CreateAccount",
            "a\n2026-01-01 INFO all is well",
            "",
            "",
            new AdminEvent.Caller("de\"sk", "operator", "", "10.0.0.1"),
            "",
            "",
            Result.UNKNOWN);
    try (CapturedLog log = new CapturedLog("dev.tokenguard.AdminEvent").from(Level.INFO)) {
      String unused =
          events
              .record(
                  List.of(odd),
                  () -> CompletableFuture.completedFuture("is"),
                  (answer, place) -> Result.REPLAYED)
              .toCompletableFuture()
              .join();
      assertEquals(
          List.of(
              "CreateAccount of \"a\\u000a2026-01-01 INFO all is well\" by \"de\\\"sk\" (operator)"
                  + " from 10.0.0.1: REPLAYED"),
          log.messages());
    }
  }
}
