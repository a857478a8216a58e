package dev.tokenguard.command;

import java.time.DateTimeException;
import java.time.LocalDate;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Days of usage, which are those of the account's time zone. */
final class UsageDays {
  @Option(
      names = "--from",
      paramLabel = "DAY",
      converter = Day.class,
      description = "First day, 2026-11-01, in the account's time zone (default: 30 days in all).")
  private String from = "";

  @Option(
      names = "--to",
      paramLabel = "DAY",
      converter = Day.class,
      description = "Last day, inclusive (default: today).")
  private String to = "";

  /** The first day as the protocol has it; empty for the default. */
  String from() {
    return from;
  }

  /** The last day as the protocol has it; empty for the default. */
  String to() {
    return to;
  }

  /** Checks that it is a day. */
  static final class Day implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      try {
        return LocalDate.parse(text).toString();
      } catch (DateTimeException e) {
        throw new TypeConversionException("'" + text + "' (expected: a day such as 2026-11-21)");
      }
    }
  }
}
