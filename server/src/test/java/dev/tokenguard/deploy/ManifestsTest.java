package dev.tokenguard.deploy;

import static dev.tokenguard.deploy.Yaml.at;
import static dev.tokenguard.deploy.Yaml.maps;
import static dev.tokenguard.deploy.Yaml.text;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.deploy.Pods.Container;
import dev.tokenguard.deploy.Pods.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every object of {@code deploy/kubernetes} is one, and what it names is there. */
class ManifestsTest {

  static List<Path> folders() throws IOException {
    return Kubernetes.folders();
  }

  static List<Map<String, Object>> objects() throws IOException {
    return Kubernetes.all();
  }

  static Stream<Pod> pods() throws IOException {
    return Pods.of(Kubernetes.all()).stream();
  }

  static Stream<Container> containers() throws IOException {
    return pods().flatMap(pod -> pod.containers().stream());
  }

  @Test
  void thereIsEverythingThatTheReadmeNames() throws IOException {
    String readme = Files.readString(Kubernetes.FOLDER.resolve("README.md"));
    Set<String> named = new TreeSet<>();
    for (Path folder : folders()) {
      named.add(String.valueOf(folder.getFileName()));
    }
    assertEquals(
        Set.of(
            "base",
            "cronjob",
            "example",
            "monitoring",
            "redis",
            "sidecar",
            "sidecar-legacy",
            "standalone"),
        named);
    named.forEach(each -> assertTrue(readme.contains("| `" + each + "` |"), each));
  }

