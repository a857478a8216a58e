package dev.tokenguard.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.testing.CapturedLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsWatcherTest {
  @TempDir Path folder;
  private final List<String> heard = new ArrayList<>();
  private Path file = Path.of("");
  private CredentialsWatcher watcher;

  CredentialsWatcherTest() {
    watcher = watcher(file, Credentials.NONE);
  }

  private static String keys(String... names) {
    StringBuilder text = new StringBuilder("keys:\n");
    for (int i = 0; i < names.length; i++) {
      text.append("  %s: {role: guard, sha256: %064d}\n".formatted(names[i], i));
    }
    return text.toString();
  }

  private CredentialsWatcher watcher(Path of, Credentials loaded) {
    return new CredentialsWatcher(
        of,
        Set.of("tg"),
        loaded,
        each -> heard.add("use " + each.names()),
        new CredentialsListener() {
          @Override
          public void credentialsReloaded() {
            heard.add("reloaded");
          }

          @Override
          public void credentialsRejected() {
            heard.add("rejected");
          }
        });
  }

  @BeforeEach
  void load() throws Exception {
    file = Files.writeString(folder.resolve("keys.yaml"), keys("ann"));
    watcher = watcher(file, CredentialsLoader.load(file, Set.of("tg")));
  }

  private List<String> polls(int times) {
    heard.clear();
    for (int i = 0; i < times; i++) {
      watcher.poll();
    }
    return List.copyOf(heard);
  }

  @Test
  void aChangeIsUsedWhenItStays() throws Exception {
    assertEquals(List.of(), polls(3));
    Files.writeString(file, keys("ann", "bob"));
    assertEquals(List.of(), polls(1), "it may be half written");
    assertEquals(List.of("use [ann, bob]", "reloaded"), polls(5));
    Files.writeString(file, "# the same\n" + keys("ann", "bob"));
    assertEquals(List.of(), polls(5));
    Files.writeString(file, "");
    assertEquals(List.of("use []", "reloaded"), polls(2), "an empty file is nobody");
  }

  @Test
  void aBadFileKeepsTheOldOneAndIsToldOnce() throws Exception {
    try (CapturedLog log = new CapturedLog(CredentialsWatcher.class)) {
      Files.writeString(file, "keys: {bob: {role: guard}}");
      assertEquals(List.of("rejected"), polls(5));
      Files.delete(file);
      assertEquals(List.of("rejected"), polls(5));
      Files.writeString(file, keys("ann"));
      assertEquals(List.of(), polls(5), "good again, and the same as before");
      assertEquals(2, log.messages().size(), () -> log.messages().toString());
      assertTrue(log.messages().get(0).contains("those in force stay"), log.messages().get(0));
    }
    Files.writeString(file, keys("bob"));
    assertEquals(List.of("use [bob]", "reloaded"), polls(2));
  }

  @Test
  void aFileThatIsEmptiedBeforeTheFirstLookTurnsEverybodyAway() throws Exception {
    Files.writeString(file, "");
    assertEquals(List.of("use []", "reloaded"), polls(3));
  }

  @Test
  void aPipeInPlaceOfTheFileHoldsNothingUp() throws Exception {
    Files.delete(file);
    assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
    // To open a pipe that nobody writes into has no end, and cannot be interrupted.
    assertEquals(
        List.of("rejected"), assertTimeoutPreemptively(Duration.ofMinutes(1), () -> polls(3)));
    Files.delete(file);
    Files.writeString(file, keys("bob"));
    assertEquals(List.of("use [bob]", "reloaded"), polls(2));
  }

  @Test
  void aSwappedLinkIsSeen() throws Exception {
    Path link = folder.resolve("link.yaml");
    Files.createSymbolicLink(link, file);
    watcher = watcher(link, CredentialsLoader.load(link, Set.of("tg")));
    polls(2);
    Path other = Files.writeString(folder.resolve("other.yaml"), keys("zoe"));
    Files.delete(link);
    Files.createSymbolicLink(link, other);
    assertEquals(List.of("use [zoe]", "reloaded"), polls(2));
  }
}
