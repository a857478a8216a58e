package dev.tokenguard.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a caller wrote down is read as it was, also when it was killed. */
class CallFileTest {

  private static final int MORE_THAN_A_PART = 100_001;

  @TempDir Path folder;

  @Test
  void whatWasWrittenIsRead() throws Exception {
    HistoryBuilder account = new HistoryBuilder();
    account.reserve(1, 100);
    account.extend(1, 150);
    Call late = account.commit(1, 60);
    late.late = true;
    late.pending = true;
    late.replayed = true;
    late.account = 299;
    late.sidecar = 2;
    List<Call> written = account.history().calls();
    try (CallFile file = new CallFile(folder.resolve("calls"))) {
      for (Call call : written) {
        file.end(file.begin(call), call);
      }
    }
    List<Call> read = read();
    assertEquals(written.toString(), read.toString());
    Call last = read.get(2);
    assertTrue(last.pending && last.late && last.replayed);
    assertEquals(List.of(299, 2), List.of(last.account, last.sidecar));
    assertEquals(
        List.of(late.charged, late.returned, late.reserved, late.start, late.end),
        List.of(last.charged, last.returned, last.reserved, last.start, last.end));
  }

  /** Nobody closes the file of who is killed. */
  @Test
  void aCallWithoutAnAnswerIsUnknown() throws Exception {
    CallFile file = new CallFile(folder.resolve("calls"));
    Call call = new HistoryBuilder().consume(1, 10);
    file.begin(call);
    call.revision = 7;
    file.end(file.begin(call), call);
    List<Call> read = read();
    assertEquals(2, read.size());
    assertTrue(read.get(0).isUnknown());
    assertEquals(Long.MAX_VALUE, read.get(0).end);
    assertFalse(read.get(1).isUnknown());
    file.close();
  }

  @Test
  void aLongFile() throws Exception {
    try (CallFile file = new CallFile(folder.resolve("calls"))) {
      Call call = new HistoryBuilder().consume(1, 10);
      for (int i = 1; i <= MORE_THAN_A_PART; i++) {
        call.id = i;
        file.end(file.begin(call), call);
      }
    }
    List<Call> read = read();
    assertEquals(MORE_THAN_A_PART, read.size());
    assertEquals(MORE_THAN_A_PART, read.get(MORE_THAN_A_PART - 1).id);
  }

  private List<Call> read() throws Exception {
    List<Call> calls = new ArrayList<>();
    CallFile.read(folder.resolve("calls"), calls::add);
    return calls;
  }
}
