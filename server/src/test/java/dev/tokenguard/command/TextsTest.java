package dev.tokenguard.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.v1.Allowance;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values as people write them in options. */
class TextsTest {

  @ParameterizedTest
  @CsvSource({
    "2026-12-31, 2026-12-30T17:00:00Z",
    "2026-12-31T18:00, 2026-12-31T11:00:00Z",
    "2026-12-31 18:00:05, 2026-12-31T11:00:05Z",
    "2026-12-31T18:00:00Z, 2026-12-31T18:00:00Z",
    "2026-12-31T18:00:00.5Z, 2026-12-31T18:00:00.500Z",
    "2026-12-31 18:00:00+02:00, 2026-12-31T16:00:00Z",
    "2026-12-31T18:00:00-05:00, 2026-12-31T23:00:00Z"
  })
  void moments(String text, Instant instant) {
    com.google.protobuf.Timestamp time = Moment.parse(text).in(ZoneId.of("Asia/Bangkok"));

    assertEquals(instant, Instant.ofEpochSecond(time.getSeconds(), time.getNanos()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "today", "2026-13-01", "2026-02-30", "31.12.2026", "1798650000"})
  void noMoments(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Moment.parse(text));
    assertTrue(String.valueOf(e.getMessage()).startsWith("'" + text + "' (expected: a date"));
  }

  @Test
  void aMomentThatIsShownCanBeGivenBack() {
    ZoneId zone = ZoneId.of("America/New_York");
    com.google.protobuf.Timestamp time =
        com.google.protobuf.Timestamp.newBuilder().setSeconds(1796058000).build();

    assertEquals(time, Moment.parse(Moment.shown(time, zone)).in(ZoneId.of("Asia/Bangkok")));
  }

  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S, 500ms",
    "30s, PT30S, 30s",
    "90m, PT1H30M, 1h30m",
    "1d12h, PT36H, 1d12h",
    "2w, P14D, 14d",
    "PT36H, PT36H, 1d12h",
    "0s, PT0S, 0s"
  })
  void spans(String text, Duration length, String shown) {
    assertEquals(length, Span.parse(text).length());
    assertEquals(shown, Span.text(length));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "3", "3x", "-3d", "d", "3d "})
  void noSpans(String text) {
    assertThrows(IllegalArgumentException.class, () -> Span.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "image=100, image=100",
    "image=100:monthly, image=100:monthly",
    "image=100:every 30 days, image=100:every 30 days",
    "image=100:rollover=20, image=100:rollover=20",
    "image=100:daily:carry-debt:rollover=20, image=100:daily:rollover=20:carry-debt"
  })
  void allowances(String text, String shown) {
    Allowance allowance = AllowanceText.parse(text);

    assertEquals(shown, AllowanceText.text(allowance));
    assertEquals(allowance, AllowanceText.parse(shown));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "image",
        "=5",
        "image=",
        "image=5:",
        "image=5:daily:weekly",
        "image=5:rollover="
      })
  void noAllowances(String text) {
    assertThrows(IllegalArgumentException.class, () -> AllowanceText.parse(text));
  }

  @Test
  void ulidsSortByTime() {
    Random random = new Random(1);

    assertEquals("01ARYZ6S41", ChangeCommand.ulid(1469918176385L, random).substring(0, 10));
    assertTrue(
        ChangeCommand.ulid(1_000_000, random).compareTo(ChangeCommand.ulid(1_000_001, random)) < 0);
  }
}
