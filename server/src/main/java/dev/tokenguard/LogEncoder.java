package dev.tokenguard;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.slf4j.event.KeyValuePair;

/**
 * Writes a log event as a line for people, or as a JSON object on a line for machines. Thread-safe.
 *
 * <p>Not Logback's {@code JsonEncoder}: it writes times as numbers, levels among a dozen fields
 * that nobody reads, and messages apart from their arguments.
 */
final class LogEncoder extends EncoderBase<ILoggingEvent> {

  private static final byte[] NOTHING = {};

  private volatile boolean json;

  void setJson(boolean json) {
    this.json = json;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    if (json) {
      json(event, line);
    } else {
      text(event, line);
    }
    return line.append('\n').toString().getBytes(UTF_8);
  }

  private static void text(ILoggingEvent event, StringBuilder line) {
    line.append(time(event)).append(' ').append(event.getLevel());
    line.append(" ".repeat(Math.max(1, 6 - event.getLevel().toString().length())));
    line.append(shortName(event.getLoggerName())).append(": ").append(event.getFormattedMessage());
    if (event.getThrowableProxy() != null) {
      line.append('\n')
          .append(ThrowableProxyUtil.asString(event.getThrowableProxy()).stripTrailing());
    }
  }

  private static void json(ILoggingEvent event, StringBuilder line) {
    line.append("{\"time\":\"").append(time(event));
    line.append("\",\"level\":\"").append(event.getLevel());
    line.append("\",\"logger\":");
    quoted(event.getLoggerName(), line);
    line.append(",\"thread\":");
    quoted(event.getThreadName(), line);
    line.append(",\"message\":");
    quoted(String.valueOf(event.getFormattedMessage()), line);
    if (event.getKeyValuePairs() != null) {
      event.getKeyValuePairs().forEach(pair -> field(pair, line));
    }
    if (event.getThrowableProxy() != null) {
      line.append(",\"error\":");
      quoted(ThrowableProxyUtil.asString(event.getThrowableProxy()).stripTrailing(), line);
    }
    line.append('}');
  }

  /** A part of the event that is told by its name; text lines leave it to the message. */
  private static void field(KeyValuePair pair, StringBuilder line) {
    line.append(',');
    quoted(pair.key, line);
    line.append(':');
    quoted(String.valueOf(pair.value), line);
  }

  private static Instant time(ILoggingEvent event) {
    return Instant.ofEpochMilli(event.getTimeStamp()).truncatedTo(ChronoUnit.MILLIS);
  }

  private static String shortName(String logger) {
    return logger.substring(logger.lastIndexOf('.') + 1);
  }

  private static void quoted(String text, StringBuilder line) {
    line.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> line.append("\\\"");
        case '\\' -> line.append("\\\\");
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        case '\t' -> line.append("\\t");
        default -> {
          if (c < ' ') {
            line.append(String.format("\\u%04x", (int) c));
          } else {
            line.append(c);
          }
        }
      }
    }
    line.append('"');
  }

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }
}
