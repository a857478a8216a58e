package dev.tokenguard.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTextTest {
  @ParameterizedTest
  @CsvSource({
    "never, never",
    "daily, daily",
    "weekly, weekly",
    "monthly, monthly",
    "every 1 day, every 1 days",
    "every 30 days, every 30 days",
    "every 3653 days, every 3653 days",
    "every 2 weeks, every 14 days",
    "every P2W, every 14 days",
    "every P30D, every 30 days",
    "every P1W1D, every 8 days",
    "every PT6H, every PT6H",
    "every pt90m, every PT1H30M",
    "every PT36H, every PT36H",
    "every 90 minutes, every PT1H30M",
    "every 1 second, every PT1S",
    "every PT1.5S, every PT1.5S",
    "every 87672 hours, every PT87672H",
  })
  void parses(String text, String schedule) {
    assertEquals(schedule, ScheduleText.parse(text).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Daily          | (expected: never, daily, weekly, monthly, 'every 30 days' or 'every"
            + " PT6H')",
        "every          | (expected: never, daily, weekly, monthly, 'every 30 days' or 'every"
            + " PT6H')",
        "every day      | (expected: never, daily, weekly, monthly, 'every 30 days' or 'every"
            + " PT6H')",
        "30 days        | (expected: never, daily, weekly, monthly, 'every 30 days' or 'every"
            + " PT6H')",
        "hourly         | (write 'every PT1H')",
        "yearly         | (write 'every 365 days' or monthly)",
        "every 0 days   | (expected: 1 to 3653 days)",
        "every 3654 days | (expected: 1 to 3653 days)",
        "every 999999999 weeks | (expected: 1 to 3653 days)",
        "every P-2D     | (expected: 1 to 3653 days)",
        "every P0D      | (expected: 1 to 3653 days)",
        "every 1 month  | (months and years differ in length; write monthly, or a number of days)",
        "every P1M      | (months and years differ in length; write monthly, or a number of days)",
        "every P1Y2M3D  | (months and years differ in length; write monthly, or a number of days)",
        "every P1DT12H  | (days and hours in one: a day is not always 24 hours; write hours,"
            + " 'PT36H')",
        "every PT0S     | (expected: 1 second to 10 years, in whole milliseconds)",
        "every PT-6H    | (expected: 1 second to 10 years, in whole milliseconds)",
        "every PT0.999S | (expected: 1 second to 10 years, in whole milliseconds)",
        "every PT1.0005S | (expected: 1 second to 10 years, in whole milliseconds)",
        "every 87673 hours | (expected: 1 second to 10 years, in whole milliseconds)",
      })
  void tellsWhatIsWrong(String text, String hint) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> ScheduleText.parse(text));

    assertEquals(text + " " + hint, e.getMessage());
  }
}
