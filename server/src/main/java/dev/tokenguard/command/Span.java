package dev.tokenguard.command;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A length of time as people write it: {@code 3d}, {@code 1h30m}, {@code 500ms}, ISO 8601. */
record Span(Duration length) {
  static final Span NONE = new Span(Duration.ZERO);

  private static final Pattern PARTS = Pattern.compile("(?:\\d{1,12}(?:ms|w|d|h|m|s))+");
  private static final Pattern PART = Pattern.compile("(\\d+)(ms|w|d|h|m|s)");

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException telling what is wrong and what is expected
   */
  static Span parse(String text) {
    try {
      Duration length = PARTS.matcher(text).matches() ? sum(text) : Duration.parse(text);
      if (!length.isNegative()) {
        return new Span(length);
      }
    } catch (DateTimeException | ArithmeticException e) {
      // Told below.
    }
    throw new IllegalArgumentException(
        "'" + text + "' (expected: a length of time such as 30s, 90m, 12h, 3d or PT36H)");
  }

  private static Duration sum(String text) {
    Duration sum = Duration.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      long count = Long.parseLong(part.group(1));
      sum =
          switch (part.group(2)) {
            case "w" -> sum.plusDays(Math.multiplyExact(7, count));
            case "d" -> sum.plusDays(count);
            case "h" -> sum.plusHours(count);
            case "m" -> sum.plusMinutes(count);
            case "s" -> sum.plusSeconds(count);
            default -> sum.plusMillis(count);
          };
    }
    return sum;
  }

  /** The shortest text for it in these units: {@code 3d}, {@code 1d12h}. */
  static String text(Duration length) {
    if (length.isZero()) {
      return "0s";
    }
    StringBuilder text = new StringBuilder();
    append(text, length.toDaysPart(), "d");
    append(text, length.toHoursPart(), "h");
    append(text, length.toMinutesPart(), "m");
    append(text, length.toSecondsPart(), "s");
    append(text, length.toMillisPart(), "ms");
    return text.toString();
  }

  private static void append(StringBuilder text, long count, String unit) {
    if (count != 0) {
      text.append(count).append(unit);
    }
  }

  com.google.protobuf.Duration toProto() {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(length.getSeconds())
        .setNanos(length.getNano())
        .build();
  }

  /** For picocli, whose errors name the option. */
  static final class Converter implements ITypeConverter<Span> {
    @Override
    public Span convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
