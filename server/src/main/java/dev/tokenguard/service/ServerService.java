package dev.tokenguard.service;

import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.FaultException.Violation;
import dev.tokenguard.domain.LoggerLevel;
import dev.tokenguard.domain.ServerInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What operators ask of this server itself. Thread-safe. */
public final class ServerService {
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(7);

  /** Far more than anybody looks at, so that changes do not pile up. */
  private static final int MOST_CHANGED = 64;

  private final Supplier<ServerInfo> info;
  private final LogLevels levels;

  /** A service of a server that tells of itself. */
  public ServerService(Supplier<ServerInfo> info, LogLevels levels) {
    this.info = info;
    this.levels = levels;
  }

  /**
   * What to change.
   *
   * @param logger as {@link LoggerLevel#logger}
   * @param level null for none
   * @param duration after how long it goes back; null for never
   * @param restore whether it goes back now
   */
  public record LevelRequest(
      String logger,
      LoggerLevel.@Nullable Level level,
      @Nullable Duration duration,
      boolean restore) {}

  /** Which build it is, and how it is set. */
  public ServerInfo info() {
    return info.get();
  }

  /** Log levels that are not as the settings say. */
  public List<LoggerLevel> changedLevels() {
    return levels.changed();
  }

  /** Changes what is logged; returns how it is now. */
  public LoggerLevel setLevel(LevelRequest request) {
    List<Violation> wrong = new ArrayList<>();
    checkLogger(request.logger(), wrong);
    LoggerLevel.Level level = request.level();
    if (request.restore()) {
      if (level != null || request.duration() != null) {
        wrong.add(new Violation("restore", "cannot be combined with level and duration"));
      }
    } else if (level == null) {
      wrong.add(
          new Violation("level", "is required (expected: error, warn, info, debug or trace)"));
    }
    checkDuration(request.duration(), wrong);
    if (!request.restore() && isOneTooMany(request.logger())) {
      wrong.add(
          new Violation(
              "logger", MOST_CHANGED + " loggers are changed already; restore one of them first"));
    }
    if (!wrong.isEmpty()) {
      throw FaultException.invalid(wrong);
    }
    return level == null
        ? levels.restore(request.logger())
        : levels.set(request.logger(), level, request.duration());
  }

  private void checkLogger(String logger, List<Violation> wrong) {
    if (!logger.isEmpty() && !logger.equals(LoggerLevel.ROOT) && !levels.isLogger(logger)) {
      wrong.add(
          new Violation(
              "logger",
              Wording.quoted(logger)
                  + " (expected: a class or package that logs, such as dev.tokenguard.store, or"
                  + " root)"));
    }
  }

  private static void checkDuration(@Nullable Duration duration, List<Violation> wrong) {
    if (duration != null && (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0)) {
      wrong.add(
          new Violation(
              "duration",
              Wording.seconds(duration)
                  + " (expected: "
                  + Wording.seconds(SHORTEST)
                  + " to "
                  + Wording.seconds(LONGEST)
                  + ")"));
    }
  }

  private boolean isOneTooMany(String logger) {
    List<LoggerLevel> changed = levels.changed();
    return changed.size() >= MOST_CHANGED
        && changed.stream().noneMatch(each -> each.logger().equals(logger));
  }
}
