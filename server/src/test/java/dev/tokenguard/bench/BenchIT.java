package dev.tokenguard.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bench as people run it: from the jar. Nothing is said about speed here. */
class BenchIT {
  private static final String JAR = Objects.requireNonNull(System.getProperty("tokenguard.jar"));

  @TempDir private Path folder = Path.of("");

  /** All of it went well, and nothing is left behind. */
  private Struct results(String... options) throws Exception {
    Path json = folder.resolve("bench.json");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + folder, // where it must leave nothing
                "-jar",
                JAR,
                "bench",
                "--quick",
                "--json=" + json));
    command.addAll(List.of(options));
    Process bench =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out.txt").toFile())
            .redirectError(folder.resolve("err.txt").toFile())
            .start();
    List<ProcessHandle> children = new ArrayList<>();
    while (!bench.waitFor(100, TimeUnit.MILLISECONDS)) {
      bench.descendants().filter(each -> !children.contains(each)).forEach(children::add);
    }
    assertEquals(0, bench.exitValue(), () -> said("err.txt") + said("out.txt"));
    assertFalse(children.isEmpty());
    children.forEach(child -> assertFalse(child.isAlive(), () -> "left behind: " + child.info()));
    try (var left = Files.list(folder)) {
      assertEquals(
          List.of(),
          left.filter(path -> path.getFileName().toString().startsWith("tokenguard")).toList());
    }
    return parsed(json);
  }

  private String said(String file) {
    return read(folder.resolve(file));
  }

  @Test
  void tellsWhatManySidecarsOtherTopologiesAndAccountsTake() throws Exception {
    Struct results =
        results(
            "--seconds=0.05",
            "--accounts=50",
            "--sidecars",
            "--topologies",
            "--capacity",
            "--growth-accounts=500");
    List<String> rows =
        list(results, "rows").stream().map(row -> text(row.getStructValue(), "name")).toList();
    for (String row :
        List.of(
            "store pair, 1 sidecar",
            "store pair, 10 sidecars",
            "store pair, 50 sidecars",
            "pair, 1 server",
            "pair, 4 servers",
            "pair, one Redis",
            "pair, cluster of 1",
            "pair, cluster of 2",
            "pair, cluster of 3",
            "pair, a replica that follows",
            "pair, replicas:1")) {
      assertTrue(rows.contains(row), () -> row + " is not in " + rows);
    }
    assertEquals(1, figure(results, "connections of a sidecar, of 1"));
    assertEquals(1, figure(results, "connections of a sidecar, of 50"));
    assertEquals(1, figure(results, "keys of an idle account"));
    assertTrue(figure(results, "  idle account: account") > 0);
    assertTrue(figure(results, "  open hold: reservations") > 0);
    assertTrue(figure(results, "  grant: grants") > 0);
    assertTrue(figure(results, "  member: memberships") > 0);
    // What a call writes; and what the server's probe writes in the same moment, once a second.
    double looks = figure(results, "GetBalance: append-only file");
    double commits = figure(results, "Commit: append-only file");
    assertTrue(looks < commits / 10, () -> looks + " of " + commits);
  }

  @Test
  void tellsEverythingAndLeavesNothingBehind() throws Exception {
    Struct results =
        results("--seconds=0.15", "--accounts=100", "--growth", "--growth-accounts=2500");
    assertEquals(
        List.of(
            "echo@64",
            "script@64",
            "reserve@64",
            "commit@64",
            "pair@64",
            "pair, one account@64",
            "redis ping@1",
            "echo@1",
            "script@1",
            "reserve@1",
            "commit@1",
            "pair@1",
            "reserve, capped member@64",
            "commit, capped member@64",
            "reserve, ten pockets@64",
            "commit, ten pockets@64",
            "reserve, group pays@64",
            "commit, group pays@64",
            "reserve + refund, over ten pockets@64",
            "pair, new account@64",
            "pair, long ledger@64",
            "pair, many holds@64",
            "pair, few accounts@64",
            "pair, many accounts@64",
            "list, first page@1",
            "list, middle page@1",
            "list, last page@1",
            "list, by prefix@1",
            "list, a filter passes none@1"),
        list(results, "rows").stream()
            .map(Value::getStructValue)
            .map(row -> text(row, "name") + "@" + (int) number(row, "in_flight"))
            .toList());
    for (Value row : list(results, "rows")) {
      assertTrue(number(row.getStructValue(), "calls") > 0, row::toString);
      assertTrue(number(row.getStructValue(), "p99_9_us") > 0, row::toString);
    }
    assertEquals(21, list(results, "budgets").size());
    assertEquals(2500, figure(results, "accounts made through the API"));
    assertEquals(1, figure(results, "reserve of a member: script calls"));
    assertEquals(0, figure(results, "background walk, accounts that are off"));
    assertTrue(figure(results, "list of all, page by page") > 0);
    assertEquals(0, number(results, "overspent_tokens"));
    assertTrue(
        said("out.txt").contains("reserve: rate over 1/(1/echo + 1/script)"),
        () -> said("out.txt"));
    assertTrue(said("err.txt").contains("round  3 of  3"), () -> said("err.txt"));
  }

  private static Struct parsed(Path json) throws Exception {
    Struct.Builder builder = Struct.newBuilder();
    JsonFormat.parser().merge(Files.readString(json), builder);
    return builder.build();
  }

  private static List<Value> list(Struct struct, String name) {
    return struct.getFieldsOrThrow(name).getListValue().getValuesList();
  }

  private static double figure(Struct results, String what) {
    return list(results, "figures").stream()
        .map(Value::getStructValue)
        .filter(each -> text(each, "what").equals(what))
        .mapToDouble(each -> number(each, "value"))
        .findFirst()
        .orElseThrow();
  }

  private static String text(Struct struct, String name) {
    return struct.getFieldsOrThrow(name).getStringValue();
  }

  private static double number(Struct struct, String name) {
    return struct.getFieldsOrThrow(name).getNumberValue();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }
}
