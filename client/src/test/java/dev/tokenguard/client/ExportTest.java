package dev.tokenguard.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.client.FakeTokenGuard.Fate;
import dev.tokenguard.v1.ExportFormat;
import dev.tokenguard.v1.ExportRequest;
import dev.tokenguard.v1.TransactionFilter;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports: whole or failed, as fast as they are read, and no more of them in memory than that. */
class ExportTest extends ClientFixture {

  private static final ExportQuery QUERY = ExportQuery.balances();

  @TempDir Path folder;

  @Test
  void chunksComeInOrder() throws IOException {
    adminServer.chunks = List.of("a\r\n", "b\r\n", "c\r\n");
    ByteArrayOutputStream file = new ByteArrayOutputStream();

    assertEquals(3, admin.history().export(QUERY, file));

    assertEquals("a\r\nb\r\nc\r\n", file.toString(StandardCharsets.UTF_8));
    assertEquals(0, time.waiting());
  }

  @Test
  void theServerIsOneChunkAheadAtMost() {
    adminServer.chunks = IntStream.range(0, 100).mapToObj(String::valueOf).toList();
    try (ExportStream export = admin.history().export(QUERY)) {
      int read = 0;
      for (; export.hasNext(); read++) {
        assertEquals(read + 1, adminServer.chunksSent(), "before chunk " + read);
        assertEquals(String.valueOf(read), export.next().toStringUtf8());
        assertEquals(read + 1, export.rows());
        time.pass(Duration.ofHours(1)); // However slow the reader.
      }
      assertEquals(100, read);
      assertThrows(NoSuchElementException.class, export::next);
    }
    assertEquals(0, adminServer.cancelledExports());
  }

  @Test
  void anEmptyFileIsWhole() throws IOException {
    assertEquals(0, admin.history().export(QUERY, OutputStream.nullOutputStream()));
  }

  @Test
  void anExportThatHasNotBegunIsBegunAgain() throws IOException {
    adminServer.chunks = List.of("a");
    adminServer.next(Fate.unavailable(), Fate.unavailable());
    ExportStream export = admin.history().export(QUERY);
    time.pass(Duration.ofSeconds(1));

    assertEquals(1, export.writeTo(OutputStream.nullOutputStream()));

    assertEquals(3, adminServer.requests(ExportRequest.class).size());
    assertEquals(0, time.waiting());
  }

  @Test
  void itIsNotBegunAgainForEver() {
    adminServer.always(Fate.unavailable());
    ExportStream export = admin.history().export(QUERY);
    time.pass(Duration.ofMinutes(1));

    assertTrue(assertThrows(TokenGuardException.class, export::hasNext).unavailable());
    assertEquals(4, adminServer.requests(ExportRequest.class).size());
  }

  @Test
  void aRefusalIsFinal() {
    adminServer.next(Fate.fails(Status.Code.NOT_FOUND, "ACCOUNT_NOT_FOUND"));

    ExportStream export = admin.history().export(QUERY.withAccount("nobody"));

    assertThrows(NotFoundException.class, export::next);
    assertEquals(1, adminServer.requests.size());
    assertEquals(0, time.waiting());
  }

  @Test
  void anExportThatBreaksIsNotTakenForWhole() {
    adminServer.chunks = List.of("a", FakeTokenAdmin.BREAK, "b");
    ExportStream export = admin.history().export(QUERY);

    assertEquals("a", export.next().toStringUtf8());
    assertEquals(
        Status.Code.UNAVAILABLE, assertThrows(TokenGuardException.class, export::hasNext).code());
    time.pass(Duration.ofMinutes(1));
    assertEquals(1, adminServer.requests.size());
  }

  @Test
  void silenceEndsWithTheDeadline() {
    adminServer.always(Fate.SILENCE);
    ExportStream export = admin.history().export(QUERY);
    time.pass(Duration.ofMillis(29_999));
    assertEquals(1, time.waiting());
    time.pass(Duration.ofMillis(1));

    TokenGuardException fault = assertThrows(TokenGuardException.class, export::hasNext);
    assertEquals(Status.Code.DEADLINE_EXCEEDED, fault.code());
    assertEquals("Export: DEADLINE_EXCEEDED: nothing came for PT30S", fault.getMessage());
  }

