package dev.tokenguard.command;

import com.google.protobuf.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A point in time as people write it: a date, which means its first moment where the reader is; a
 * time there; or an ISO instant with an offset, as the tables show it.
 */
record Moment(String text) {
  static final Moment NONE = new Moment("");

  private static final DateTimeFormatter SHOWN =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ssxxx", Locale.ROOT);

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException telling what is wrong and what is expected
   */
  static Moment parse(String text) {
    try {
      Moment moment = new Moment(text);
      moment.instant(ZoneOffset.UTC);
      return moment;
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' (expected: a date such as 2026-12-31, or a time such as 2026-12-31T18:00 or"
              + " 2026-12-31T18:00:00Z)");
    }
  }

  private Instant instant(ZoneId zone) {
    if (text.length() <= "2026-12-31".length()) {
      return LocalDate.parse(text).atStartOfDay(zone).toInstant();
    }
    String iso = text.replace(' ', 'T');
    if (iso.endsWith("Z") || iso.lastIndexOf('+') > 0 || iso.lastIndexOf('-') > iso.indexOf('T')) {
      return OffsetDateTime.parse(iso).toInstant();
    }
    return LocalDateTime.parse(iso).atZone(zone).toInstant();
  }

  /** The moment that it means to somebody in this zone. */
  Timestamp in(ZoneId zone) {
    Instant instant = instant(zone);
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /** A time for a table; the same text can be given to an option. */
  static String shown(Timestamp time, ZoneId zone) {
    return SHOWN.format(Instant.ofEpochSecond(time.getSeconds(), time.getNanos()).atZone(zone));
  }

  /** For picocli, whose errors name the option. */
  static final class Converter implements ITypeConverter<Moment> {
    @Override
    public Moment convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
