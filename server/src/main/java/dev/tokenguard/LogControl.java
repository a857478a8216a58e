package dev.tokenguard;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import dev.tokenguard.domain.LoggerLevel;
import dev.tokenguard.service.LogLevels;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Changes what is logged while the server runs. What was changed lies over what {@link
 * Logging#configure} set, and is made anew from both at every change. Thread-safe.
 */
final class LogControl implements LogLevels {
  private static final org.slf4j.Logger log = LoggerFactory.getLogger(LogControl.class);
  private static final String ALL_OF_OURS = "";

  private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final ScheduledExecutorService timer;
  private final Clock clock;

  /** What the settings say, which the first change finds in force. */
  private final Level ours = Logging.level(context);

  private final SortedMap<String, Change> changes = new TreeMap<>();

  /** A control that goes back in time by this timer. */
  LogControl(ScheduledExecutorService timer, Clock clock) {
    this.timer = timer;
    this.clock = clock;
  }

  private record Change(LoggerLevel.Level level, @Nullable Instant until, @Nullable Future<?> end) {
    void cancel() {
      if (end != null) {
        end.cancel(false);
      }
    }
  }

  @Override
  public boolean isLogger(String name) {
    // Looked for among those there are: asking logback for one would make it.
    return context.getLoggerList().stream()
        .map(Logger::getName)
        .anyMatch(each -> each.equals(name) || each.startsWith(name + "."));
  }

  @Override
  public synchronized LoggerLevel set(
      String logger, LoggerLevel.Level level, @Nullable Duration duration) {
    Change before = changes.remove(logger);
    if (before != null) {
      before.cancel();
    }
    Instant until = duration == null ? null : clock.instant().plus(duration);
    Future<?> end =
        duration == null
            ? null
            : timer.schedule(() -> end(logger, until), duration.toMillis(), TimeUnit.MILLISECONDS);
    changes.put(logger, new Change(level, until, end));
    apply();
    LoggerLevel now = new LoggerLevel(logger, level, until);
    tell(now);
    return now;
  }

  /** Unless it was changed again meanwhile. */
  private synchronized void end(String logger, @Nullable Instant until) {
    Change change = changes.get(logger);
    if (change != null && until != null && until.equals(change.until())) {
      restore(logger);
    }
  }

  @Override
  public synchronized LoggerLevel restore(String logger) {
    Change before = changes.remove(logger);
    if (before != null) {
      before.cancel();
      if (!logger.isEmpty() && !logger.equals(LoggerLevel.ROOT)) {
        context.getLogger(logger).setLevel(null);
      }
      apply();
    }
    LoggerLevel now = new LoggerLevel(logger, levelOf(logger), null);
    if (before != null) {
      tell(now);
    }
    return now;
  }

  private void apply() {
    Change all = changes.get(ALL_OF_OURS);
    Logging.setLevel(context, all == null ? ours : logback(all.level()));
    Change root = changes.get(LoggerLevel.ROOT);
    context
        .getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)
        .setLevel(root == null ? Logging.OF_OTHERS : logback(root.level()));
    changes.forEach(
        (logger, change) -> {
          if (!logger.isEmpty() && !logger.equals(LoggerLevel.ROOT)) {
            context.getLogger(logger).setLevel(logback(change.level()));
          }
        });
  }

  private LoggerLevel.Level levelOf(String logger) {
    Level level =
        logger.isEmpty()
            ? Logging.level(context)
            : context
                .getLogger(
                    logger.equals(LoggerLevel.ROOT) ? org.slf4j.Logger.ROOT_LOGGER_NAME : logger)
                .getEffectiveLevel();
    return LoggerLevel.Level.valueOf(level.levelStr);
  }

  private static void tell(LoggerLevel now) {
    log.warn(
        "{} {} from now on{}",
        now.logger().isEmpty() ? "TokenGuard logs" : now.logger() + " logs",
        now.level(),
        now.until() == null ? "" : ", until " + now.until());
  }

  @Override
  public synchronized List<LoggerLevel> changed() {
    return changes.entrySet().stream()
        .map(
            each ->
                new LoggerLevel(each.getKey(), each.getValue().level(), each.getValue().until()))
        .toList();
  }

  private static Level logback(LoggerLevel.Level level) {
    return Level.toLevel(level.name());
  }
}
