package dev.tokenguard.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.config.Settings.Appendfsync;
import dev.tokenguard.config.Settings.Embedded;
import dev.tokenguard.embedded.EmbeddedRedis;
import dev.tokenguard.wire.Caller;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The folder that the container image holds, made by {@code deploy/image/build.sh} as the
 * Dockerfile makes it: copied to where it runs, nothing in it writable, started as a sidecar is,
 * stopped as Kubernetes does.
 */
class ImageIT {

  private static final Set<PosixFilePermission> WRITE =
      EnumSet.of(
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_WRITE);

  @TempDir Path folder;

  @Test
  void servesFromAFolderThatNobodyWrites() throws Exception {
    Jdk jdk = Jdk.forImages();
    Path home = folder.resolve("opt");
    build(jdk, folder.resolve("built"), home);
    // As from one stage of the Dockerfile to the next: times stay, the place is another one.
    run(Map.of(), "cp", "-a", folder.resolve("built").toString(), home.toString());
    run(Map.of(), "rm", "-r", folder.resolve("built").toString());
    protect(home);
    Map<String, String> before = files(home);

    Path work = Files.createDirectories(folder.resolve("work"));
    Path socket = work.resolve("guard.sock");
    Path data = folder.resolve("redis");
    Files.writeString(work.resolve("catalog.yaml"), dev.tokenguard.wire.WireServer.CATALOG);
    try (EmbeddedRedis redis =
            EmbeddedRedis.start(new Embedded(data, "", Appendfsync.EVERYSEC, 0));
        ServerProcess server =
            image(
                    home,
                    work,
                    "serve",
                    "--grpc.listen=",
                    "--grpc.unix_socket=" + socket,
                    "--grpc.unix_socket_access=group",
                    "--http.listen=127.0.0.1:0",
                    "--redis.uri=" + redis.uri(),
                    "--catalog.file=" + work.resolve("catalog.yaml"))
                .awaitListening();
        Caller caller = new Caller("unix:" + socket)) {
      assertEquals(ServingStatus.SERVING, caller.health("readiness"));
      assertTrue(caller.consume("a", "generate", "r").hasReservation());
      assertEquals(
          "rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
      try (ServerProcess probe =
          image(home, work, "health", "--target=unix:" + socket, "--service=liveness")) {
        assertTrue(probe.endedWith(0).lines().anyMatch("SERVING"::equals), probe::log);
      }
      server.terminate();
      String said = server.endedWith(0);
      assertFalse(said.contains(" ERROR "), said);
      // Of a cache that it cannot use the JVM only warns.
      assertFalse(said.contains("[warning]") || said.contains("[error]"), said);
    }
    assertEquals(before, files(home), "nothing was written");
  }

  private static void build(Jdk jdk, Path to, Path home) throws Exception {
    Path script = Path.of("..", "deploy", "image", "build.sh").toRealPath();
    String jar = String.valueOf(System.getProperty("tokenguard.jar"));
    run(
        Map.of("JAVA_HOME", jdk.home().toString()),
        script.toString(),
        jar,
        to.toString(),
        home.toString());
    assertTrue(Files.exists(to.resolve(jdk.release() >= 25 ? "tokenguard.aot" : "tokenguard.jsa")));
  }

  /** As the image's entry point does. */
  private static ServerProcess image(Path home, Path work, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of(home.resolve("runtime/bin/java") + "", "@" + home + "/tokenguard"));
    command.addAll(List.of(arguments));
    return ServerProcess.start(command, work, Map.of());
  }

  private static void run(Map<String, String> environment, String... command) throws Exception {
    Path log = Files.createTempFile("image", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    boolean ended = process.waitFor(10, TimeUnit.MINUTES);
    String said = Files.readString(log);
    Files.delete(log);
    if (!ended) {
      process.destroy();
    }
    assertTrue(ended && process.exitValue() == 0, said);
  }

  private static void protect(Path home) throws Exception {
    try (Stream<Path> all = Files.walk(home)) {
      for (Path each : all.filter(file -> !Files.isSymbolicLink(file)).toList()) {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(each);
        permissions.removeAll(WRITE);
        Files.setPosixFilePermissions(each, permissions);
      }
    }
  }

  /** Every file with its size and time. */
  private static Map<String, String> files(Path home) throws Exception {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(home)) {
      for (Path each : all.toList()) {
        files.put(
            home.relativize(each).toString(),
            Files.isDirectory(each)
                ? ""
                : Files.size(each) + " bytes of " + Files.getLastModifiedTime(each));
      }
    }
    return files;
  }
}
