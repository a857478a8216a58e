package dev.tokenguard.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Programs of others that look at what we make, where they are installed. CI insists on them: it
 * sets {@value #REQUIRED}, for {@code mvn verify} must pass without.
 */
public final class Tools {

  /**
   * The system property that makes a missing tool a failure: {@code -Dtokenguard.tools=required}.
   */
  public static final String REQUIRED = "tokenguard.tools";

  private Tools() {}

  /**
   * Where a program is.
   *
   * @param leftOut what is not looked at without it, for people
   */
  public static Optional<Path> find(String program, String leftOut) {
    for (String folder : String.valueOf(System.getenv("PATH")).split(File.pathSeparator, -1)) {
      Path file = Path.of(folder, program);
      if (!folder.isEmpty() && Files.isExecutable(file)) {
        return Optional.of(file);
      }
    }
    assertFalse(
        "required".equals(System.getProperty(REQUIRED)),
        program + " is not installed, and " + REQUIRED + "=required");
    System.out.println("LEFT OUT, for " + program + " is not installed: " + leftOut);
    return Optional.empty();
  }

  /** Runs a program to its end, checks that it ended well, and gives back what it said. */
  public static String run(Path input, Path program, String... arguments)
      throws IOException, InterruptedException {
    return run(Set.of(0), input, program, arguments);
  }

  /** Runs a program that ends with 3 when it has something to say. */
  public static String lint(Path input, Path program, String... arguments)
      throws IOException, InterruptedException {
    return run(Set.of(0, 3), input, program, arguments);
  }

  private static String run(Set<Integer> well, Path input, Path program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectInput(input.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    int code = process.waitFor();
    assertTrue(
        well.contains(code),
        () -> String.join(" ", command) + " ended with " + code + ":\n" + said);
    return said;
  }
}
