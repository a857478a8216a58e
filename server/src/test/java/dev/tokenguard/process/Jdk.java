package dev.tokenguard.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A JDK of this machine.
 *
 * @param home its folder
 * @param release such as 17
 */
record Jdk(Path home, int release) {
  private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)[^\"]*\"");

  /**
   * The one that an image is best made of: 25 or newer beside the one that runs this, which will do
   * as well.
   */
  static Jdk forImages() throws IOException {
    Path own = Path.of(System.getProperty("java.home")).toRealPath();
    List<Jdk> found = new ArrayList<>();
    found.add(of(own));
    Path parent = own.getParent();
    if (parent != null) {
      try (Stream<Path> siblings = Files.list(parent)) {
        for (Path each : siblings.filter(Jdk::isWhole).toList()) {
          found.add(of(each.toRealPath()));
        }
      }
    }
    return found.stream().max(Comparator.comparingInt(Jdk::release)).orElseThrow();
  }

  private static boolean isWhole(Path home) {
    return Files.isRegularFile(home.resolve("release"))
        && Files.isExecutable(home.resolve("bin/jlink"));
  }

  private static Jdk of(Path home) throws IOException {
    Matcher version = VERSION.matcher(Files.readString(home.resolve("release")));
    if (!version.find()) {
      throw new IOException(home + "/release has no JAVA_VERSION");
    }
    return new Jdk(home, Integer.parseInt(version.group(1)));
  }
}
