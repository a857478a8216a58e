package dev.tokenguard.store.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.testing.ManualClock;
import dev.tokenguard.testing.Samples;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StoreClockTest {

  @Test
  void knowsHowFarRedisIsAhead() {
    StoreClock clock = StoreClock.ofRedis();
    assertEquals(Duration.ZERO, clock.offset());

    clock.learn(System.currentTimeMillis() + 3_600_000);

    assertEquals(60, clock.offset().plusSeconds(30).toMinutes());
    assertTrue(clock.now() > System.currentTimeMillis() + 3_500_000);

    clock.learn(System.currentTimeMillis() - 3_600_000);
    assertEquals(-60, clock.offset().minusSeconds(30).toMinutes());
  }

  @Test
  void aClockThatItIsToldIsNeverOff() {
    StoreClock clock = StoreClock.told(new ManualClock(Samples.NOW));
    clock.learn(Samples.NOW.plusSeconds(3600).toEpochMilli());
    assertEquals(Duration.ZERO, clock.offset());
  }
}
