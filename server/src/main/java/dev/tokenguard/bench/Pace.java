package dev.tokenguard.bench;

import java.util.Locale;

/**
 * How fast a long work goes, and when it will be done.
 *
 * @param total how much there is to do
 * @param what of what
 */
record Pace(long total, String what) {
  private static final double SECOND = 1e9;

  /** In words: how much of it is done after so long. */
  String at(long done, long nanos) {
    double rate = nanos <= 0 ? 0 : done * SECOND / nanos;
    String text = String.format(Locale.ROOT, "%,d of %,d %s, %,.0f/s", done, total, what, rate);
    if (done == 0 || done >= total) {
      return text;
    }
    long left = (long) Math.ceil((total - done) / rate);
    return text + ", " + (left < 120 ? left + " s" : (left + 30) / 60 + " min") + " left";
  }
}
