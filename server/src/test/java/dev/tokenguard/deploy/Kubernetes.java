package dev.tokenguard.deploy;

import static dev.tokenguard.deploy.Yaml.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code deploy/kubernetes}: its folders, and the objects that they make. */
final class Kubernetes {
  /** From the module's folder, where Maven runs tests. */
  static final Path FOLDER = Path.of("..", "deploy", "kubernetes");

  private static final String COMPONENT = "Component";

  private Kubernetes() {}

  /** Every folder with a {@code kustomization.yaml}. */
  static List<Path> folders() throws IOException {
    try (Stream<Path> folders = Files.list(FOLDER)) {
      return folders
          .filter(each -> Files.exists(each.resolve("kustomization.yaml")))
          .sorted()
          .toList();
    }
  }

  /** Those that can be applied. */
  static List<Path> overlays() throws IOException {
    List<Path> overlays = new ArrayList<>();
    for (Path folder : folders()) {
      if (!isComponent(folder)) {
        overlays.add(folder);
      }
    }
    return overlays;
  }

  /** Whether a folder only adds to what others have. */
  static boolean isComponent(Path folder) throws IOException {
    return text(Overlay.kustomization(folder), "kind").equals(COMPONENT);
  }

  /**
   * The folders, copied, with the example's sidecar as a plain container: what somebody with an old
   * cluster does.
   */
  static Path withLegacySidecar(Path copy) throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      for (Path each : files.toList()) {
        Path to = copy.resolve(FOLDER.relativize(each).toString());
        if (Files.isDirectory(each)) {
          Files.createDirectories(to);
        } else {
          Files.copy(each, to);
        }
      }
    }
    Path example = copy.resolve("example");
    Path file = example.resolve("kustomization.yaml");
    Files.writeString(
        file, Files.readString(file).replace("- ../sidecar\n", "- ../sidecar-legacy\n"));
    return example;
  }

  /** All objects of all overlays, and those of the example with a plain container. */
  static List<Map<String, Object>> all() throws IOException {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Path overlay : overlays()) {
      all.addAll(Overlay.objects(overlay));
    }
    Path copy = Files.createTempDirectory("tokenguard-kubernetes");
    try {
      all.addAll(Overlay.objects(withLegacySidecar(copy)));
    } finally {
      delete(copy);
    }
    return all;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path each : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
