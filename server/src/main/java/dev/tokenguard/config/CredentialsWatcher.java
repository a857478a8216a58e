package dev.tokenguard.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the file of credentials every so often, and puts them in force when it has changed. One
 * that cannot be used changes nothing: those who may call now may go on, and those who were taken
 * out of it must not be let in by a slip of the pen either.
 *
 * <p>Like {@link CatalogWatcher} it reads the whole file each time, and content counts when two
 * looks in a row have seen the same. One poll at a time.
 */
public final class CredentialsWatcher {
  private static final Logger log = LoggerFactory.getLogger(CredentialsWatcher.class);

  private final Path file;
  private final Set<String> namespaces;
  private final Consumer<Credentials> use;
  private final CredentialsListener listener;

  private Credentials inForce;

  /** What the last look saw; null before the first. An empty text is something to see. */
  private @Nullable String seen;

  private @Nullable String decided;

  /**
   * A watcher that does nothing before {@link #start}.
   *
   * @param file the file, or a link to it
   * @param namespaces those that the server serves
   * @param inForce what the file had when it was loaded
   * @param use puts credentials in force
   * @param listener hears of changes and of failed ones
   */
  public CredentialsWatcher(
      Path file,
      Set<String> namespaces,
      Credentials inForce,
      Consumer<Credentials> use,
      CredentialsListener listener) {
    this.file = file;
    this.namespaces = namespaces;
    this.inForce = inForce;
    this.use = use;
    this.listener = listener;
  }

  /**
   * Looks at an interval, until the timer is shut down.
   *
   * @param timer runs the polls, one at a time; must not be an event loop, as files are read
   */
  public void start(ScheduledExecutorService timer, Duration interval) {
    timer.scheduleWithFixedDelay(
        () -> {
          try {
            poll();
          } catch (RuntimeException e) {
            log.error("Looking at the credentials {} failed", file, e);
          }
        },
        interval.toMillis(),
        interval.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  /** Looks at the file, and does what is to be done. */
  void poll() {
    Problems problems = new Problems();
    Optional<String> text = YamlFile.readAgain(file, problems);
    String now = text.orElseGet(() -> new CredentialsException(problems.list()).getMessage());
    boolean settled = now.equals(seen);
    seen = now;
    if (!settled || now.equals(decided)) {
      return;
    }
    decided = now;
    if (text.isEmpty()) {
      reject(now);
      return;
    }
    try {
      accept(CredentialsLoader.parse(now, file.toString(), namespaces));
    } catch (CredentialsException e) {
      reject(e.getMessage());
    }
  }

  private void accept(Credentials credentials) {
    if (credentials.equals(inForce)) {
      return;
    }
    log.info("Credentials {} reloaded: {}", file, changes(inForce, credentials));
    inForce = credentials;
    use.accept(credentials);
    listener.credentialsReloaded();
  }

  private void reject(String error) {
    log.error("Credentials {} are not used, those in force stay: {}", file, error);
    listener.credentialsRejected();
  }

  private static String changes(Credentials before, Credentials after) {
    Set<String> added = new TreeSet<>(after.names());
    added.removeAll(before.names());
    Set<String> removed = new TreeSet<>(before.names());
    removed.removeAll(after.names());
    return after.names().size() + " in all, added " + added + ", removed " + removed;
  }
}
