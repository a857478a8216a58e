package dev.tokenguard.domain;

/**
 * The period that contains a moment, with its neighbours: {@code [previousStart, start)}, {@code
 * [start, end)}, {@code [end, nextEnd)}. Times are milliseconds since the epoch.
 *
 * <p>The store picks among the three by its own clock, so that a sidecar whose clock is off by less
 * than a period changes nothing.
 *
 * @param index number of the period {@code [start, end)}; the next one is one more, whatever the
 *     time zone
 * @param previousStart start of the period before; may equal {@code start} where a calendar day was
 *     skipped
 * @param start when the period starts, inclusive
 * @param end when it ends, exclusive; {@link #FOREVER} if it never does
 * @param nextEnd when the next one ends, exclusive
 */
public record Periods(long index, long previousStart, long start, long end, long nextEnd) {

  /** The end of a period that never ends; later than any real time, exact in a Lua number. */
  public static final long FOREVER = Amounts.MAX;

  /** The one period of an allowance that never resets. */
  public static final Periods NEVER = new Periods(0, 0, 0, FOREVER, FOREVER);
}