  @Test
  void whatIsClosedIsCancelledAndNotTakenForWhole() {
    adminServer.chunks = List.of("a", "b", "c");
    ExportStream export = admin.history().export(QUERY);
    assertEquals("a", export.next().toStringUtf8());

    export.close();

    assertEquals(
        Status.Code.CANCELLED, assertThrows(TokenGuardException.class, export::hasNext).code());
    assertEquals(1, adminServer.cancelledExports());
    assertEquals(0, time.waiting());
  }

  @Test
  void aLastChunkThatWasNotReadIsMissed() {
    adminServer.chunks = List.of("a");
    ExportStream export = admin.history().export(QUERY);

    export.close();

    assertEquals(
        Status.Code.CANCELLED, assertThrows(TokenGuardException.class, export::hasNext).code());
  }

  @Test
  void exportsEndWithTheClient() {
    adminServer.chunks = List.of("a", "b", "c");
    ExportStream export = admin.history().export(QUERY);

    admin.close();

    assertEquals(
        Status.Code.CANCELLED, assertThrows(TokenGuardException.class, export::next).code());
    assertEquals(1, adminServer.cancelledExports());
  }

  @Test
  void aReaderThatIsInterruptedStaysSo() {
    adminServer.always(Fate.SILENCE);
    ExportStream export = admin.history().export(QUERY);
    Thread.currentThread().interrupt();

    TokenGuardException fault = assertThrows(TokenGuardException.class, export::hasNext);

    assertTrue(Thread.interrupted());
    assertEquals(Status.Code.CANCELLED, fault.code());
    assertEquals(0, time.waiting());
  }

  @Test
  void aFileAppearsWhenItIsWhole() throws IOException {
    Path target = folder.resolve("balances.csv");
    adminServer.chunks = List.of("a\r\n", "b\r\n");

    assertEquals(2, admin.history().export(QUERY, target));

    assertEquals("a\r\nb\r\n", Files.readString(target));
    assertEquals(List.of(target), files());
  }

  @Test
  void aFileStaysAsItWasWhenTheExportBreaks() throws IOException {
    Path target = folder.resolve("balances.csv");
    Files.writeString(target, "yesterday's");
    adminServer.chunks = List.of("a", FakeTokenAdmin.BREAK);

    assertThrows(TokenGuardException.class, () -> admin.history().export(QUERY, target));

    assertEquals("yesterday's", Files.readString(target));
    assertEquals(List.of(target), files());
  }

  @Test
  void aTargetThatCannotBeWrittenEndsTheExport() {
    adminServer.chunks = List.of("a", "b", "c");
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("no space left");
          }
        };

    assertThrows(IOException.class, () -> admin.history().export(QUERY, full));

    assertEquals(1, adminServer.cancelledExports());
  }

  @Test
  void aQueryBecomesARequest() {
    TransactionFilter filter = TransactionFilter.newBuilder().setFeature("paint").build();
    ExportRequest request =
        ExportQuery.usage()
            .withAccount("ann")
            .withFormat(ExportFormat.EXPORT_FORMAT_JSON_LINES)
            .withFilter(filter)
            .withDays(LocalDate.of(2026, 2, 1), LocalDate.of(2026, 2, 28))
            .request();

    assertEquals("EXPORT_KIND_USAGE", request.getKind().name());
    assertEquals("ann", request.getAccountId());
    assertEquals("EXPORT_FORMAT_JSON_LINES", request.getFormat().name());
    assertEquals(filter, request.getFilter());
    assertEquals("2026-02-01", request.getStartDate());
    assertEquals("2026-02-28", request.getEndDate());
    assertFalse(ExportQuery.transactions().request().hasFilter());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
