package dev.tokenguard.deploy;

import dev.tokenguard.testing.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The kustomize of this machine, as a program of its own or inside kubectl. */
final class Kustomize {
  /** Set by who wants a machine without one to be a failure. */
  static final boolean REQUIRED = "required".equals(System.getProperty(Tools.REQUIRED));

  private final List<String> command;

  private Kustomize(List<String> command) {
    this.command = command;
  }

  /** The one to use, if there is any that knows components: older ones than 3.7 do not. */
  static Optional<Kustomize> find() throws IOException, InterruptedException {
    if (!run(List.of("kustomize", "version")).isEmpty()) {
      return Optional.of(new Kustomize(List.of("kustomize", "build")));
    }
    // Those that tell it have at least 4.
    if (run(List.of("kubectl", "version", "--client", "--output=json"))
        .contains("kustomizeVersion")) {
      return Optional.of(new Kustomize(List.of("kubectl", "kustomize")));
    }
    return Optional.empty();
  }

  /** A folder as it would be applied, as YAML. */
  String render(Path folder) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(command);
    all.add(folder.toString());
    String rendered = run(all);
    if (rendered.isEmpty()) {
      throw new IOException(String.join(" ", all) + " failed; run it to see why");
    }
    return rendered;
  }

  /** What it says; nothing if it is not there or fails. */
  private static String run(List<String> command) throws IOException, InterruptedException {
    Path out = Files.createTempFile("kustomize", ".yaml");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(command + " does not end");
      }
      return process.exitValue() == 0 ? Files.readString(out, StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).startsWith("Cannot run program")) {
        return "";
      }
      throw e;
    } finally {
      Files.delete(out);
    }
  }
}
