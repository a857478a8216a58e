package dev.tokenguard.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a logger logs at least.
 *
 * @param logger its name; {@value #ROOT} for all of them, empty for what the settings set
 * @param level what it logs at least
 * @param until when it goes back to what the settings say; null if it does not, or is so already
 */
public record LoggerLevel(String logger, Level level, @Nullable Instant until) {
  /** The name of the logger above all others. */
  public static final String ROOT = "root";

  /** What is logged at least. */
  public enum Level {
    /** Only what needs somebody. */
    ERROR,
    /** What may need somebody. */
    WARN,
    /** What happens to the server. */
    INFO,
    /** What happens to calls. */
    DEBUG,
    /** Everything. */
    TRACE
  }
}
