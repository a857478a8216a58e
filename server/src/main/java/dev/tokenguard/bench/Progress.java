package dev.tokenguard.bench;

import java.io.PrintWriter;
import java.util.Locale;

/** Tells on standard error what is being done: in one line on a terminal, else in many. */
final class Progress {
  private static final int WIDTH = 78;

  private final PrintWriter err;
  private final boolean terminal;
  private final long start = System.nanoTime();

  Progress(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  /** What happens now. */
  void say(String format, Object... arguments) {
    String line =
        String.format(Locale.ROOT, "%4d s  ", (System.nanoTime() - start) / 1_000_000_000)
            + String.format(Locale.ROOT, format, arguments);
    if (terminal) {
      err.print("\r" + line + " ".repeat(Math.max(0, WIDTH - line.length())));
    } else {
      err.println(line);
    }
    err.flush();
  }

  /** Nothing more happens; leaves nothing on a terminal. */
  void end() {
    if (terminal) {
      err.print("\r" + " ".repeat(WIDTH) + "\r");
      err.flush();
    }
  }
}
