package dev.tokenguard.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir Path temp;

  @Test
  void isHeldOnceWhateverItsName() throws IOException {
    Path data = temp.resolve("a").resolve("data");
    try (DataFolder folder = DataFolder.open(data)) {
      Path link = Files.createSymbolicLink(temp.resolve("link"), data);

      assertEquals(data.toRealPath(), folder.path());
      assertThrows(EmbeddedRedisException.class, () -> DataFolder.open(data));
      assertThrows(EmbeddedRedisException.class, () -> DataFolder.open(link));
    }
    DataFolder.open(data).close();
  }

  @Test
  void aFileIsNoFolder() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");

    EmbeddedRedisException e =
        assertThrows(EmbeddedRedisException.class, () -> DataFolder.open(file));

    assertTrue(String.valueOf(e.getMessage()).startsWith("cannot make the data folder " + file));
  }

  @Test
  void knowsDataOfRedis7() throws IOException {
    try (DataFolder folder = DataFolder.open(temp)) {
      assertFalse(folder.isWrittenByRedis7());
      Path data = Files.createDirectory(temp.resolve("appendonlydir"));
      assertFalse(folder.isWrittenByRedis7());
      Files.writeString(data.resolve("appendonly.aof.manifest"), "");
      assertTrue(folder.isWrittenByRedis7());
    }
  }

  @Test
  void tellsTheEndOfTheLog() throws IOException {
    try (DataFolder folder = DataFolder.open(temp)) {
      assertEquals(List.of(), folder.logTail(3));
      Files.writeString(folder.log(), "line\n".repeat(10_000) + "one\ntwo\nthree\n");
      assertEquals(List.of("two", "three"), folder.logTail(2));
      assertEquals(List.of("line", "one", "two", "three"), folder.logTail(4));
    }
  }

  @Test
  void quotesForRedis() {
    assertEquals("\"/a b/\\x22\\x5c\\xc3\\xa4\"", RedisConf.quote(Path.of("/a b/\"\\\u00e4")));
  }
}
