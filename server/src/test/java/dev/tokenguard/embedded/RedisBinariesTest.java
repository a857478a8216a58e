package dev.tokenguard.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.config.Settings.Embedded;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisBinariesTest {
  private static final String NOBODY_IS_HERE = "/nowhere";

  @TempDir Path temp;
  private DataFolder folder;

  @BeforeEach
  void open() {
    folder = DataFolder.open(temp.resolve("data"));
  }

  @AfterEach
  void close() {
    folder.close();
  }

  @Test
  void theJarHasOneForEveryPlatform() {
    for (String name : RedisBinaries.BUNDLED.values()) {
      assertNotNull(RedisBinaries.class.getResource("/" + name), name);
    }
  }

  @Test
  void theFirstUsableOneOnThePathIsTaken() throws IOException {
    String path =
        String.join(
            File.pathSeparator,
            NOBODY_IS_HERE,
            fake("old", "redis-server", "Redis server v=6.0.16 sha=00000000:0"),
            fake("broken", "redis-server", "what?"),
            fake("good", "redis-server", "Redis server v=7.2.4 sha=00000000:0"),
            fake("later", "redis-server", "Redis server v=8.0.0 sha=00000000:0"));

    RedisBinary binary = new RedisBinaries(folder, path).find("");

    assertEquals(
        new RedisBinary(temp.resolve("good").resolve("redis-server"), 7, 2, "7.2.4"), binary);
  }

  @Test
  void valkeyWillDo() throws IOException {
    String path = fake("v", "valkey-server", "Valkey server v=8.1.1 sha=00000000:0 malloc=libc");

    assertEquals("8.1.1", new RedisBinaries(folder, path).find("").version());
  }

  @ParameterizedTest
  @CsvSource({NOBODY_IS_HERE, "''", "old"})
  void elseTheBundledOneIs(String where) throws IOException {
    String path = where.equals("old") ? fake("old", "redis-server", "Redis server v=5.0.7") : where;

    RedisBinary binary = new RedisBinaries(folder, path).find("");

    assertEquals(folder.binaries(), binary.path().getParent());
    assertTrue(binary.isRecentEnough(), binary.toString());
  }

  @Test
  void theBundledOneIsUnpackedOnce() throws IOException {
    FileTime longAgo = FileTime.fromMillis(1_000_000_000_000L);
    Path file = bundled().path();
    Files.setLastModifiedTime(file, longAgo);

    assertEquals(file, bundled().path());
    assertEquals(longAgo, Files.getLastModifiedTime(file));

    Files.writeString(file, "cut short");
    assertEquals(file, bundled().path());
    try (var files = Files.list(folder.binaries())) {
      assertEquals(1, files.count());
    }
  }

  private RedisBinary bundled() {
    return new RedisBinaries(folder, NOBODY_IS_HERE).find(Embedded.BUNDLED);
  }

  @Test
  void aChoiceIsNotReplaced() throws IOException {
    String old = fake("old", "my-redis", "Redis server v=6.0.16") + "/my-redis";

    assertMessage(
        old,
        "no redis-server to start: "
            + old
            + " (version 6.0.16) is older than 6.2. Install Redis 6.2 or later, name its executable"
            + " (embedded.redis_server), or name a Redis that runs already (redis.uri)");
    assertMessage("/nowhere/redis-server", "/nowhere/redis-server: ");
    assertMessage("no-such-redis", "no-such-redis is not on the PATH");
  }

  /** Redis 6.2 would start with no data at all, and nobody would be told. */
  @Test
  void anOlderRedisIsNotStartedOnNewerData() throws IOException {
    Files.createDirectories(folder.path().resolve("appendonlydir"));
    Files.writeString(
        folder.path().resolve("appendonlydir").resolve("appendonly.aof.manifest"), "");

    assertMessage(Embedded.BUNDLED, "cannot read the data in " + folder.path());
    assertMessage(Embedded.BUNDLED, "Install Redis 7 or later");
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-amd64",
    "Linux, aarch64, linux-aarch64",
    "Mac OS X, x86_64, mac-amd64",
    "Mac OS X, aarch64, mac-aarch64",
    "Windows 11, amd64, windows-11-amd64",
  })
  void platform(String osName, String osArch, String platform) {
    assertEquals(platform, RedisBinaries.platform(osName, osArch));
  }

  private void assertMessage(String setting, String part) {
    EmbeddedRedisException e =
        assertThrows(
            EmbeddedRedisException.class,
            () -> new RedisBinaries(folder, NOBODY_IS_HERE).find(setting));
    assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
  }

  /** A folder with an executable that only tells its version. */
  private String fake(String name, String executable, String output) throws IOException {
    Path parent = Files.createDirectories(temp.resolve(name));
    Path file = Files.writeString(parent.resolve(executable), "#!/bin/sh\necho '" + output + "'\n");
    assertTrue(file.toFile().setExecutable(true));
    return parent.toString();
  }
}
