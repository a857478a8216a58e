package dev.tokenguard.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** The CycloneDX bill of materials: what is in the jar, by name, version and license. */
class BillOfMaterialsIT {
  private static final Path JAR =
      Path.of(Objects.requireNonNull(System.getProperty("tokenguard.jar"), "tokenguard.jar"));
  private static final String BILL = "META-INF/sbom/tokenguard.cdx.json";

  private static byte[] bill() throws Exception {
    try (JarFile jar = new JarFile(JAR.toFile());
        InputStream in = jar.getInputStream(Objects.requireNonNull(jar.getJarEntry(BILL), BILL))) {
      return in.readAllBytes();
    }
  }

  private static List<JsonObject> components() throws Exception {
    JsonObject bill =
        JsonParser.parseString(new String(bill(), StandardCharsets.UTF_8)).getAsJsonObject();
    assertEquals("CycloneDX", bill.get("bomFormat").getAsString());
    List<JsonObject> components = new ArrayList<>();
    for (JsonElement each : bill.getAsJsonArray("components")) {
      components.add(each.getAsJsonObject());
    }
    return components;
  }

  private static String name(JsonObject component) {
    return component.get("group").getAsString() + ":" + component.get("name").getAsString();
  }

  @Test
  void liesBesideTheJarAndInIt() throws Exception {
    Path beside = Objects.requireNonNull(JAR.getParent()).resolve("tokenguard.cdx.json");
    assertArrayEquals(Files.readAllBytes(beside), bill());
  }

  /** Most libraries say in the jar themselves what they are: what they say is in the bill. */
  @Test
  void listsWhatIsInTheJar() throws Exception {
    TreeMap<String, String> listed = new TreeMap<>();
    for (JsonObject each : components()) {
      listed.put(name(each), each.get("version").getAsString());
    }
    TreeMap<String, String> inside = new TreeMap<>();
    try (JarFile jar = new JarFile(JAR.toFile())) {
      for (JarEntry each : jar.stream().toList()) {
        if (each.getName().matches("META-INF/maven/.*/pom.properties")) {
          Properties properties = new Properties();
          try (InputStream in = jar.getInputStream(each)) {
            properties.load(in);
          }
          inside.put(
              properties.getProperty("groupId") + ":" + properties.getProperty("artifactId"),
              properties.getProperty("version"));
        }
      }
    }
    inside.remove("dev.tokenguard:tokenguard-server"); // of which it is the bill
    // Parts of opentelemetry-sdk-trace, under names of its own.
    inside.keySet().removeIf(each -> each.startsWith("org.jctools:"));
    assertTrue(inside.size() > 15, () -> inside.toString());
    TreeMap<String, String> missing = new TreeMap<>(inside);
    missing.entrySet().removeIf(each -> each.getValue().equals(listed.get(each.getKey())));
    assertEquals(new TreeMap<String, String>(), missing);
    for (String library :
        List.of(
            "io.grpc:grpc-netty-shaded",
            "io.lettuce:lettuce-core",
            "io.netty:netty-handler",
            "org.eclipse.jetty:jetty-server",
            "com.github.codemonstur:embedded-redis",
            "io.opentelemetry:opentelemetry-exporter-otlp")) {
      assertTrue(listed.containsKey(library), library);
    }
    assertFalse(listed.keySet().toString().contains("junit"), "what only tests use");
    assertFalse(listed.keySet().toString().contains("okhttp"), "what was left out");
  }

  @Test
  void everyLibraryHasALicense() throws Exception {
    TreeSet<String> without = new TreeSet<>();
    for (JsonObject each : components()) {
      JsonArray licenses = each.getAsJsonArray("licenses");
      if (licenses == null || licenses.isEmpty()) {
        without.add(name(each));
      }
    }
    assertEquals(new TreeSet<String>(), without);
  }
}
