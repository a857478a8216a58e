package dev.tokenguard.auth;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys in force. Looks for new ones at an interval, and early when a token names a key that is
 * not among them; keeps those it has when a look fails. Whoever asks for keys never waits for a
 * look: it is told to come back. Thread-safe.
 */
final class JwksCache {
  private static final Logger log = LoggerFactory.getLogger(JwksCache.class);

  /** Whoever makes up ids must not make us forget all that others have asked for. */
  private static final int MAX_ASKED = 1000;

  private static final int MAX_LOGGED = 2000;

  /** Keys, and the tokens that they were found to have signed: those go when the keys go. */
  record Loaded(Jwks keys, VerifiedTokens verified) {}

  /**
   * How often to look.
   *
   * @param interval when all is well
   * @param pause at most: after a failed look, and for a key that is not known
   */
  record Pace(Duration interval, Duration pause) {}

  private final JwksSource source;
  private final String name;
  private final Set<String> algorithms;
  private final Pace pace;
  private final JwksListener listener;
  private final Clock clock;

  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile @Nullable Executor worker;
  private volatile @Nullable Loaded loaded;

  /** When the last look began, and the last that found keys; before all time for none. */
  private volatile Instant attempted = Instant.MIN;

  private volatile Instant looked = Instant.MIN;

  /** Why the last look found no keys; empty if it did. */
  private volatile String trouble = "";

  /** What the keys were made of; only looks know it, one at a time. */
  private volatile String text = "";

  /** Ids of keys that are not known, and when each was first asked for. */
  private final Map<String, Instant> asked = new LinkedHashMap<>();

  /**
   * A cache without keys.
   *
   * @param name of the source, for messages
   * @param algorithms accepted ones
   */
  JwksCache(
      JwksSource source,
      String name,
      Set<String> algorithms,
      Pace pace,
      JwksListener listener,
      Clock clock) {
    this.source = source;
    this.name = name;
    this.algorithms = algorithms;
    this.pace = pace;
    this.listener = listener;
    this.clock = clock;
  }

  /** Looks now and from now on, until the timer is shut down. */
  void start(ScheduledExecutorService timer) {
    lookOn(timer);
    timer.scheduleWithFixedDelay(this::tick, 0, pace.pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Where early looks are made. */
  void lookOn(Executor executor) {
    worker = executor;
  }

  /** Looks if it is time to. */
  void tick() {
    if (!trouble.isEmpty() || isOver(looked, pace.interval)) {
      look();
    }
  }

  /**
   * The keys in force.
   *
   * @throws FaultException KEYS_UNAVAILABLE if there are none yet
   */
  Loaded current() {
    Loaded now = loaded;
    if (now == null) {
      lookSoon();
      throw FaultException.of(
          Fault.KEYS_UNAVAILABLE,
          "the keys that JWTs are signed with could not be fetched yet; try again soon");
    }
    return now;
  }

  /**
   * Hears of a key that is not among those in force; returns if there is no such key.
   *
   * @throws FaultException KEYS_UNAVAILABLE until somebody has looked since it was first asked for
   */
  void missing(String id) {
    if (!isLookedFor(id)) {
      lookSoon();
      throw FaultException.of(
          Fault.KEYS_UNAVAILABLE,
          "the key that this JWT is signed with is being looked for; try again soon");
    }
  }

  /** Whether a look of late, begun after the id was first asked for, has not found it. */
  private synchronized boolean isLookedFor(String id) {
    Instant first = asked.get(id);
    if (first != null && first.isBefore(looked)) {
      if (!isOver(looked, pace.pause)) {
        return true;
      }
      // A key of that id may have come since.
      asked.remove(id);
      first = null;
    }
    if (first == null) {
      asked.put(id, clock.instant());
      if (asked.size() > MAX_ASKED) {
        asked.remove(asked.keySet().iterator().next());
      }
    }
    return false;
  }

  private boolean isOver(Instant since, Duration time) {
    return since.equals(Instant.MIN) || !clock.instant().isBefore(since.plus(time));
  }

  private void lookSoon() {
    Executor executor = worker;
    if (executor != null && !looking.get() && isOver(attempted, pace.pause)) {
      try {
        executor.execute(
            () -> {
              if (isOver(attempted, pace.pause)) {
                look();
              }
            });
      } catch (RejectedExecutionException e) {
        log.debug("No more looks at the JWKS: the server is stopping");
      }
    }
  }

  /** Looks, unless somebody does already; a source that has to wait answers later. */
  void look() {
    if (!looking.compareAndSet(false, true)) {
      return;
    }
    Instant began = clock.instant();
    attempted = began;
    CompletionStage<String> fetched;
    try {
      fetched = source.fetch();
    } catch (RuntimeException e) {
      fetched = CompletableFuture.failedFuture(e);
    }
    fetched.whenComplete(
        (document, thrown) -> {
          try {
            if (thrown == null) {
              accept(document);
              looked = began;
              recovered();
            } else {
              failed(thrown instanceof CompletionException ? thrown.getCause() : thrown);
            }
          } catch (IOException | RuntimeException e) {
            failed(e);
          } finally {
            looking.set(false);
          }
        });
  }

  private void accept(String document) throws IOException {
    if (document.equals(text)) {
      return;
    }
    Jwks keys = Jwks.parse(document, algorithms, clock.instant());
    JwsWarmUp.run(keys);
    log.info("JWKS {}: {} keys to verify JWTs with", name, keys.keys().size());
    if (!keys.leftOut().isEmpty()) {
      log.warn("JWKS {}: not used: {}", name, cut(String.join("; ", keys.leftOut())));
    }
    loaded = new Loaded(keys, new VerifiedTokens());
    text = document;
  }

  private void recovered() {
    if (!trouble.isEmpty()) {
      log.info("JWKS {} can be used again", name);
      trouble = "";
    }
    listener.jwksLooked(true);
  }

  private void failed(@Nullable Throwable thrown) {
    String why = cut(thrown instanceof IOException ? words(thrown) : String.valueOf(thrown));
    if (!why.equals(trouble)) {
      trouble = why;
      log.error(
          "JWKS {} cannot be used, {}: {}",
          name,
          loaded == null ? "and no JWT until it can" : "the keys in force stay",
          why);
    }
    listener.jwksLooked(false);
  }

  /** Some exceptions of the JDK say nothing but their names. */
  private static String words(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null || message.isBlank() ? thrown.getClass().getSimpleName() : message;
  }

  /** Why there are no keys to be had; empty if there are. */
  String trouble() {
    return trouble;
  }

  private static String cut(String message) {
    return message.length() <= MAX_LOGGED ? message : message.substring(0, MAX_LOGGED) + "...";
  }
}
