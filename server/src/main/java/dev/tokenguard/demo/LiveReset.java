package dev.tokenguard.demo;

import dev.tokenguard.client.BalanceRequest;
import dev.tokenguard.client.BalanceWatch;
import dev.tokenguard.client.DeniedException;
import dev.tokenguard.client.TokenGuardClient;
import dev.tokenguard.demo.Console.Mood;
import dev.tokenguard.v1.Balance;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A reset to look at: on a plan where nobody waits for midnight. Told once, by one thread. */
final class LiveReset {
  /** The account; opened on the plan by the caller. */
  static final String DARA = "dara";

  /** Far longer than the plan's period; then something is wrong. */
  private static final long PATIENCE_SECONDS = 30;

  private final TokenGuardClient tokens;
  private final WebsiteService service;
  private final Console console;
  private final Journal journal;

  LiveReset(TokenGuardClient tokens, WebsiteService service, Console console, Journal journal) {
    this.tokens = tokens;
    this.service = service;
    this.console = console;
    this.journal = journal;
  }

  /**
   * Spends all, waits for the reset, and builds another one.
   *
   * @param good briefs that sites can be built from, at least one
   */
  void tell(List<BriefFile> good)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    Iterator<BriefFile> orders = Stream.generate(() -> good).flatMap(List::stream).iterator();
    BriefFile next = orders.next();
    while (build(next)) {
      next = orders.next();
    }
    awaitTokens();
    build(next);
  }

  /** False if it was refused. */
  private boolean build(BriefFile brief) throws IOException {
    try {
      journal.built(DARA, service.create(DARA, brief, "en"));
      return true;
    } catch (DeniedException e) {
      journal.refused(brief, e);
      return false;
    }
  }

  private void awaitTokens() throws InterruptedException, ExecutionException, TimeoutException {
    long start = System.nanoTime();
    CompletableFuture<Balance> full = new CompletableFuture<>();
    try (BalanceWatch watch =
        tokens.watch(
            BalanceRequest.of(DARA),
            account -> {
              Balance balance = account.getBalances(0);
              if (balance.getAvailable() > 0) {
                full.complete(balance);
              }
            })) {
      Balance now = full.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      Duration waited = Duration.ofNanos(System.nanoTime() - start);
      console.event(
          Mood.GOOD,
          "reset",
          "watching the balance for %s: %s of %s left"
              .formatted(Times.of(waited), now.getAvailable(), now.getGranted()));
    }
  }
}
