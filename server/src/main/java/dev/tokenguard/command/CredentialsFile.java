package dev.tokenguard.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.config.Credentials;
import dev.tokenguard.config.CredentialsException;
import dev.tokenguard.config.CredentialsLoader;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Adds to a file of credentials, and leaves what people wrote there as it is. */
final class CredentialsFile {
  private static final String HEAD =
      """
      # Who may call. 'tokenguard key create NAME --role=ROLE --file=FILE' adds a key; take one out, and
      # servers that use this file turn it away within seconds.
      keys:
      """;

  private static final Pattern KEYS = Pattern.compile("(?m)^keys:[ \t]*(#.*)?\r?\n");

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private CredentialsFile() {}

  /**
   * Adds an entry below {@code keys:}; the file is there whole, before and after.
   *
   * @param entry lines that are indented by two spaces
   * @throws CredentialsException if the file would not be good
   * @throws IOException if it cannot be written, or has no place for the entry
   */
  static void add(Path file, String name, String entry) throws CredentialsException, IOException {
    boolean there = Files.exists(file);
    if (there) {
      Credentials known = CredentialsLoader.load(file, Set.of());
      if (known.keys().stream().anyMatch(each -> each.identity().name().equals(name))) {
        throw new IOException(
            file + ": has a key of " + name + " already; take it out, or choose another name");
      }
    }
    String text = with(there ? Files.readString(file) : HEAD, entry, file);
    CredentialsLoader.parse(text, file.toString(), Set.of());
    write(there ? file.toRealPath() : file, there, text);
  }

  private static String with(String text, String entry, Path file) throws IOException {
    Matcher keys = KEYS.matcher(text);
    if (keys.find()) {
      return text.substring(0, keys.end()) + entry + text.substring(keys.end());
    }
    if (Pattern.compile("(?m)^[\"']?keys[\"']?\\s*:").matcher(text).find()) {
      throw new IOException(
          file
              + ": 'keys:' is not on a line of its own, with an entry on each line below it; add"
              + " this there by hand:\n"
              + entry);
    }
    return text + (text.isEmpty() || text.endsWith("\n") ? "" : "\n") + "keys:\n" + entry;
  }

  private static void write(Path file, boolean there, String text) throws IOException {
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    Path next =
        posix
            ? Files.createTempFile(
                folder, ".credentials", ".yaml", PosixFilePermissions.asFileAttribute(OWNER_ONLY))
            : Files.createTempFile(folder, ".credentials", ".yaml");
    try {
      Files.writeString(next, text, UTF_8);
      if (posix && there) {
        Files.setPosixFilePermissions(next, Files.getPosixFilePermissions(file));
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(next);
    }
  }
}
