package dev.tokenguard.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What logs of Redis tell of when there were two masters, in seconds of one minute. */
class FailoversTest {

  private static final String PROMOTED = "MASTER MODE enabled (user request from 'id=4')";
  private static final String WON = "Failover election won: I'm the new master.";
  private static final String STARTS = "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo";

  @TempDir Path folder;
  private final List<Failovers.Server> servers = new ArrayList<>();

  private void server(String name, boolean master, Object... secondsAndLines) throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < secondsAndLines.length; i += 2) {
      lines.add(
          String.format(
              "123:M 21 Nov 2026 23:16:%02d.500 * %s",
              (Integer) secondsAndLines[i], secondsAndLines[i + 1]));
    }
    servers.add(
        new Failovers.Server(name, Files.write(folder.resolve(name + ".log"), lines), master));
  }

  private static String follows(String who) {
    return "REPLICAOF 127.0.0.1:" + who + " enabled (user request from 'id=9')";
  }

  private static String joins(String who) {
    return "Configuration change detected. Reconfiguring myself as a replica of " + who;
  }

  private List<String> overlaps() {
    return Failovers.of(servers).stream()
        .map(each -> each.fromMillis() / 1000 % 60 + "-" + each.untilMillis() / 1000 % 60)
        .toList();
  }

  @Test
  void anOldMasterThatGoesOn() throws Exception {
    server("7000", true, 1, STARTS, 18, follows("7001"));
    server("7001", false, 1, STARTS, 15, PROMOTED);
    server("7002", false, 1, STARTS, 16, follows("7001"));
    assertEquals(List.of("15-18"), overlaps());
  }

  @Test
  void anOldMasterThatWasDead() throws Exception {
    server("7000", true, 1, STARTS, 17, STARTS, 18, follows("7001"));
    server("7001", false, 1, STARTS, 15, PROMOTED);
    assertEquals(List.of(), overlaps());
  }

  /** It was killed, came back, and its Sentinels took it for the better one. */
  @Test
  void anOldMasterThatIsTheNewOneAgain() throws Exception {
    server("7000", true, 1, STARTS, 17, STARTS);
    server("7001", false, 1, STARTS, 15, PROMOTED, 20, follows("7000"));
    assertEquals(List.of("17-20"), overlaps());
  }

  @Test
  void shardsOfACluster() throws Exception {
    server("aa", true, 1, STARTS, 30, joins("bb"));
    server("bb", false, 1, STARTS, 25, WON);
    server("cc", true, 1, STARTS, 28, joins("dd"));
    server("dd", false, 1, STARTS, 27, WON);
    assertEquals(List.of("27-28", "25-30"), overlaps());
  }

  @Test
  void anOperatorsFailoverOfAClusterWaits() throws Exception {
    server("aa", true, 1, STARTS, 30, joins("bb"));
    server("bb", false, 1, STARTS, 28, "Manual failover user request accepted.", 29, WON);
    assertEquals(List.of(), overlaps());
  }
}
