package dev.tokenguard.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
  @ParameterizedTest
  @CsvSource({
    "0s, PT0S, 0s",
    "500ms, PT0.5S, 500ms",
    "10s, PT10S, 10s",
    "90s, PT1M30S, 90s",
    "60s, PT1M, 1m",
    "24h, PT24H, 24h",
    "2d, PT48H, 2d",
    "36h, PT36H, 36h",
    "PT1H30M, PT1H30M, 90m",
    "P1DT1H, PT25H, 25h",
  })
  void parses(String text, Duration expected, String shortest) {
    assertEquals(Optional.of(expected), DurationText.parse(text));
    assertEquals(shortest, DurationText.format(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "10 s",
        "10S",
        "-1s",
        "1.5s",
        "1w",
        "PT-1S",
        "P1M",
        "PT0.0001S",
        "soon",
        "s",
        "9999999999999999999s",
        "999999999999999d",
      })
  void rejects(String text) {
    assertEquals(Optional.empty(), DurationText.parse(text));
  }
}
