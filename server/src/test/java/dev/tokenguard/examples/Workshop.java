package dev.tokenguard.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an example is built: a copy of it under {@code target}, and a vendored copy of the contract
 * at the same distance as in the project. Stays from run to run.
 */
final class Workshop {

  /** What building leaves behind, and is not the example's. */
  private static final Set<String> BUILT =
      Set.of("node_modules", "dist", "generated", ".venv", "__pycache__", "tokenguardv1", "sites");

  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final Path ROOT = Path.of("target", "examples").toAbsolutePath();

  private final Path folder;

  private Workshop(Path folder) {
    this.folder = folder;
  }

  /** The workshop of an example. */
  static Workshop of(String example) throws IOException {
    Path folder = ROOT.resolve("client/examples").resolve(example);
    copy(PROJECT.resolve("client/examples").resolve(example), folder);
    Path contract = Path.of("tokenguard", "v1");
    copy(PROJECT.resolve("proto").resolve(contract), ROOT.resolve("proto").resolve(contract));
    Files.copy(
        PROJECT.resolve("proto/buf.yaml"),
        ROOT.resolve("proto/buf.yaml"),
        StandardCopyOption.REPLACE_EXISTING);
    if (Files.exists(buf())) {
      Files.deleteIfExists(ROOT.resolve("buf"));
      Files.createSymbolicLink(ROOT.resolve("buf"), buf());
    }
    return new Workshop(folder);
  }

  Path folder() {
    return folder;
  }

  /** The buf that the module of the contract brings along. */
  static Path buf() {
    return PROJECT.resolve("proto/target/buf/buf.exe");
  }

  /** Runs a step of the build to its end. */
  void run(String... command) throws IOException, InterruptedException {
    Path log = folder.resolveSibling(folder.getFileName() + "-build.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(log.toFile());
    builder.environment().merge("PATH", ROOT + ":", (path, first) -> first + path);
    Process process = builder.start();
    if (!process.waitFor(10, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      fail(String.join(" ", command) + " takes too long:\n" + Files.readString(log));
    }
    assertEquals(
        0, process.exitValue(), () -> String.join(" ", command) + " failed:\n" + read(log));
  }

  /**
   * The version of a program as major and minor number, such as 3.11; empty if it is not installed.
   */
  static List<Integer> version(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      Matcher matcher = Pattern.compile("(\\d+)\\.(\\d+)").matcher(said);
      return process.waitFor() == 0 && matcher.find()
          ? List.of(Integer.valueOf(matcher.group(1)), Integer.valueOf(matcher.group(2)))
          : List.of();
    } catch (IOException notThere) {
      return List.of();
    }
  }

  /** Whether a version is there and new enough; if not, the console is told what is left out. */
  static boolean has(String language, List<Integer> version, int major, int minor) {
    boolean enough =
        !version.isEmpty()
            && (version.get(0) > major || (version.get(0) == major && version.get(1) >= minor));
    if (!enough) {
      System.out.printf(
          Locale.ROOT,
          "LEFT OUT, for %s %d.%d or later is not installed: its example in client/examples%n",
          language,
          major,
          minor);
    }
    return enough;
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) {
            return BUILT.contains(String.valueOf(each.getFileName()))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path each, BasicFileAttributes attributes) {
            files.add(each);
            return FileVisitResult.CONTINUE;
          }
        });
    for (Path file : files) {
      Path copy = to.resolve(from.relativize(file));
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
