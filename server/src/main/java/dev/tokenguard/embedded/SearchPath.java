package dev.tokenguard.embedded;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/** Looks for executables as a shell does. */
final class SearchPath {
  private SearchPath() {}

  /** Every executable of a name, in the order of the folders of a PATH variable. */
  static List<Path> find(String name, @Nullable String path) {
    List<Path> found = new ArrayList<>();
    StringTokenizer folders = new StringTokenizer(path == null ? "" : path, File.pathSeparator);
    while (folders.hasMoreTokens()) {
      Path file = Path.of(folders.nextToken(), name);
      if (Files.isRegularFile(file) && Files.isExecutable(file)) {
        found.add(file);
      }
    }
    return found;
  }
}
