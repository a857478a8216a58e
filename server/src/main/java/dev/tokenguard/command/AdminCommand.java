package dev.tokenguard.command;

import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.Timestamp;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * A command that calls a running server. Answers go to standard output; failures, questions and
 * progress to standard error, so that the first can be read by a script.
 */
@Command(sortOptions = false)
abstract class AdminCommand implements Callable<Integer> {
  static final int DONE = CommandLine.ExitCode.OK;

  /** It was tried, and did not work or did not please. */
  static final int FAILED = 1;

  /** Wrong usage: nothing was sent. */
  static final int WRONG = 2;

  private static final Duration MAX_TIMEOUT = Duration.ofDays(1);

  @Mixin private CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  private Terminal terminal = Terminal.ofProcess();

  /** Runs it in other surroundings than the process has. */
  final void use(Terminal other) {
    terminal = other;
  }

  @Override
  public final Integer call() throws InterruptedException {
    try {
      check();
      try (Session session = connect()) {
        return run(session);
      }
    } catch (CommandException e) {
      tell(String.valueOf(e.getMessage()));
      return e.exitCode();
    } catch (StatusRuntimeException e) {
      tell(explain(CallFault.of(e)));
      return FAILED;
    } catch (IOException | UncheckedIOException e) {
      tell(String.valueOf(e.getMessage()));
      return FAILED;
    } finally {
      out().flush();
    }
  }

  /** Looks at the options before anything is sent, and asks whether to go on. */
  void check() throws CommandException, IOException {}

  /** Calls the server and tells what it answered; returns the exit code. */
  abstract int run(Session session) throws CommandException, IOException, InterruptedException;

  /** What to tell of a call that failed. */
  String explain(CallFault fault) {
    return fault.tell(target());
  }

  private Session connect() throws CommandException, IOException {
    if (common.timeout().isZero() || common.timeout().compareTo(MAX_TIMEOUT) > 0) {
      throw CommandException.wrong(
          "--timeout: "
              + Span.text(common.timeout())
              + " (expected: more than 0s, at most "
              + Span.text(MAX_TIMEOUT)
              + ")");
    }
    if (common.verbose()) {
      note("calling %s", target());
    }
    try {
      return new Session(target(), common.key(), common.tls(), common.timeout());
    } catch (RuntimeException e) {
      String message = String.valueOf(e.getMessage());
      if (message.startsWith("--")) {
        throw CommandException.wrong(message);
      }
      // gRPC has several for an address that it cannot read.
      throw CommandException.wrong(
          "--target: '" + target() + "' (expected: host:port or unix:/path): " + e.getMessage());
    }
  }

  final String target() {
    return common.target();
  }

  final boolean json() {
    return common.json();
  }

  final boolean verbose() {
    return common.verbose();
  }

  final Terminal terminal() {
    return terminal;
  }

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  final Progress progress() {
    return new Progress(err(), terminal.interactive());
  }

  /** Prints an answer: as JSON if that was asked for, else for people. */
  final void answer(MessageOrBuilder answer, Runnable forPeople) {
    if (json()) {
      out().println(Json.document(answer));
    } else {
      forPeople.run();
    }
  }

  /** Prints a line for people. */
  final void say(String format, Object... arguments) {
    out().println(Table.oneLine(String.format(Locale.ROOT, format, arguments)));
  }

  /** Tells something besides the answer. */
  final void note(String format, Object... arguments) {
    err().println(Table.oneLine(String.format(Locale.ROOT, format, arguments)));
  }

  /** A time as tables show it; nothing if it is not set. */
  final String time(boolean set, Timestamp time) {
    return set ? Moment.shown(time, terminal.zone()) : "";
  }

  /** The amounts of an option by token type. */
  static Map<String, Long> amounts(String option, List<TypeAmount> given) throws CommandException {
    try {
      return TypeAmount.byType(given);
    } catch (IllegalArgumentException e) {
      throw CommandException.wrong(option + ": " + e.getMessage());
    }
  }

  private void tell(String failure) {
    err().println(spec.commandLine().getColorScheme().errorText("tokenguard: " + failure));
    err().flush();
  }
}
