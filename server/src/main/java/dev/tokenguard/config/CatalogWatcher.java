package dev.tokenguard.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.CatalogStatus;
import dev.tokenguard.domain.CatalogUse;
import dev.tokenguard.domain.CatalogUse.Counts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the catalog file every so often, and puts its catalog in force when it has changed. One
 * that cannot be used changes nothing; it is told of in the log, in metrics and in the status.
 *
 * <p>Reads the whole file each time instead of trusting names and times: Kubernetes swaps a link
 * two levels up, and an edit may leave size and time as they were. Content counts when two looks in
 * a row have seen the same: a file that is being written may be half a catalog that is a good one
 * too, without its default plan say.
 *
 * <p>All of it happens in {@link #poll}, one call at a time. Nothing waits: when accounts have to
 * be counted, the next poll looks for the answer.
 */
public final class CatalogWatcher {
  private static final Logger log = LoggerFactory.getLogger(CatalogWatcher.class);

  /** How soon to look again when something is under way: long for a writer, short for a person. */
  private static final Duration SOON = Duration.ofMillis(200);

  /** Counting may be work for the store: not at every poll, as long as nobody moves accounts. */
  private static final int POLLS_BEFORE_RECOUNT = 12;

  private static final int UNTIL_IT_CHANGES = Integer.MAX_VALUE;

  private static final int MAX_LOGGED = 2000;

  private final Path file;
  private final CatalogHolder holder;
  private final CatalogUse use;
  private final CatalogListener listener;
  private final Clock clock;

  /** What the last look saw. */
  private Content seen = new Content(Optional.empty(), "");

  /** How many polls it needs no further thought. */
  private int settled = UNTIL_IT_CHANGES;

  /** A good catalog whose removals are being counted. */
  private @Nullable Candidate candidate;

  /** Why what was seen has been told not to be used; null if it has not. */
  private @Nullable Reason told;

  /**
   * A watcher that does nothing before {@link #start}.
   *
   * @param file the file, or a link to it
   * @param holder where new catalogs go
   * @param use tells whether accounts need what a new catalog no longer has
   * @param listener hears of changes and of failed ones
   * @param clock dates them
   */
  public CatalogWatcher(
      Path file, CatalogHolder holder, CatalogUse use, CatalogListener listener, Clock clock) {
    this.file = file;
    this.holder = holder;
    this.use = use;
    this.listener = listener;
    this.clock = clock;
  }

  /** Why a file's content is not used. */
  private enum Reason {
    BAD,
    IN_USE,
    NOT_COUNTED
  }

  /**
   * What a look at the file saw.
   *
   * @param text its text; empty if it could not be read
   * @param problem why it could not
   */
  private record Content(Optional<String> text, String problem) {}

  /** A good catalog that may have to wait. */
  private record Candidate(
      Catalog catalog, CatalogChanges changes, String sha256, CompletableFuture<Counts> counts) {}

  /**
   * Looks at once, and then at an interval, until the timer is shut down.
   *
   * @param timer runs the polls, one at a time; must not be an event loop, as files are read
   */
  public void start(ScheduledExecutorService timer, Duration interval) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      log.info("The catalog comes from {}, which is no file: changes are not looked for", file);
      return;
    }
    next(timer, Duration.ZERO, interval);
  }

  private void next(ScheduledExecutorService timer, Duration delay, Duration interval) {
    try {
      timer.schedule(
          () -> {
            boolean soon = false;
            try {
              soon = poll();
            } catch (RuntimeException e) {
              log.error("Looking at the catalog {} failed", file, e);
            }
            next(timer, soon && SOON.compareTo(interval) < 0 ? SOON : interval, interval);
          },
          delay.toMillis(),
          TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("No more looks at the catalog: the server is stopping");
    }
  }

  /** Looks at the file, and does what is to be done; true if something is under way. */
  boolean poll() {
    Content content = read();
    if (!content.equals(seen)) {
      seen = content;
      settled = 0;
      candidate = null;
      told = null;
      return true;
    }
    if (settled > 0) {
      settled--;
      return false;
    }
    Candidate good = candidate;
    if (good == null) {
      good = parse(content);
      candidate = good;
    }
    return good != null && decide(good);
  }

  private Content read() {
    Problems problems = new Problems();
    Optional<String> text = YamlFile.readAgain(file, problems);
    return new Content(
        text, text.isPresent() ? "" : new CatalogException(problems.list()).getMessage());
  }

  private @Nullable Candidate parse(Content content) {
    if (content.text().isEmpty()) {
      reject(Reason.BAD, content.problem(), UNTIL_IT_CHANGES);
      return null;
    }
    String text = content.text().get();
    try {
      Catalog catalog = CatalogLoader.parse(text, file.toString());
      CatalogChanges changes = CatalogChanges.between(holder.get(), catalog);
      return new Candidate(catalog, changes, sha256(text), count(changes));
    } catch (CatalogException e) {
      reject(Reason.BAD, e.getMessage(), UNTIL_IT_CHANGES);
    } catch (RuntimeException e) { // our fault, but no reason to try the same text again and again
      log.error("Reading the catalog {} failed", file, e);
      reject(Reason.BAD, file + ": cannot be read: " + e, UNTIL_IT_CHANGES);
    }
    return null;
  }

  private CompletableFuture<Counts> count(CatalogChanges changes) {
    if (changes.removedPlans().isEmpty() && changes.removedTokenTypes().isEmpty()) {
      return CompletableFuture.completedFuture(Counts.NONE);
    }
    try {
      return use.accountsUsing(changes.removedPlans(), changes.removedTokenTypes())
          .toCompletableFuture();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Decides as soon as it is known who uses what the candidate has no more. */
  private boolean decide(Candidate good) {
    if (!good.counts().isDone()) {
      return true;
    }
    candidate = null;
    try {
      String refusal = Removals.refusal(file.toString(), good.changes(), good.counts().join());
      if (refusal.isEmpty()) {
        accept(good);
      } else {
        reject(Reason.IN_USE, refusal, POLLS_BEFORE_RECOUNT);
      }
    } catch (CompletionException | CancellationException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      reject(
          Reason.NOT_COUNTED,
          file + ": " + Removals.notCounted(good.changes(), String.valueOf(cause.getMessage())),
          0);
    }
    return false;
  }

  private void accept(Candidate good) {
    settled = UNTIL_IT_CHANGES;
    if (!good.changes().isEmpty()) {
      holder.replace(good.catalog(), good.sha256(), clock.instant());
      log.info("Catalog {} reloaded: {}", file, good.changes().inWords(MAX_LOGGED));
      listener.catalogReloaded();
      return;
    }
    // The same object stays in force, with everything that was made of it.
    CatalogStatus before = holder.status();
    holder.confirm(good.sha256());
    if (before.refused()) {
      log.info("Catalog {} is good again, and says what is in force", file);
    } else if (!before.sha256().isEmpty()) {
      log.info("Catalog {} says the same in other words", file);
    }
  }

  private void reject(Reason reason, String error, int pollsUntilNextTry) {
    settled = pollsUntilNextTry;
    holder.reject(error, clock.instant());
    if (told != reason) {
      told = reason;
      log.error("Catalog {} is not used, that in force stays: {}", file, error);
      listener.catalogRejected();
    }
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
