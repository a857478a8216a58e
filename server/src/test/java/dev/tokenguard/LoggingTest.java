package dev.tokenguard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoggingTest {

  private final LogEncoder encoder = new LogEncoder();

  @AfterEach
  void asTestsHaveIt() {
    Logging.configure("warn", false);
  }

  @Test
  void peopleReadOneLine() {
    String line = line(event("started on {}", "127.0.0.1:7233", null));
    assertEquals("2026-03-01T12:00:00Z INFO  Main: started on 127.0.0.1:7233\n", line);
  }

  @Test
  void machinesReadOneObject() throws Exception {
    encoder.setJson(true);
    String line =
        line(event("said \"{}\"", "a\nb\tc\\d\u0001é", new IllegalStateException("no\nway")));
    assertEquals(line.length() - 1, line.indexOf('\n'), "one line");
    Struct.Builder json = Struct.newBuilder();
    JsonFormat.parser().merge(line, json);
    assertEquals(
        Set.of("time", "level", "logger", "thread", "message", "error"),
        json.getFieldsMap().keySet());
    assertEquals("said \"a\nb\tc\\d\u0001é\"", field(json, "message"));
    assertEquals("2026-03-01T12:00:00Z", field(json, "time"));
    assertEquals("INFO", field(json, "level"));
    assertTrue(field(json, "error").startsWith("java.lang.IllegalStateException: no\nway\n\tat "));
  }

  @Test
  void theLevelIsOursAndLibrariesStayQuiet() {
    Logging.configure("info", false);
    assertTrue(logger("dev.tokenguard.Main").isInfoEnabled());
    assertFalse(logger("dev.tokenguard.Main").isDebugEnabled());
    assertFalse(logger("io.lettuce.core").isInfoEnabled());
    assertFalse(logger("any.other").isInfoEnabled());
    assertTrue(logger("io.lettuce.core").isWarnEnabled());

    Logging.configure("debug", false);
    assertTrue(logger("dev.tokenguard.Main").isDebugEnabled());
    assertTrue(logger("io.lettuce.core").isInfoEnabled());
    assertFalse(logger("io.lettuce.core").isDebugEnabled());

    Logging.configure("error", false);
    assertFalse(logger("dev.tokenguard.Main").isWarnEnabled());
  }

  private static Logger logger(String name) {
    return (Logger) LoggerFactory.getLogger(name);
  }

  private static String field(Struct.Builder json, String name) {
    return json.getFieldsOrThrow(name).getStringValue();
  }

  private String line(ILoggingEvent event) {
    return new String(encoder.encode(event), UTF_8);
  }

  private static ILoggingEvent event(String message, String argument, @Nullable Throwable thrown) {
    LoggingEvent event =
        new LoggingEvent(
            "",
            logger("dev.tokenguard.Main"),
            Level.INFO,
            message,
            thrown,
            new Object[] {argument});
    event.setInstant(java.time.Instant.parse("2026-03-01T12:00:00Z"));
    return event;
  }
}
