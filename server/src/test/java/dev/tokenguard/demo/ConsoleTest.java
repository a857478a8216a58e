package dev.tokenguard.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  @Test
  void isPlainWithoutATerminal() {
    Console console = console(false);

    console.heading("mali orders");
    console.event(Console.Mood.GOOD, "built", "a \u001b[31m\nsite");
    console.more("en  no");

    assertEquals("\nmali orders\n  built     a  [31m site\n            en  no\n", printed());
  }

  @Test
  void isInColoursOnATerminal() {
    Console console = console(true);

    console.event(Console.Mood.BAD, "failed", "a site");

    assertEquals("\u001b[31m  failed    \u001b[0ma site\n", printed());
  }

  @Test
  void alignsATable() {
    console(false)
        .table(
            List.of(
                List.of("user", "plan", "held", "resets"),
                List.of("somchai", "free", "0", "in 2.0 s")));

    assertEquals(
        """
          user     plan  held    resets
          somchai  free     0  in 2.0 s
        """,
        printed());
  }

  private Console console(boolean colors) {
    return new Console(new PrintStream(bytes, true, UTF_8), colors);
  }

  private String printed() {
    return bytes.toString(UTF_8).replace(System.lineSeparator(), "\n");
  }
}
