package dev.tokenguard.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a user runs it: the jar, in an empty folder. */
class DemoIT {
  private static final long PATIENCE_SECONDS = 120;

  private final List<Process> started = new ArrayList<>();

  @TempDir Path folder;

  @AfterEach
  void endWhatATestLeft() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void tellsTheWholeStoryAndAgain() throws Exception {
    for (int run = 1; run <= 2; run++) {
      Run demo = run("demo");

      assertEquals(0, demo.exitCode, demo.all());
      assertEquals("", demo.err);
      demo.shows(
          "5 website tokens, reset daily (Asia/Bangkok)",
          "built     tidewater-yoga    1 charged  0 of 5 left",
          "failed    night-market      refunded   2 of 5 left",
          "04-night-market.md:4: palette: 'sunrize'",
          "refused   hilltop-bikes     HTTP 402   INSUFFICIENT_TOKENS",
          "en  You don't have enough tokens. Websites: 1 needed, 0 available.",
          "th  โทเค็นของคุณไม่เพียงพอ",
          "fa  توکن کافی ندارید.",
          "chat      ",
          "preview   ",
          "deploy    5 sites",
          "built     hilltop-bikes     1 charged  4 of 5 left",
          "refused   hilltop-bikes     HTTP 409   the same order again",
          "2 website tokens, reset every 2 seconds",
          "reset     watching the balance for",
          "Nothing lost, nothing made up",
          "sites built  5 = 5 charged",
          "Done in");
      demo.showsLine(" *mali +free +5 +5 +0 +0 +in .*");
      demo.showsLine(" *somchai +free +5 +1 +0 +4 +in .*");
      demo.showsLine(" *dara +sprint +2 +1 +0 +1 +in .*");
      assertFalse(demo.out.contains("WRONG"), demo.out);
      assertFalse(demo.out.contains("\u001b"), demo.out);
    }
    Path live = folder.resolve("tokenguard-demo/live");
    assertTrue(Files.readString(live.resolve("index.html")).contains("mali/chaikhane/index.html"));
    assertTrue(
        Files.readString(live.resolve("mali/baan-rim-nam/index.html")).contains("บ้านริมน้ำ"));
    assertTrue(Files.exists(live.resolve("mali/baan-rim-nam/style.css")));
    assertTrue(Files.exists(live.resolve("somchai/hilltop-bikes/index.html")));
    assertFalse(Files.exists(live.resolve("mali/night-market")));
    assertFalse(Files.exists(folder.resolve("tokenguard-demo/drafts/mali/hilltop-bikes")));
  }

  @Test
  void takesBriefsOfTheUsersOwn() throws Exception {
    Path briefs = Files.createDirectory(folder.resolve("my briefs"));
    Files.writeString(briefs.resolve("one.md"), "---\ntitle: One\n---\n## A\nb");
    Files.writeString(briefs.resolve("two.txt"), "Nothing but words.");

    Run demo = run("demo", "--briefs", "my briefs", "--dir", "sites/here");

    assertEquals(0, demo.exitCode, demo.all());
    demo.shows(
        "built     one               1 charged  4 of 5 left",
        "failed    two               refunded   4 of 5 left",
        "two.txt:1: no head",
        "built     one-5             1 charged  0 of 5 left",
        "refused   one-6             HTTP 402");
    assertTrue(Files.exists(folder.resolve("sites/here/live/mali/one/index.html")));
    assertFalse(Files.exists(folder.resolve("tokenguard-demo")));
  }

  @Test
  void failsWhenNothingCanBeBuilt() throws Exception {
    Path briefs = Files.createDirectory(folder.resolve("briefs"));
    Files.writeString(briefs.resolve("one.md"), "Nothing but words.");

    Run demo = run("demo", "--briefs", "briefs");

    assertEquals(1, demo.exitCode, demo.all());
    demo.shows("failed    one               refunded   5 of 5 left", "No site could be built");
    demo.showsLine(" *mali +free +5 +0 +0 +5 +in .*");
  }

  @Test
  void saysWhatIsWrongWithAFolder() throws Exception {
    Files.createFile(folder.resolve("file"));

    Run noBriefs = run("demo", "--briefs", "nowhere");
    Run noFolder = run("demo", "--dir", "file");

    assertEquals(2, noBriefs.exitCode, noBriefs.all());
    assertEquals("tokenguard: --briefs: nowhere: no such folder", noBriefs.err.strip());
    assertEquals(2, noFolder.exitCode, noFolder.all());
    assertTrue(noFolder.err.startsWith("tokenguard: --dir: file is not a folder"), noFolder.err);
    assertFalse(Files.exists(folder.resolve("tokenguard-demo")));
  }

  @Test
  void staysUpUntilItIsTold() throws Exception {
    Process process =
        start("demo", "--serve", "--grpc.listen", "127.0.0.1:0", "--http.listen", "127.0.0.1:0");
    Set<ProcessHandle> children = new HashSet<>();
    await(
        process,
        () -> {
          process.descendants().forEach(children::add);
          return read("out").contains("/readyz");
        });
    Matcher curl = Pattern.compile("curl -s (http://\\S+/readyz)").matcher(read("out"));
    assertTrue(curl.find(), read("out"));
    HttpResponse<String> ready =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(curl.group(1))).build(),
                HttpResponse.BodyHandlers.ofString());

    process.destroy();

    assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), read("err"));
    assertEquals(200, ready.statusCode());
    assertEquals("", read("err"));
    assertTrue(
        read("out").contains("grpcurl -plaintext -d '{\"account_id\": \"mali\"}' 127.0.0.1:"));
    assertTrue(read("out").endsWith("Stopped.\n"), read("out"));
    assertAllGone(children);
  }

  /** Runs to the end, and sees to it that nothing is left of it. */
  private Run run(String... arguments) throws Exception {
    Process process = start(arguments);
    Set<ProcessHandle> children = new HashSet<>();
    await(
        process,
        () -> {
          process.descendants().forEach(children::add);
          return !process.isAlive();
        });
    Run run = new Run(process.exitValue(), read("out"), read("err"));
    if (run.exitCode < 2) {
      assertAllGone(children);
    }
    return run;
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Said again here, so that what the machine has set does not get onto standard error.
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-jar"));
    command.add(Objects.requireNonNull(System.getProperty("tokenguard.jar")));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().put("LC_ALL", "C"); // whose character set knows no Thai
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().put("TOKENGUARD_REDIS_URI", "redis://192.0.2.1"); // not the demo's
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private void await(Process process, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      boolean ended = process.waitFor(20, TimeUnit.MILLISECONDS);
      assertTrue(System.nanoTime() < end, () -> "in vain: " + read("out") + read("err"));
      assertTrue(!ended || condition.getAsBoolean(), () -> read("out") + read("err"));
    }
  }

  private static void assertAllGone(Set<ProcessHandle> children) throws Exception {
    assertFalse(children.isEmpty(), "its Redis was not seen");
    for (ProcessHandle child : children) {
      child.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private String read(String file) {
    try {
      return new String(Files.readAllBytes(folder.resolve(file)), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Run(int exitCode, String out, String err) {
    String all() {
      return out + err;
    }

    void shows(String... texts) {
      for (String text : texts) {
        assertTrue(out.contains(text), () -> "no '" + text + "' in:\n" + all());
      }
    }

    void showsLine(String pattern) {
      assertTrue(
          out.lines().anyMatch(line -> line.matches(pattern)),
          () -> "no line '" + pattern + "' in:\n" + all());
    }
  }
}
