package dev.tokenguard.client;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.Random;

/**
 * Makes ULIDs: 26 characters that sort by the millisecond they were made in, then by the order in
 * which this instance made them. Thread-safe.
 */
final class Ulids {

  private static final char[] DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();

  private final Clock clock;
  private final Random random;

  private long lastMillis = -1;
  private long high; // The upper 16 bits of 80 random ones.
  private long low; // The lower 64.

  Ulids() {
    this(Clock.systemUTC(), new SecureRandom());
  }

  Ulids(Clock clock, Random random) {
    this.clock = clock;
    this.random = random;
  }

  synchronized String next() {
    long millis = clock.millis();
    if (millis > lastMillis) {
      lastMillis = millis;
      draw();
    } else if (++low == 0 && ++high == 1 << 16) {
      // 80 bits are used up, or the clock went back a long way: borrow from the next millisecond.
      lastMillis++;
      draw();
    }
    return text(lastMillis, high, low);
  }

  private void draw() {
    high = random.nextInt(1 << 16);
    low = random.nextLong();
  }

  private static String text(long millis, long high, long low) {
    char[] text = new char[26];
    for (int i = 9; i >= 0; i--) {
      text[i] = DIGITS[(int) (millis & 31)];
      millis >>>= 5;
    }
    for (int i = 25; i >= 10; i--) {
      text[i] = DIGITS[(int) (low & 31)];
      low = low >>> 5 | high << 59;
      high >>>= 5;
    }
    return new String(text);
  }
}
