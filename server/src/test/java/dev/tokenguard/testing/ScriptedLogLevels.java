package dev.tokenguard.testing;

import dev.tokenguard.domain.LoggerLevel;
import dev.tokenguard.service.LogLevels;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Log levels that are only remembered. */
public final class ScriptedLogLevels implements LogLevels {
  private final SortedMap<String, LoggerLevel> changed = new TreeMap<>();

  @Override
  public boolean isLogger(String name) {
    return name.startsWith("dev.");
  }

  @Override
  public LoggerLevel set(String logger, LoggerLevel.Level level, @Nullable Duration duration) {
    LoggerLevel now =
        new LoggerLevel(logger, level, duration == null ? null : Samples.NOW.plus(duration));
    changed.put(logger, now);
    return now;
  }

  @Override
  public LoggerLevel restore(String logger) {
    changed.remove(logger);
    return new LoggerLevel(logger, LoggerLevel.Level.INFO, null);
  }

  @Override
  public List<LoggerLevel> changed() {
    return List.copyOf(changed.values());
  }
}
