package dev.tokenguard.command;

import dev.tokenguard.v1.ExportFormat;
import dev.tokenguard.v1.ExportRequest;
import dev.tokenguard.v1.ExportResponse;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Streams a file from the server, as CSV or, with {@code --json}, as JSON Lines. The server waits
 * when the file is written more slowly than it reads, so that neither keeps it in memory.
 */
abstract class ExportCommand extends AdminCommand {
  @Parameters(
      paramLabel = "ACCOUNT",
      arity = "0..1",
      description = "Of this account alone; without it, of all.")
  private String account = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "Where to write; it is there only when it is complete (default: standard output).")
  private @Nullable Path output;

  /** What to export; account and format are set already. */
  abstract void describe(ExportRequest.Builder request) throws CommandException;

  @Override
  final int run(Session session) throws CommandException, IOException, InterruptedException {
    ExportRequest.Builder request =
        ExportRequest.newBuilder()
            .setAccountId(account)
            .setFormat(
                json() ? ExportFormat.EXPORT_FORMAT_JSON_LINES : ExportFormat.EXPORT_FORMAT_CSV);
    describe(request);
    Path file = output;
    if (file == null) {
      copy(session, request.build(), terminal().out());
    } else if (Files.exists(file) && !Files.isRegularFile(file)) {
      // A pipe or a device, which must not be replaced.
      try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
        copy(session, request.build(), out);
      }
    } else {
      long rows = toFile(session, request.build(), file);
      note("%,d rows in %s", rows, file);
    }
    return DONE;
  }

  private long toFile(Session session, ExportRequest request, Path file)
      throws CommandException, IOException, InterruptedException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw CommandException.failed(folder + ": no such folder");
    }
    Path part =
        file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid() + ".part");
    part.toFile().deleteOnExit(); // After Ctrl-C, too.
    try {
      long rows;
      try (OutputStream out = Files.newOutputStream(part)) {
        rows = copy(session, request, out);
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      return rows;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private long copy(Session session, ExportRequest request, OutputStream out)
      throws CommandException, IOException, InterruptedException {
    boolean shown = out == terminal().out() && terminal().interactive();
    Progress progress = shown ? Progress.none(err()) : progress();
    long rows = 0;
    BlockingClientCall<?, ExportResponse> call = session.streams().export(request);
    try {
      while (true) {
        ExportResponse next = call.read(session.timeout().toNanos(), TimeUnit.NANOSECONDS);
        if (next == null) {
          break;
        }
        next.getData().writeTo(out);
        if (out instanceof PrintStream stream && stream.checkError()) {
          break; // Nobody reads any more, as after `| head`.
        }
        rows = next.getRows();
        progress.at(String.format(Locale.ROOT, "%,d rows", rows));
      }
      out.flush();
      return rows;
    } catch (StatusException e) {
      progress.clear();
      throw e.getStatus().asRuntimeException(e.getTrailers());
    } catch (TimeoutException e) {
      throw CommandException.failed(
          "nothing came from "
              + target()
              + " for "
              + Span.text(session.timeout())
              + " after "
              + rows
              + " rows; --timeout waits longer");
    } finally {
      progress.clear();
      call.cancel("the command ends", null);
    }
  }
}
