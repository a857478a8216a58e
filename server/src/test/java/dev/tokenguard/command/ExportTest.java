package dev.tokenguard.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.tokenguard.v1.ExportFormat;
import dev.tokenguard.v1.ExportKind;
import dev.tokenguard.v1.ExportRequest;
import dev.tokenguard.v1.ExportResponse;
import dev.tokenguard.v1.TransactionFilter;
import dev.tokenguard.v1.TransactionKind;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that the server streams. */
class ExportTest {
  @SuppressWarnings("NullAway.Init") // Set before all.
  private static FakeAdmin admin;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    admin = new FakeAdmin();
  }

  @AfterAll
  static void stop() {
    admin.close();
  }

  @BeforeEach
  void reset() {
    admin.reset();
    admin.answers("Export", part("a,b\r\n1,โทเค็น\r\n", 1), part("2,y\r\n", 2));
  }

  private static ExportResponse part(String text, long rows) {
    return ExportResponse.newBuilder().setData(ByteString.copyFromUtf8(text)).setRows(rows).build();
  }

  private static Shell.Ran run(String... words) {
    return new Shell(admin.target()).run(words);
  }

  private List<String> files() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(each -> String.valueOf(each.getFileName())).toList();
    }
  }

  @Test
  void toStandardOutput() {
    Shell.Ran ran = run("ledger", "export", "ann", "--kind=commit");

    assertEquals(new Shell.Ran(0, "a,b\n1,โทเค็น\n2,y\n", ""), ran);
    assertEquals(
        List.of(
            ExportRequest.newBuilder()
                .setKind(ExportKind.EXPORT_KIND_TRANSACTIONS)
                .setFormat(ExportFormat.EXPORT_FORMAT_CSV)
                .setAccountId("ann")
                .setFilter(
                    TransactionFilter.newBuilder()
                        .addKinds(TransactionKind.TRANSACTION_KIND_COMMIT))
                .build()),
        admin.requests());
  }

  @Test
  void toAFileThatIsThereWhenItIsComplete() throws Exception {
    Path file = Files.writeString(folder.resolve("usage.csv"), "old");

    Shell.Ran ran =
        run("usage", "export", "--from=2026-11-01", "--to=2026-11-30", "--output=" + file);

    assertEquals(new Shell.Ran(0, "", "2 rows in " + file + "\n"), ran);
    assertEquals("a,b\r\n1,โทเค็น\r\n2,y\r\n", Files.readString(file));
    assertEquals(List.of("usage.csv"), files());
    assertEquals(
        List.of(
            ExportRequest.newBuilder()
                .setKind(ExportKind.EXPORT_KIND_USAGE)
                .setFormat(ExportFormat.EXPORT_FORMAT_CSV)
                .setStartDate("2026-11-01")
                .setEndDate("2026-11-30")
                .build()),
        admin.requests());
  }

  @Test
  void aFileThatBreaksLeavesTheOldOne() throws Exception {
    Path file = Files.writeString(folder.resolve("usage.csv"), "old");
    admin.fails("Export", Status.INTERNAL.withDescription("it broke").asRuntimeException());

    Shell.Ran ran = run("usage", "export", "-o", file.toString());

    assertEquals(1, ran.exitCode());
    assertTrue(ran.err().contains("it broke"), ran::err);
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("usage.csv"), files());
  }

  @Test
  void aFolderThatIsNotThere() {
    Shell.Ran ran = run("usage", "export", "-o", folder + "/none/usage.csv");

    assertEquals(1, ran.exitCode());
    assertTrue(ran.err().startsWith("tokenguard: " + folder + "/none: no such folder"), ran::err);
  }

  @Test
  void jsonLinesOfBalances() {
    run("account", "export", "--json");

    assertEquals(
        List.of(
            ExportRequest.newBuilder()
                .setKind(ExportKind.EXPORT_KIND_BALANCES)
                .setFormat(ExportFormat.EXPORT_FORMAT_JSON_LINES)
                .build()),
        admin.requests());
  }

  @Test
  void aServerThatSendsNothingMore() {
    admin.hangs("Export");

    Shell.Ran ran = run("usage", "export", "--timeout=100ms");

    assertEquals(1, ran.exitCode());
    assertTrue(ran.err().contains("nothing came from " + admin.target() + " for 100ms"), ran::err);
    assertFalse(ran.err().contains("\tat "), ran::err);
  }
}
