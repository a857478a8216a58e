package dev.tokenguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import dev.tokenguard.domain.LoggerLevel;
import dev.tokenguard.domain.LoggerLevel.Level;
import dev.tokenguard.testing.CapturedLog;
import dev.tokenguard.testing.ManualClock;
import dev.tokenguard.wire.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogControlTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
  private static final String STORE = "dev.tokenguard.test.store";

  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private final ManualClock clock = new ManualClock(NOON);
  private final CapturedLog told = new CapturedLog(LogControl.class);
  private LogControl control = control();

  @BeforeEach
  void asAServerStarts() {
    Logging.configure("info", false);
    logger(STORE + ".Redis");
    control = control();
  }

  private LogControl control() {
    return new LogControl(timer, clock);
  }

  @AfterEach
  void asTestsHaveIt() {
    control.changed().forEach(each -> control.restore(each.logger()));
    told.close();
    Logging.configure("warn", false);
    timer.shutdownNow();
  }

  @Test
  void allOfTokenGuardAsTheSettingWould() {
    assertEquals(new LoggerLevel("", Level.DEBUG, null), control.set("", Level.DEBUG, null));
    assertTrue(logger("dev.tokenguard.Main").isDebugEnabled());
    assertTrue(logger("io.lettuce.core").isInfoEnabled());

    assertEquals(new LoggerLevel("", Level.INFO, null), control.restore(""));
    assertFalse(logger("dev.tokenguard.Main").isDebugEnabled());
    assertFalse(logger("io.lettuce.core").isInfoEnabled());
    assertEquals(
        List.of("TokenGuard logs DEBUG from now on", "TokenGuard logs INFO from now on"),
        told.messages());
  }

  @Test
  void onePackageAndWhatIsBelowIt() {
    control.set(STORE, Level.TRACE, null);
    assertTrue(logger(STORE + ".Redis").isTraceEnabled());
    assertFalse(logger("dev.tokenguard.Main").isDebugEnabled());

    control.set("", Level.ERROR, null); // does not undo it
    assertTrue(logger(STORE + ".Redis").isTraceEnabled());
    assertEquals(
        List.of(new LoggerLevel("", Level.ERROR, null), new LoggerLevel(STORE, Level.TRACE, null)),
        control.changed());

    control.restore(STORE);
    assertNull(logger(STORE).getLevel());
    assertFalse(logger(STORE + ".Redis").isWarnEnabled(), "as all of TokenGuard now");
  }

  @Test
  void theRootIsForEverybodyElse() {
    control.set(LoggerLevel.ROOT, Level.DEBUG, null);
    assertTrue(logger("any.other").isDebugEnabled());
    assertFalse(logger("dev.tokenguard.Main").isDebugEnabled());
    control.restore(LoggerLevel.ROOT);
    assertFalse(logger("any.other").isInfoEnabled());
  }

  @Test
  void goesBackByItself() {
    LoggerLevel now = control.set(STORE, Level.DEBUG, Duration.ofMillis(50));
    assertEquals(NOON.plusMillis(50), now.until());
    Await.until("it is as before", () -> control.changed().isEmpty());
    assertFalse(logger(STORE + ".Redis").isDebugEnabled());
  }

  @Test
  void whatIsChangedAgainGoesByTheLastChange() {
    control.set(STORE, Level.DEBUG, Duration.ofMillis(1));
    control.set(STORE, Level.TRACE, null);
    assertEquals(List.of(new LoggerLevel(STORE, Level.TRACE, null)), control.changed());
    assertTrue(timer.getQueue().stream().allMatch(each -> each.toString().contains("ancelled")));
  }

  @Test
  void restoringWhatIsAsItWasTellsHowItIs() {
    assertEquals(new LoggerLevel(STORE, Level.INFO, null), control.restore(STORE));
    assertEquals(List.of(), told.messages());
  }

  @Test
  void knowsTheLoggersThereAre() {
    assertTrue(control.isLogger(STORE + ".Redis"));
    assertTrue(control.isLogger("dev.tokenguard.test"));
    assertFalse(control.isLogger("dev.tokenguard.tes"));
    assertFalse(control.isLogger("dev.tokenguard.nobody"));
  }

  private static Logger logger(String name) {
    return (Logger) LoggerFactory.getLogger(name);
  }
}
