package dev.tokenguard.deploy;

import static dev.tokenguard.deploy.Yaml.at;
import static dev.tokenguard.deploy.Yaml.list;
import static dev.tokenguard.deploy.Yaml.maps;
import static dev.tokenguard.deploy.Yaml.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.TestCommands;
import dev.tokenguard.config.CatalogLoader;
import dev.tokenguard.config.Settings;
import dev.tokenguard.config.SettingsLoader;
import dev.tokenguard.deploy.Pods.Container;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** TokenGuard would start with what its containers are given. */
class TokenGuardInPodsTest {
  /** What secrets hold, by their keys. */
  private static final Map<String, String> SECRETS =
      Map.of("uri", "redis://guard:secret@tokenguard-redis:6379", "key", "tg_secret");

  @TempDir Path folder;

  static Stream<Container> ours() throws IOException {
    return Pods.of(Kubernetes.all()).stream()
        .flatMap(pod -> pod.containers().stream())
        .filter(Container::isTokenGuard);
  }

  static Stream<Container> servers() throws IOException {
    return ours().filter(each -> each.args().get(0).equals("serve"));
  }

  @ParameterizedTest
  @MethodSource("ours")
  void itsArgumentsAreACommand(Container container) {
    TestCommands.parse(container.args());
  }

  /** Probes run the image's own entry point, for there is no shell. */
  @ParameterizedTest
  @MethodSource("ours")
  void itsProbesAreCommands(Container container) throws IOException {
    for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
      List<String> command =
          list(at(container.spec(), probe, "exec", "command")).stream()
              .map(String::valueOf)
              .toList();
      if (!command.isEmpty()) {
        List<String> entryPoint = DockerfileTest.entryPoint();
        assertEquals(entryPoint, command.subList(0, entryPoint.size()));
        List<String> arguments = command.subList(entryPoint.size(), command.size());
        TestCommands.parse(arguments);
        assertTrue(
            arguments.contains("--target=unix:" + container.flag("grpc.unix_socket")),
            arguments::toString);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void itsSettingsLoad(Container container) throws Exception {
    Settings settings = settings(container);

    assertTrue(settings.redis().uri().isPresent(), "several servers, one Redis");
    String catalog = settings.catalog().file().orElseThrow().toString();
    Path copy = Files.writeString(folder.resolve("catalog.yaml"), mounted(container, catalog));
    assertFalse(CatalogLoader.load(copy).features().isEmpty());
    if (settings.grpc().unixSocket().isPresent()) {
      assertFalse(
          container.mountOf(settings.grpc().unixSocket().get().toString()).isEmpty(),
          "the socket is on no volume");
    }
    long grace =
        container.pod().spec().get("terminationGracePeriodSeconds") instanceof Integer seconds
            ? seconds
            : 30;
    assertTrue(
        settings.grpc().stopDelay().plus(settings.grpc().drain()).toSeconds() <= grace,
        "it would be killed before it has stopped in order");
  }

  /** The rest of what the flags name is on a volume too. */
  @ParameterizedTest
  @MethodSource("servers")
  void itsFilesAreMounted(Container container) {
    for (String flag : List.of("tls.certificate", "tls.key", "auth.credentials_file")) {
      String path = container.flag(flag);
      assertTrue(path.isEmpty() || !container.mountOf(path).isEmpty(), () -> flag + ": " + path);
    }
  }

  /** Health, metrics and calls are where the container's ports say. */
  @ParameterizedTest
  @MethodSource("servers")
  void itListensOnItsPorts(Container container) throws Exception {
    Settings settings = settings(container);

    List<String> listens =
        Stream.of(settings.grpc().listen(), settings.http().listen())
            .flatMap(each -> each.stream())
            .map(each -> String.valueOf(each.port()))
            .toList();
    assertEquals(
        listens,
        maps(container.spec().get("ports")).stream()
            .map(each -> text(each, "containerPort"))
            .toList());
  }

  private Settings settings(Container container) throws Exception {
    Map<String, String> environment = new HashMap<>();
    for (Map<String, Object> variable : maps(container.spec().get("env"))) {
      String key = text(variable, "valueFrom", "secretKeyRef", "key");
      environment.put(
          text(variable, "name"),
          key.isEmpty()
              ? text(variable, "value")
              : Objects.requireNonNull(SECRETS.get(key), () -> "no sample of " + key));
    }
    String named = Objects.requireNonNull(environment.remove("TOKENGUARD_CONFIG"));
    Path file = Files.writeString(folder.resolve("settings.yaml"), mounted(container, named));
    Map<String, String> flags = new HashMap<>();
    for (String each : container.args().subList(1, container.args().size())) {
      String[] flag = each.substring(2).split("=", 2);
      flags.put(flag[0], flag[1]);
    }
    return SettingsLoader.load(file, environment, flags);
  }

  /** The content of a file that a ConfigMap puts into the container. */
  private static String mounted(Container container, String path) throws IOException {
    Map<String, Object> mount = container.mountOf(path);
    String name = path.substring(text(mount, "mountPath").length() + 1);
    String configMap = text(container.pod().volume(text(mount, "name")), "configMap", "name");
    return Kubernetes.all().stream()
        .filter(each -> text(each, "kind").equals("ConfigMap"))
        .filter(each -> text(each, "metadata", "name").equals(configMap))
        .map(each -> text(each, "data", name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(path + " is in no ConfigMap"));
  }
}
