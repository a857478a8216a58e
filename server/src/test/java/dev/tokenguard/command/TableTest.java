package dev.tokenguard.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is printed for people. */
class TableTest {
  private final StringWriter said = new StringWriter();
  private final PrintWriter out = new PrintWriter(said, true);

  private String said() {
    return said.toString().replace("\r\n", "\n");
  }

  @Test
  void textIsToTheLeftAndNumbersToTheRight() {
    Table table = new Table(out, "name", ">tokens", "note");
    table.row("ann", 5, "");
    table.row("สมชาย", 12000, "x");
    table.row("ชั้น", -1, "marks take no column");
    table.row("小明", 7, "x");
    table.print();

    assertEquals(
        """
        name   tokens  note
        ann         5
        สมชาย   12000  x
        ชั้น         -1  marks take no column
        小明        7  x
        """,
        said());
  }

  @Test
  void nothingIsPrintedOfNoRows() {
    new Table(out, "name").print();

    assertEquals("", said());
  }

  @Test
  void progressOnATerminalIsOneLineThatGoesAway() {
    AtomicLong now = new AtomicLong();
    Progress progress = new Progress(out, true, now::get);

    progress.at("1000 done");
    now.addAndGet(50_000_000);
    progress.at("not yet");
    now.addAndGet(50_000_000);
    progress.at("2 done");
    progress.clear();

    assertEquals("\r1000 done\r2 done   \r      \r", said());
  }

  @Test
  void progressElsewhereIsForLongWork() {
    AtomicLong now = new AtomicLong();
    Progress progress = new Progress(out, false, now::get);

    progress.at("at once");
    now.addAndGet(1_000_000_000);
    progress.at("after a second");
    now.addAndGet(9_000_000_000L);
    progress.at("not yet");
    now.addAndGet(1_000_000_000);
    progress.at("after eleven");
    progress.clear();

    assertEquals("after a second\nafter eleven\n", said());
  }
}
