package dev.tokenguard.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.LedgerEntry;
import dev.tokenguard.domain.UsageCell;
import dev.tokenguard.service.Export.Chunk;
import dev.tokenguard.testing.Samples;
import dev.tokenguard.testing.ScriptedAdminStore;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportTest {

  private static final LocalDate TODAY = LocalDate.of(2026, 3, 1);

  private final ScriptedAdminStore store = new ScriptedAdminStore();
  private final ExportService service =
      new ExportService(
          store,
          store,
          () -> Samples.CATALOG,
          Limits.DEFAULT,
          Clock.fixed(Samples.NOW, ZoneOffset.UTC));

  @Test
  void writesTransactionsOldestFirstAsCsv() {
    store.accounts.put("a", ScriptedAdminStore.account("a", 5));
    store.ledgers.put(
        "a",
        List.of(
            ScriptedAdminStore.commit(1, "r1"),
            new LedgerEntry(
                2,
                Samples.NOW,
                LedgerEntry.Kind.ADJUST,
                "",
                "m",
                "",
                Map.of("note", "said \"no\",\nthen yes", "actor", "ops"),
                "made good",
                true,
                List.of(
                    new LedgerEntry.Line("image", -3, 0, 0, 0, 7),
                    new LedgerEntry.Line("website", 1, 0, 2, 0, 4)))));
    assertEquals(
        "account_id,revision,time,kind,token_type,amount,granted,consumed,lapsed,released,balance,feature,member_id,reservation_id,reason,late,metadata\r\n"
            + "a,1,2026-03-01T12:00:01Z,COMMIT,website,-1,0,1,0,1,4,create_website,,r1,,false,\r\n"
            + "a,2,2026-03-01T12:00:00Z,ADJUST,image,-3,-3,0,0,0,7,,m,,made"
            + " good,true,\"{\"\"actor\"\":\"\"ops\"\",\"\"note\"\":\"\"said \\\"\"no\\\"\",\\n"
            + "then yes\"\"}\"\r\n"
            + "a,2,2026-03-01T12:00:00Z,ADJUST,website,-1,1,0,2,0,4,,m,,made"
            + " good,true,\"{\"\"actor\"\":\"\"ops\"\",\"\"note\"\":\"\"said \\\"\"no\\\"\",\\n"
            + "then yes\"\"}\"\r\n",
        text(open("TRANSACTIONS", "", "a")));
  }

  @Test
  void writesTheSameAsJsonLines() {
    store.accounts.put("a", ScriptedAdminStore.account("a", 5));
    store.ledgers.put(
        "a",
        List.of(
            new LedgerEntry(
                2,
                Samples.NOW,
                LedgerEntry.Kind.REFUND,
                "=chat",
                "@m",
                "-r",
                Map.of("k", "v"),
                "\u062a\u0648 \"\ud83d\ude00\"\n",
                false,
                List.of(new LedgerEntry.Line("image", 0, 0, 0, 9007199254740991L, 7)))));
    assertEquals(
        "{\"account_id\":\"a\",\"revision\":2,\"time\":\"2026-03-01T12:00:00Z\",\"kind\":\"REFUND\","
            + "\"token_type\":\"image\",\"amount\":0,\"granted\":0,\"consumed\":0,\"lapsed\":0,"
            + "\"released\":9007199254740991,\"balance\":7,\"feature\":\"=chat\",\"member_id\":\"@m\",\"reservation_id\":\"-r\",\"reason\":\"\u062a\u0648"
            + " \\\"\ud83d\ude00\\\"\\n"
            + "\",\"late\":false,\"metadata\":{\"k\":\"v\"}}\n",
        text(open("TRANSACTIONS", "JSON_LINES", "a")));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "plain, plain",
        "=1+1, '=1+1",
        "+49, '+49",
        "-1, '-1",
        "@SUM, '@SUM",
        "'quoted, ''quoted",
        "\uff1d1, '\uff1d1",
        "a=b, a=b",
        "a\"b, \"a\"\"b\"",
        "`a,b`, `\"a,b\"`",
        "\u062a\u0648, \u062a\u0648",
      })
  void aSpreadsheetTakesNoTextForAFormula(String text, String cell) {
    Csv csv = new Csv(List.of("x", "y"));
    csv.text("x", text);
    csv.number("y", -1);
    csv.endRow();
    assertEquals("x,y\r\n" + cell + ",-1\r\n", new String(csv.take(), UTF_8));
  }

  @Test
  void aLineBreakIsQuoted() {
    Csv csv = new Csv(List.of("x"));
    csv.text("x", "a\nb");
    csv.endRow();
    csv.text("x", "\r=1");
    csv.endRow();
    csv.text("x", "\t=1");
    csv.endRow();
    assertEquals("x\r\n\"a\nb\"\r\n\"'\r=1\"\r\n'\t=1\r\n", new String(csv.take(), UTF_8));
  }

  @Test
  void writesBalancesOfAllAccounts() {
    store.accounts.put("a", ScriptedAdminStore.account("a", 5));
    store.accounts.put("b", ScriptedAdminStore.account("b", 0));
    assertEquals(
        "account_id,plan,token_type,granted,consumed,held,available,debt,lapsed,reset_time,"
            + "remaining_percent,low,lifetime_granted,lifetime_consumed,lifetime_held,lifetime_lapsed,"
            + "revision\r\n"
            + "a,free,website,5,0,0,5,0,0,2026-03-02T00:00:00Z,100.0,false,5,0,0,0,1\r\n"
            + "b,free,website,5,5,0,0,0,0,2026-03-02T00:00:00Z,0.0,true,5,5,0,0,1\r\n",
        text(open("BALANCES", "CSV", "")));
    String asJson = text(open("BALANCES", "JSON_LINES", "a"));
    assertTrue(asJson.contains("\"remaining_percent\":100.0,\"low\":false"), asJson);
  }

  @Test
  void writesUsageInOrderOfDayInPieces() {
    store.accounts.put("a", ScriptedAdminStore.account("a", 5));
    store.usage.put(
        "a",
        List.of(
            new UsageCell(TODAY, "f", "website", "m", 3),
            new UsageCell(TODAY, "f", "image", "", 2),
            new UsageCell(TODAY.minusDays(29), "f", "image", "", 1),
            new UsageCell(TODAY.minusDays(30), "f", "image", "", 9)));
    assertEquals(
        "account_id,day,feature,token_type,member_id,amount\r\n"
            + "a,2026-01-31,f,image,,1\r\n"
            + "a,2026-03-01,f,image,,2\r\n"
            + "a,2026-03-01,f,website,m,3\r\n",
        text(open("USAGE", "CSV", "a")));
    List<List<Object>> asked =
        store.asked.stream().filter(each -> each.get(0).equals("usage")).toList();
    assertEquals(2, asked.size());
    assertEquals(List.of("usage", "a", TODAY.minusDays(29), TODAY.minusDays(23)), asked.get(0));
    assertEquals(List.of("usage", "a", TODAY.minusDays(22), TODAY), asked.get(1));
  }

  @Test
  void manyCellsAreReadInSmallPieces() {
    store.accounts.put("a", ScriptedAdminStore.account("a", 5));
    List<UsageCell> cells = new ArrayList<>();
    for (int member = 0; member < 1000; member++) {
      for (int day = 0; day < 30; day += 7) {
        cells.add(new UsageCell(TODAY.minusDays(day + 1), "f", "image", "m" + member, 1));
      }
    }
    store.usage.put("a", cells);
    assertEquals(5001, text(open("USAGE", "CSV", "a")).lines().count());
    assertEquals(5, store.asked.stream().filter(each -> each.get(0).equals("usage")).count());
  }

  /**
   * Who waits for the next part gives up after some time: a file of few rows is not a dead server.
   */
  @Test
  void saysNowAndThenThatItGoesOn() {
    AtomicLong nanos = new AtomicLong();
    AtomicInteger left = new AtomicInteger(20);
    RowSource slow =
        () -> {
          nanos.addAndGet(1_000_000_000);
          return CompletableFuture.completedFuture(
              left.getAndDecrement() > 0
                  ? Optional.of(Collections.emptyIterator())
                  : Optional.empty());
        };
    Export export = new Export(slow, new JsonLines(), () -> {}, nanos::get);
    List<Chunk> chunks = chunks(export);
    assertEquals(4, chunks.size());
    assertTrue(chunks.stream().allMatch(chunk -> chunk.data().length == 0 && chunk.rows() == 0));
  }

  @Test
  void todayIsTheAccounts() {
    store.accounts.put("a", ScriptedAdminStore.account("a", 5));
    store.zones.put("a", ZoneId.of("Pacific/Kiritimati"));
    store.usage.put("a", List.of(new UsageCell(TODAY.plusDays(1), "f", "image", "", 2)));
    assertTrue(text(open("USAGE", "CSV", "a")).contains("2026-03-02"), "14 hours ahead");
  }

  @Test
  void anEmptyFileHasItsHeaderAndJsonLinesNone() {
    assertEquals(1, chunks(open("BALANCES", "CSV", "")).size());
    assertEquals(0, chunks(open("BALANCES", "JSON_LINES", "")).size());
  }

  /**
   * A million rows take no more memory than one chunk: nothing is asked for before it is needed.
   */
  @Test
  void readsNoFurtherThanItIsAsked() {
    store.fillLedger("a", 20_000);
    Export export = open("TRANSACTIONS", "CSV", "a");
    assertEquals(0, store.asked.size());
    Chunk first = next(export).orElseThrow();
    assertTrue(first.data().length >= Export.CHUNK_BYTES, "" + first.data().length);
    assertTrue(first.data().length < Export.CHUNK_BYTES + 500, "" + first.data().length);
    int asked = store.asked.size();
    assertTrue(asked < 10, "" + asked);
    assertTrue(new String(first.data(), UTF_8).endsWith("\r\n"), "whole rows");
    Chunk second = next(export).orElseThrow();
    assertTrue(second.rows() > first.rows());
    assertTrue(new String(second.data(), UTF_8).startsWith("a,"), "whole rows");

    List<Chunk> rest = chunks(export);
    assertEquals(20_000, rest.get(rest.size() - 1).rows());
    assertEquals(Optional.empty(), next(export));
  }

  @Test
  void walksAllAccountsAndSkipsOneThatIsDeletedMeanwhile() {
    for (int i = 0; i < 250; i++) {
      store.fillLedger("a" + (1000 + i), 3);
    }
    Export export = open("TRANSACTIONS", "JSON_LINES", "");
    Chunk first = next(export).orElseThrow();
    store.accounts.remove("a1240");
    List<Chunk> rest = chunks(export);
    long rows = rest.isEmpty() ? first.rows() : rest.get(rest.size() - 1).rows();
    assertEquals(249 * 3, rows);
  }

  @Test
  void anAccountThatIsAskedForMustBeThere() {
    Export export = open("TRANSACTIONS", "CSV", "nobody");
    assertEquals(Fault.ACCOUNT_NOT_FOUND, fault(export));
    assertEquals(Fault.ACCOUNT_NOT_FOUND, fault(open("BALANCES", "CSV", "nobody")));
    assertEquals(Fault.ACCOUNT_NOT_FOUND, fault(open("USAGE", "CSV", "nobody")));
  }

  @Test
  void anyOtherFaultEndsTheFile() {
    store.fillLedger("a", 3);
    Export export = open("TRANSACTIONS", "CSV", "");
    store.fault = FaultException.of(Fault.ACCOUNT_CORRUPT, "unreadable");
    assertEquals(Fault.ACCOUNT_CORRUPT, fault(export));
  }

  @Test
  void aFilterPicksTransactionsAndTheirLines() {
    store.accounts.put("a", ScriptedAdminStore.account("a", 5));
    List<LedgerEntry.Line> both =
        List.of(
            new LedgerEntry.Line("image", 1, 0, 0, 0, 1),
            new LedgerEntry.Line("website", 1, 0, 0, 0, 1));
    List<LedgerEntry> ledger = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      ledger.add(ScriptedAdminStore.entry(i, LedgerEntry.Kind.GRANT, "", "", "g", both));
    }
    store.ledgers.put("a", ledger);
    HistoryRequest.Filter filter =
        new HistoryRequest.Filter(
            List.of("GRANT"),
            "image",
            "",
            "",
            "",
            Samples.NOW.plusSeconds(2),
            Samples.NOW.plusSeconds(4));
    Export export =
        service.open(new HistoryRequest.Export("TRANSACTIONS", "JSON_LINES", "a", filter, "", ""));
    String text = text(export);
    assertEquals(2, text.lines().count(), text);
    assertTrue(text.lines().allMatch(line -> line.contains("\"token_type\":\"image\"")), text);
    assertEquals(1, store.asked.size(), "stops where entries are too new");
  }

  @Test
  void makesOnlySoManyAtATime() {
    List<Export> all = new ArrayList<>();
    for (int i = 0; i < ExportService.MAX_OPEN; i++) {
      all.add(open("BALANCES", "CSV", ""));
    }
    FaultException fault = assertThrows(FaultException.class, () -> open("BALANCES", "CSV", ""));
    assertEquals(Fault.OVERLOADED, fault.fault());
    all.get(0).close();
    all.get(0).close();
    open("BALANCES", "CSV", "");
    assertThrows(
        FaultException.class, () -> open("BALANCES", "CSV", ""), "closed once, freed once");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRANSACTIONS", "USAGE", "BALANCES"})
  void theColumnsOfAHeaderAreThoseOfItsRows(String kind) {
    store.fillLedger("a", 1);
    store.usage.put("a", List.of(new UsageCell(TODAY, "f", "image", "", 2)));
    String header = text(open(kind, "CSV", "a")).lines().findFirst().orElseThrow();
    String row = text(open(kind, "JSON_LINES", "a")).lines().findFirst().orElseThrow();
    List<String> names = new ArrayList<>();
    Matcher name = Pattern.compile("\"(\\w+)\":").matcher(row);
    while (name.find()) {
      names.add(name.group(1));
    }
    assertEquals(header, String.join(",", names));
  }

  private Export open(String kind, String format, String account) {
    return service.open(new HistoryRequest.Export(kind, format, account, null, "", ""));
  }

  private static Optional<Chunk> next(Export export) {
    return export.next().toCompletableFuture().join();
  }

  private static Fault fault(Export export) {
    CompletionException thrown = assertThrows(CompletionException.class, () -> chunks(export));
    return Faults.of(thrown).fault();
  }

  private static List<Chunk> chunks(Export export) {
    List<Chunk> chunks = new ArrayList<>();
    for (Optional<Chunk> chunk = next(export); chunk.isPresent(); chunk = next(export)) {
      chunks.add(chunk.get());
    }
    return chunks;
  }

  private static String text(Export export) {
    StringBuilder text = new StringBuilder();
    chunks(export).forEach(chunk -> text.append(new String(chunk.data(), UTF_8)));
    return text.toString();
  }
}
