package dev.tokenguard.bench;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Tells on standard error what is being done: in one line on a terminal, else in many. Thread-safe.
 */
final class Progress {
  private static final int WIDTH = 78;
  private static final long SECOND = 1_000_000_000;

  private final PrintWriter err;
  private final boolean terminal;
  private final long start = System.nanoTime();

  Progress(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  /** What happens now. */
  synchronized void say(String format, Object... arguments) {
    String line =
        String.format(Locale.ROOT, "%4d s  ", (System.nanoTime() - start) / SECOND)
            + String.format(Locale.ROOT, format, arguments);
    if (terminal) {
      err.print("\r" + line + " ".repeat(Math.max(0, WIDTH - line.length())));
    } else {
      err.println(line);
    }
    err.flush();
  }

  /** Hears how much more of something is done, and tells of it now and then. */
  LongConsumer of(Pace pace) {
    long interval = terminal ? SECOND / 5 : 5 * SECOND;
    long begun = System.nanoTime();
    AtomicLong done = new AtomicLong();
    AtomicLong last = new AtomicLong(begun);
    return more -> {
      long soFar = done.addAndGet(more);
      long now = System.nanoTime();
      long before = last.get();
      if (now - before >= interval && last.compareAndSet(before, now)) {
        say("prepare          %s", pace.at(soFar, now - begun));
      }
    };
  }

  /** Nothing more happens; leaves nothing on a terminal. */
  synchronized void end() {
    if (terminal) {
      err.print("\r" + " ".repeat(WIDTH) + "\r");
      err.flush();
    }
  }
}
