package dev.tokenguard.embedded;

import dev.tokenguard.config.Settings.Embedded;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds a {@code redis-server} to run: the one that was set, one on the PATH, the bundled one. */
final class RedisBinaries {
  private static final Logger log = LoggerFactory.getLogger(RedisBinaries.class);

  /** Executables inside the embedded-redis library, by operating system and architecture. */
  static final Map<String, String> BUNDLED =
      Map.of(
          "linux-amd64", "redis-server-6.2.6-v5-linux-amd64",
          "linux-aarch64", "redis-server-6.2.7-linux-arm64",
          "mac-amd64", "redis-server-6.2.6-v5-darwin-amd64",
          "mac-aarch64", "redis-server-6.2.6-v5-darwin-arm64");

  private static final List<String> NAMES = List.of("redis-server", "valkey-server");

  private final DataFolder folder;
  private final @Nullable String searchPath;

  /** What was tried and why it would not do, for the message when nothing does. */
  private final List<String> rejected = new ArrayList<>();

  /**
   * @param folder where the bundled one is unpacked, and whose data it must be able to read
   * @param searchPath folders to search, as in the PATH variable
   */
  RedisBinaries(DataFolder folder, @Nullable String searchPath) {
    this.folder = folder;
    this.searchPath = searchPath;
  }

  /**
   * The executable to run.
   *
   * @param setting the setting {@code embedded.redis_server}
   * @throws EmbeddedRedisException if there is none, telling what was tried
   */
  RedisBinary find(String setting) {
    Optional<RedisBinary> found;
    if (setting.equals(Embedded.BUNDLED)) {
      found = bundled();
    } else if (setting.isEmpty()) {
      found = NAMES.stream().flatMap(name -> onPath(name).stream()).findFirst().or(this::bundled);
    } else {
      // Somebody's choice is not replaced by another behind their back.
      found = setting.contains(File.separator) ? usable(Path.of(setting)) : onPath(setting);
    }
    return found.orElseThrow(
        () ->
            new EmbeddedRedisException(
                "no redis-server to start: "
                    + String.join("; ", rejected)
                    + ". Install Redis "
                    + (folder.isWrittenByRedis7() ? "7" : "6.2")
                    + " or later, name its executable (embedded.redis_server), or name a Redis that"
                    + " runs already (redis.uri)"));
  }

  private Optional<RedisBinary> onPath(String name) {
    List<Path> files = SearchPath.find(name, searchPath);
    if (files.isEmpty()) {
      rejected.add(name + " is not on the PATH");
    }
    return files.stream().flatMap(file -> usable(file).stream()).findFirst();
  }

  private Optional<RedisBinary> usable(Path file) {
    try {
      RedisBinary binary = RedisBinary.at(file.toAbsolutePath());
      if (!binary.isRecentEnough()) {
        reject(binary + " is older than 6.2");
        return Optional.empty();
      }
      if (binary.major() < 7 && folder.isWrittenByRedis7()) {
        reject(binary + " cannot read the data in " + folder.path() + ", written by Redis 7");
        return Optional.empty();
      }
      return Optional.of(binary);
    } catch (IOException e) {
      reject(file + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  private void reject(String why) {
    log.info("Not used as the embedded Redis: {}", why);
    rejected.add(why);
  }

  private Optional<RedisBinary> bundled() {
    String platform = platform();
    String name = BUNDLED.get(platform);
    URL resource = name == null ? null : RedisBinaries.class.getResource("/" + name);
    if (name == null || resource == null) {
      reject("there is none in the jar for " + platform);
      return Optional.empty();
    }
    Path file = folder.binaries().resolve(name);
    try {
      Files.createDirectories(folder.binaries());
      unpack(resource, file);
    } catch (IOException e) {
      reject("the one in the jar cannot be unpacked as " + file + ": " + e);
      return Optional.empty();
    }
    return usable(file);
  }

  /** What this machine is, as {@link #BUNDLED} has it. */
  static String platform() {
    return platform(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  /** Operating system and architecture as {@link #BUNDLED} has them. */
  static String platform(String osName, String osArch) {
    String os = osName.toLowerCase(Locale.ROOT);
    String arch = osArch.toLowerCase(Locale.ROOT);
    return (os.startsWith("mac") ? "mac" : os.startsWith("linux") ? "linux" : os.replace(' ', '-'))
        + "-"
        + (arch.equals("x86_64") ? "amd64" : arch.equals("arm64") ? "aarch64" : arch);
  }

  /** Unpacks an executable at once or not at all, unless it is there from an earlier start. */
  private static void unpack(URL resource, Path file) throws IOException {
    URLConnection connection = resource.openConnection();
    long size = connection.getContentLengthLong();
    try (InputStream in = connection.getInputStream()) {
      if (Files.isExecutable(file) && Files.size(file) == size) {
        return;
      }
      Path part = Files.createTempFile(file.getParent(), "redis-server", ".part");
      try {
        Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
        if (!part.toFile().setExecutable(true, true)) {
          throw new IOException("cannot be made executable");
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
    }
  }
}
