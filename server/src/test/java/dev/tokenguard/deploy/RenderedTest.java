package dev.tokenguard.deploy;

import static dev.tokenguard.deploy.Yaml.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What kustomize makes of {@code deploy/kubernetes} is what the other tests here have looked at. On
 * a machine without kustomize only they look; {@code .ci/run} wants one to be there.
 */
class RenderedTest {

  @TempDir Path folder;

  @Test
  void isWhatTheOtherTestsLookAt() throws Exception {
    Optional<Kustomize> kustomize = Kustomize.find();
    if (kustomize.isEmpty()) {
      assertFalse(Kustomize.REQUIRED, "neither kustomize nor kubectl is there (expected: either)");
      System.out.println(
          "LEFT OUT, for neither kustomize nor kubectl is installed: what kustomize renders");
      return;
    }
    List<Path> overlays = new ArrayList<>(Kubernetes.overlays());
    overlays.add(Kubernetes.withLegacySidecar(folder));
    for (Path overlay : overlays) {
      List<Map<String, Object>> rendered =
          Yaml.parse(kustomize.get().render(overlay), overlay.toString());
      rendered.forEach(StrictModel::check);
      assertEquals(
          json(Overlay.objects(overlay)), json(rendered), () -> overlay + ", as kustomize has it");
    }
  }

  /** Objects by their names, to be compared by a person too. */
  private static String json(List<Map<String, Object>> objects) throws IOException {
    Map<String, Object> byName = new TreeMap<>();
    for (Map<String, Object> each : objects) {
      byName.put(text(each, "kind") + " " + text(each, "metadata", "name"), sorted(each));
    }
    return new GsonBuilder().setPrettyPrinting().create().toJson(byName);
  }

  private static Object sorted(Object value) {
    if (value instanceof Map<?, ?> object) {
      Map<String, Object> sorted = new TreeMap<>();
      Yaml.map(object).forEach((key, each) -> sorted.put(key, sorted(each)));
      return sorted;
    }
    return value instanceof List<?> items
        ? items.stream().map(each -> sorted((Object) each)).toList()
        : value;
  }
}
