package dev.tokenguard.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The image is what a cluster with rules accepts; that it runs is {@link ImageIT}'s to say. */
class DockerfileTest {
  private static final Path FILE = Path.of("..", "deploy", "Dockerfile");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"");

  /**
   * An instruction.
   *
   * @param name such as {@code COPY}
   * @param rest what follows, on one line
   */
  record Instruction(String name, String rest) {}

  /** What every container of the image runs, before its arguments. */
  static List<String> entryPoint() throws IOException {
    return words(last("ENTRYPOINT"));
  }

  @Test
  void itsBasesStayTheSame() throws IOException {
    Map<String, String> arguments = new HashMap<>();
    int stages = 0;
    for (Instruction each : instructions()) {
      if (each.name.equals("ARG") && each.rest.contains("=")) {
        String[] argument = each.rest.split("=", 2);
        arguments.put(argument[0], argument[1]);
      }
      if (each.name.equals("FROM")) {
        Matcher variable = VARIABLE.matcher(each.rest.split(" ", 2)[0]);
        assertTrue(variable.matches(), each::rest);
        String image = Objects.requireNonNull(arguments.get(variable.group(1)));
        assertTrue(Images.isPinned(image), image);
        stages++;
      }
    }
    assertEquals(3, stages);
  }

  @Test
  void itRunsAsNobodyInParticularAndWithoutAShell() throws IOException {
    assertEquals("65532:65532", last("USER"));
    assertEquals(
        List.of("/opt/tokenguard/runtime/bin/java", "@/opt/tokenguard/tokenguard"), entryPoint());
    assertEquals(List.of("serve"), words(last("CMD")));
    assertEquals("SIGTERM", last("STOPSIGNAL"));
    List<String> afterBase = new ArrayList<>();
    for (Instruction each : instructions()) {
      if (each.name.equals("FROM")) {
        afterBase.clear();
      }
      afterBase.add(each.name);
    }
    assertTrue(!afterBase.contains("RUN") && !afterBase.contains("ADD"), afterBase::toString);
  }

  @Test
  void itSaysWhatItIs() throws IOException {
    String labels = last("LABEL");
    for (String label : List.of("title", "description", "licenses", "version", "revision")) {
      assertTrue(labels.contains("org.opencontainers.image." + label + "="), label);
    }
  }

  /** The same steps with and without Docker. */
  @Test
  void theScriptMakesWhatItHolds() throws IOException {
    assertTrue(
        instructions().stream()
            .anyMatch(
                each ->
                    each.name.equals("RUN")
                        && each.rest.contains("build.sh /build/tokenguard.jar /opt/tokenguard")));
    Path script = Path.of("..", "deploy", "image", "build.sh");
    assertTrue(Files.isExecutable(script));
  }

  /** A file that is copied is there, or was made by an earlier stage. */
  @Test
  void whatItCopiesIsThere() throws IOException {
    for (Instruction each : instructions()) {
      if (each.name.equals("COPY") && !each.rest.startsWith("--from=")) {
        Path source = Path.of("..").resolve(each.rest.split(" ", 2)[0]);
        assertTrue(Files.exists(source), source::toString);
      }
    }
  }

  private static List<String> words(String execForm) {
    assertTrue(execForm.startsWith("[") && execForm.endsWith("]"), execForm);
    return WORD.matcher(execForm).results().map(each -> each.group(1)).toList();
  }

  private static String last(String name) throws IOException {
    List<Instruction> all = instructions().stream().filter(each -> each.name.equals(name)).toList();
    assertTrue(!all.isEmpty(), name);
    return all.get(all.size() - 1).rest;
  }

  private static List<Instruction> instructions() throws IOException {
    String joined =
        Files.readString(FILE).replaceAll("(?m)^\\s*#.*\\R", "").replaceAll("\\\\\\R\\s*", "");
    return joined
        .lines()
        .filter(line -> !line.isBlank())
        .map(line -> line.split(" ", 2))
        .map(parts -> new Instruction(parts[0], parts[1].strip()))
        .toList();
  }
}
