package dev.tokenguard.service;

import dev.tokenguard.domain.LoggerLevel;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The levels of this process's loggers. Thread-safe. */
public interface LogLevels {

  /** Whether there is a logger of this name, or one whose name begins with it and a dot. */
  boolean isLogger(String name);

  /**
   * Changes a level; for a while, or until it is changed again.
   *
   * @param logger as {@link LoggerLevel#logger}
   * @param duration after how long it goes back by itself; null for never
   * @return how it is now
   */
  LoggerLevel set(String logger, LoggerLevel.Level level, @Nullable Duration duration);

  /** Goes back to what the settings say; returns how it is now. */
  LoggerLevel restore(String logger);

  /** Those that are not as the settings say, in order of logger. */
  List<LoggerLevel> changed();
}
