package dev.tokenguard;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Runs a command of the jar in this JVM, as its main method would. */
public final class CommandRunner {

  private CommandRunner() {}

  /**
   * What came of it.
   *
   * @param said all that it said, to whichever stream
   */
  public record Ran(int exitCode, String said) {}

  /** Runs one that ends. */
  public static Ran run(String... words) {
    StringWriter said = new StringWriter();
    CommandLine commandLine = Main.commandLine(words);
    commandLine.setOut(new PrintWriter(said));
    commandLine.setErr(new PrintWriter(said));
    return new Ran(commandLine.execute(words), said.toString());
  }
}
