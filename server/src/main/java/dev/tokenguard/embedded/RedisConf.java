package dev.tokenguard.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.config.Settings.Appendfsync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The configuration file of an embedded Redis: written at every start, and read after a crash. */
final class RedisConf {
  private static final Pattern PORT = Pattern.compile("^port ([1-9]\\d*)$", Pattern.MULTILINE);
  private static final Pattern PASSWORD =
      Pattern.compile("^requirepass (\\w+)$", Pattern.MULTILINE);

  private RedisConf() {}

  /** Writes the file. It may hold a password, and so is for the owner's eyes only. */
  static void write(DataFolder folder, RedisAddress address, Appendfsync appendfsync)
      throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("# Written by TokenGuard at every start: changes are lost.");
    lines.add("dir " + quote(folder.path()));
    lines.add("pidfile " + quote(folder.pidFile()));
    lines.add("daemonize no");
    // The command line stays as it was: by it a Redis that was left behind is told from others.
    lines.add("set-proc-title no");
    if (address instanceof RedisAddress.Loopback loopback) {
      lines.add("bind 127.0.0.1");
      lines.add("port " + loopback.port());
      lines.add("requirepass " + loopback.password());
    } else {
      lines.add("port 0");
      lines.add("unixsocket " + quote(folder.socket()));
      lines.add("unixsocketperm 700");
    }
    lines.add("appendonly yes");
    lines.add("appendfsync " + appendfsync.name().toLowerCase(Locale.ROOT));
    // A crash may cut the last command short; what comes before it is whole.
    lines.add("aof-load-truncated yes");
    lines.add("save \"\"");
    // To drop keys is to lose money.
    lines.add("maxmemory-policy noeviction");
    // After a crash, start again at once.
    lines.add("crash-memcheck-enabled no");
    Path file = folder.conf();
    Files.deleteIfExists(file);
    if (DataFolder.isPosix()) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    Files.writeString(file, String.join("\n", lines) + "\n");
  }

  /** Where the Redis that was started last in a folder is, or was. */
  static Optional<RedisAddress> lastAddress(Path folder) throws IOException {
    String text;
    try {
      text = Files.readString(folder.resolve(DataFolder.CONF));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Matcher port = PORT.matcher(text);
    Matcher password = PASSWORD.matcher(text);
    if (port.find() && password.find()) {
      return Optional.of(
          new RedisAddress.Loopback(Integer.parseInt(port.group(1)), password.group(1)));
    }
    return Optional.of(new RedisAddress.UnixSocket(folder.resolve(DataFolder.SOCKET)));
  }

  /** A path in quotes, byte by byte where Redis could take a character for something else. */
  static String quote(Path path) {
    StringBuilder quoted = new StringBuilder("\"");
    for (byte each : path.toString().getBytes(UTF_8)) {
      if (each >= ' ' && each < 127 && each != '"' && each != '\\') {
        quoted.append((char) each);
      } else {
        quoted.append(String.format("\\x%02x", each));
      }
    }
    return quoted.append('"').toString();
  }
}
