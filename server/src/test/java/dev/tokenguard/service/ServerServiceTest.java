package dev.tokenguard.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.LoggerLevel;
import dev.tokenguard.domain.LoggerLevel.Level;
import dev.tokenguard.domain.ServerInfo;
import dev.tokenguard.service.ServerService.LevelRequest;
import dev.tokenguard.testing.Samples;
import dev.tokenguard.testing.ScriptedLogLevels;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerServiceTest {
  private final ScriptedLogLevels levels = new ScriptedLogLevels();
  private final ServerService server =
      new ServerService(() -> new ServerInfo("1.2.3", "17", "", 2, Samples.NOW, List.of()), levels);

  private String refused(LevelRequest request) {
    return String.valueOf(
        assertThrows(FaultException.class, () -> server.setLevel(request)).getMessage());
  }

  @Test
  void changesForAWhile() {
    Duration hour = Duration.ofHours(1);
    assertEquals(
        new LoggerLevel("dev.x", Level.DEBUG, Samples.NOW.plus(hour)),
        server.setLevel(new LevelRequest("dev.x", Level.DEBUG, hour, false)));
    assertEquals(1, server.changedLevels().size());
    server.setLevel(new LevelRequest("dev.x", null, null, true));
    assertEquals(List.of(), server.changedLevels());
  }

  @Test
  void tellsEverythingThatIsWrong() {
    assertEquals(
        "logger: \"x\" (expected: a class or package that logs, such as dev.tokenguard.store, or root);"
            + " level: is required (expected: error, warn, info, debug or trace); duration: 0 s"
            + " (expected: 1 s to 604800 s)",
        refused(new LevelRequest("x", null, Duration.ZERO, false)));
    assertEquals(
        "restore: cannot be combined with level and duration",
        refused(new LevelRequest("root", Level.INFO, null, true)));
  }

  @Test
  void changesDoNotPileUp() {
    for (int i = 0; i < 64; i++) {
      server.setLevel(new LevelRequest("dev.x" + i, Level.INFO, null, false));
    }
    server.setLevel(new LevelRequest("dev.x7", Level.WARN, null, false));
    assertEquals(
        "logger: 64 loggers are changed already; restore one of them first",
        refused(new LevelRequest("dev.more", Level.INFO, null, false)));
  }
}
