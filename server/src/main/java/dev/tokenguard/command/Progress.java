package dev.tokenguard.command;

import java.io.PrintWriter;
import java.util.function.LongSupplier;

/**
 * Tells on standard error how far a long work is: in one line on a terminal; else in many, and only
 * when it takes more than a second, so that a cron job sends no mail for nothing.
 */
final class Progress {
  private static final long SECOND = 1_000_000_000;
  private static final long TERMINAL_INTERVAL = SECOND / 10;
  private static final long LOG_INTERVAL = 10 * SECOND;

  private final PrintWriter err;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private long next;
  private int shown;

  Progress(PrintWriter err, boolean terminal) {
    this(err, terminal, System::nanoTime);
  }

  Progress(PrintWriter err, boolean terminal, LongSupplier nanoTime) {
    this.err = err;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    next = nanoTime.getAsLong() + (terminal ? 0 : SECOND);
  }

  /** Tells nothing: where what is printed would be torn by it. */
  static Progress none(PrintWriter err) {
    return new Progress(err, false, () -> 0);
  }

  /** How far it is; told if it is time to. */
  void at(String text) {
    long now = nanoTime.getAsLong();
    if (now - next < 0) {
      return;
    }
    next = now + (terminal ? TERMINAL_INTERVAL : LOG_INTERVAL);
    if (terminal) {
      err.print("\r" + text + " ".repeat(Math.max(0, shown - text.length())));
      shown = text.length();
    } else {
      err.println(text);
    }
    err.flush();
  }

  /** Leaves nothing on a terminal, for what is printed next. */
  void clear() {
    if (shown > 0) {
      err.print("\r" + " ".repeat(shown) + "\r");
      err.flush();
      shown = 0;
    }
  }
}
