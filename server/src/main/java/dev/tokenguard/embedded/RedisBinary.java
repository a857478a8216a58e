package dev.tokenguard.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An executable of Redis, or of Valkey, that runs on this machine.
 *
 * @param path where it is
 * @param major first part of its version
 * @param minor second part of its version
 * @param version all of its version
 */
record RedisBinary(Path path, int major, int minor, String version) {
  private static final Pattern VERSION = Pattern.compile("v=((\\d{1,4})\\.(\\d{1,4})\\.\\w+)");
  private static final int TIMEOUT_SECONDS = 10;

  /**
   * Asks an executable for its version.
   *
   * @throws IOException if it does not run, or is something else
   */
  static RedisBinary at(Path path) throws IOException {
    Process process =
        new ProcessBuilder(path.toString(), "--version").redirectErrorStream(true).start();
    try {
      // A line or two, which a pipe holds, so that it can be waited for first.
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("no answer to --version");
      }
      String output = new String(process.getInputStream().readNBytes(4096), UTF_8).strip();
      Matcher matcher = VERSION.matcher(output);
      if (process.exitValue() != 0 || !matcher.find()) {
        throw new IOException("not a redis-server that runs here: " + output);
      }
      return new RedisBinary(
          path,
          Integer.parseInt(matcher.group(2)),
          Integer.parseInt(matcher.group(3)),
          matcher.group(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Whether our scripts run on it. */
  boolean isRecentEnough() {
    return major > 6 || (major == 6 && minor >= 2);
  }

  @Override
  public String toString() {
    return path + " (version " + version + ")";
  }
}
