package dev.tokenguard.embedded;

import java.nio.file.Path;

/** The {@code redis-server} that tests run: one on the PATH, else the bundled one. */
public final class RedisExecutable {

  private RedisExecutable() {}

  /**
   * Finds it.
   *
   * @param folder where the bundled one is unpacked
   */
  public static Path find(Path folder) {
    return binary(folder).path();
  }

  /** The first number of its version. */
  public static int major(Path folder) {
    return binary(folder).major();
  }

  private static RedisBinary binary(Path folder) {
    try (DataFolder data = DataFolder.open(folder)) {
      return new RedisBinaries(data, System.getenv("PATH")).find("");
    }
  }
}
