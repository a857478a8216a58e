package dev.tokenguard.deploy;

import static dev.tokenguard.deploy.Yaml.at;
import static dev.tokenguard.deploy.Yaml.list;
import static dev.tokenguard.deploy.Yaml.map;
import static dev.tokenguard.deploy.Yaml.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.TestCommands;
import dev.tokenguard.config.CatalogLoader;
import dev.tokenguard.config.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@code deploy/compose.yaml} would start: its files are there, its settings load. */
class ComposeTest {
  private static final Path FOLDER = Path.of("..", "deploy");

  /** Of the Compose specification, what this file uses. */
  private static final Set<String> KNOWN =
      Set.of(
          "build",
          "cap_drop",
          "command",
          "depends_on",
          "environment",
          "healthcheck",
          "image",
          "ports",
          "read_only",
          "security_opt",
          "volumes");

  @Test
  void hasTheFourServices() throws IOException {
    assertEquals(Set.of("tokenguard", "redis", "prometheus", "grafana"), services().keySet());
    services()
        .forEach(
            (name, service) -> {
              assertTrue(KNOWN.containsAll(map(service).keySet()), () -> name + ": " + service);
              assertTrue(Images.isPinned(text(service, "image")), () -> text(service, "image"));
            });
  }

  @Test
  void whatItMountsIsThere() throws IOException {
    Set<String> named = map(compose().get("volumes")).keySet();
    services()
        .forEach(
            (name, service) -> {
              for (Object volume : list(map(service).get("volumes"))) {
                String source = String.valueOf(volume).split(":", 2)[0];
                assertTrue(
                    source.startsWith("./")
                        ? Files.exists(FOLDER.resolve(source))
                        : named.contains(source),
                    () -> name + ": " + volume);
              }
            });
  }

  /** It is for trying out: nobody but this machine gets in. */
  @Test
  void everyPortIsOnLoopbackAlone() throws IOException {
    services()
        .forEach(
            (name, service) ->
                list(map(service).get("ports"))
                    .forEach(
                        port ->
                            assertTrue(
                                String.valueOf(port).startsWith("127.0.0.1:"),
                                () -> name + ": " + port)));
  }

  @Test
  void dependsOnWhatIsThere() throws IOException {
    Map<String, Object> services = services();
    services.forEach(
        (name, service) ->
            map(map(service).get("depends_on"))
                .forEach(
                    (other, condition) -> {
                      assertTrue(services.containsKey(other), other);
                      assertTrue(
                          !text(condition, "condition").equals("service_healthy")
                              || at(services.get(other), "healthcheck") != null,
                          () -> other + " has no healthcheck");
                    }));
  }

  @Test
  void tokenGuardStartsWithIt() throws Exception {
    Object service = services().get("tokenguard");
    List<String> command = list(at(service, "command")).stream().map(String::valueOf).toList();
    TestCommands.parse(command);
    Map<String, String> flags = new HashMap<>();
    for (String each : command.subList(1, command.size())) {
      String[] flag = each.substring(2).split("=", 2);
      flags.put(flag[0], flag[1]);
    }
    SettingsLoader.load(null, Map.of(), flags);
    String catalog =
        list(at(service, "volumes")).stream()
            .map(each -> String.valueOf(each).split(":"))
            .filter(each -> flags.getOrDefault("catalog.file", "").startsWith(each[1] + "/"))
            .map(each -> flags.getOrDefault("catalog.file", "").replace(each[1], each[0]))
            .findFirst()
            .orElseThrow();
    CatalogLoader.load(FOLDER.resolve(catalog));
    List<String> probe =
        list(at(service, "healthcheck", "test")).stream().map(String::valueOf).toList();
    List<String> entryPoint = DockerfileTest.entryPoint();
    assertEquals("CMD", probe.get(0));
    assertEquals(entryPoint, probe.subList(1, 1 + entryPoint.size()));
    TestCommands.parse(probe.subList(1 + entryPoint.size(), probe.size()));
  }

  private static Map<String, Object> services() throws IOException {
    return map(compose().get("services"));
  }

  private static Map<String, Object> compose() throws IOException {
    return Yaml.read(FOLDER.resolve("compose.yaml")).get(0);
  }
}