  @ParameterizedTest
  @MethodSource("folders")
  void usesEveryFileThatItHas(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      Set<String> there =
          files
              .map(each -> String.valueOf(each.getFileName()))
              .filter(each -> !each.endsWith(".sh"))
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(
          there,
          Overlay.files(folder).stream()
              .filter(each -> !each.startsWith(".."))
              .collect(Collectors.toCollection(TreeSet::new)));
    }
  }

  @ParameterizedTest
  @MethodSource("objects")
  void isWhatItsModelSays(Map<String, Object> object) {
    assertDoesNotThrow(() -> StrictModel.check(object));
  }

  @Test
  void anUnknownFieldOrAWrongTypeIsNotAccepted() throws IOException {
    for (Map<String, Object> object : objects()) {
      // Text in quotes, so that a number or a list becomes text.
      String kind = text(object, "kind");
      Map<String, Object> unknown = with(object, "metadata", "nmae", "x");
      assertThrows(IllegalArgumentException.class, () -> StrictModel.check(unknown), kind);
      Map<String, Object> wrong = with(object, "metadata", "labels", List.of("x"));
      assertThrows(IllegalArgumentException.class, () -> StrictModel.check(wrong), kind);
      if (object.containsKey("spec")) {
        Map<String, Object> deep = with(object, "spec", "slector", Map.of());
        assertThrows(IllegalArgumentException.class, () -> StrictModel.check(deep), kind);
      }
    }
  }

  private static Map<String, Object> with(
      Map<String, Object> object, String group, String key, Object value) {
    Map<String, Object> inner = new java.util.LinkedHashMap<>(Yaml.map(object.get(group)));
    inner.put(key, value);
    Map<String, Object> changed = new java.util.LinkedHashMap<>(object);
    changed.put(group, inner);
    return changed;
  }

  @ParameterizedTest
  @MethodSource("pods")
  void selectsItsOwnPods(Pod pod) {
    Yaml.map(at(pod.owner(), "spec", "selector", "matchLabels"))
        .forEach(
            (label, value) ->
                assertEquals(value, at(pod.template(), "metadata", "labels", label), label));
  }

  @ParameterizedTest
  @MethodSource("pods")
  void hasTheVolumesThatItMounts(Pod pod) {
    Set<String> mounted = new TreeSet<>();
    for (Container container : pod.containers()) {
      maps(container.spec().get("volumeMounts")).forEach(each -> mounted.add(text(each, "name")));
    }
    Set<String> there = new TreeSet<>();
    maps(pod.spec().get("volumes")).forEach(each -> there.add(text(each, "name")));
    maps(at(pod.owner(), "spec", "volumeClaimTemplates"))
        .forEach(each -> there.add(text(each, "metadata", "name")));
    assertEquals(there, mounted);
  }

  @ParameterizedTest
  @MethodSource("containers")
  void probesPortsThatItHas(Container container) {
    Set<String> ports =
        maps(container.spec().get("ports")).stream()
            .map(each -> text(each, "name"))
            .collect(Collectors.toSet());
    for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
      for (String way : List.of("httpGet", "tcpSocket", "grpc")) {
        String port = text(container.spec(), probe, way, "port");
        assertTrue(port.isEmpty() || ports.contains(port), () -> probe + ": no port " + port);
      }
    }
  }

  /** Ports that a Service or a PodMonitor names are ports of the pods that it selects. */
  @Test
  void servicesAndMonitorsNamePortsThatAreThere() throws IOException {
    List<Pod> pods = pods().toList();
    int looked = 0;
    for (Map<String, Object> object : objects()) {
      Map<String, Object> labels =
          Yaml.map(
              switch (text(object, "kind")) {
                case "Service" -> at(object, "spec", "selector");
                case "PodMonitor" -> at(object, "spec", "selector", "matchLabels");
                default -> Map.of();
              });
      if (labels.isEmpty()) {
        continue;
      }
      List<Pod> selected =
          pods.stream()
              .filter(
                  pod ->
                      Yaml.map(at(pod.template(), "metadata", "labels"))
                          .entrySet()
                          .containsAll(labels.entrySet()))
              .toList();
      assertFalse(selected.isEmpty(), () -> "nothing has " + labels);
      for (Pod pod : selected) {
        Set<String> ports =
            pod.containers().stream()
                .flatMap(each -> maps(each.spec().get("ports")).stream())
                .map(each -> text(each, "name"))
                .collect(Collectors.toSet());
        Stream.concat(
                maps(at(object, "spec", "ports")).stream().map(each -> text(each, "targetPort")),
                maps(at(object, "spec", "podMetricsEndpoints")).stream()
                    .map(each -> text(each, "port")))
            .forEach(port -> assertTrue(ports.contains(port), () -> pod.name() + ": " + port));
        looked++;
      }
    }
    assertTrue(looked >= 5, "looked at " + looked);
  }

  @ParameterizedTest
  @MethodSource("containers")
  void secretsAreNamedInTheReadme(Container container) throws IOException {
    String readme = Files.readString(Kubernetes.FOLDER.resolve("README.md"));
    for (Map<String, Object> variable : maps(container.spec().get("env"))) {
      String secret = text(variable, "valueFrom", "secretKeyRef", "name");
      String key = text(variable, "valueFrom", "secretKeyRef", "key");
      assertTrue(
          secret.isEmpty() || readme.contains("| `" + secret + "` | `" + key + "`"),
          () -> secret + ", " + key);
    }
    for (Map<String, Object> volume : maps(container.pod().spec().get("volumes"))) {
      String secret = text(volume, "secret", "secretName");
      assertTrue(secret.isEmpty() || readme.contains("| `" + secret + "` | `"), secret);
    }
  }

  @Test
  void configMapsThatAreMountedAreMade() throws IOException {
    Set<String> made =
        objects().stream()
            .filter(each -> text(each, "kind").equals("ConfigMap"))
            .map(each -> text(each, "metadata", "name"))
            .collect(Collectors.toSet());
    pods()
        .flatMap(pod -> maps(pod.spec().get("volumes")).stream())
        .map(each -> text(each, "configMap", "name"))
        .filter(name -> !name.isEmpty())
        .forEach(name -> assertTrue(made.contains(name), name));
  }

  /** What Prometheus is told in a cluster is what promtool has tested. */
  @Test
  void theRulesOfTheOperatorAreThoseOfPrometheus() throws IOException {
    Path rules = Kubernetes.FOLDER.resolve(Path.of("..", "prometheus", "rules.yaml"));
    assertEquals(
        Yaml.read(rules).get(0).get("groups"),
        at(
            Yaml.read(Kubernetes.FOLDER.resolve("monitoring/prometheus-rule.yaml")).get(0),
            "spec",
            "groups"),
        "run deploy/kubernetes/monitoring/update.sh");
  }
}
