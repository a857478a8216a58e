package dev.tokenguard.command;

import com.google.protobuf.Message;
import dev.tokenguard.v1.BatchResult;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Parameters;

/** Carries out each line of a file, and tells what became of it. */
abstract class ImportCommand<R extends Message> extends ChangeCommand {
  @Parameters(
      paramLabel = "FILE",
      description = "The file as CSV in UTF-8, or - for standard input.")
  private String file = "";

  @Override
  final int run(Session session) throws CommandException, IOException {
    try (CsvFile csv = CsvFile.open(file, terminal())) {
      csv.readHeader(columns(), required());
      Bulk<R> bulk = new Bulk<>(this, requests -> send(session, requests));
      for (CsvFile.Row row = csv.next(); row != null; row = csv.next()) {
        R request;
        try {
          row.require(required());
          String id = row.get("request_id");
          request = request(row, id.isEmpty() ? bulk.requestId(row.line()) : id);
        } catch (IllegalArgumentException e) {
          bulk.refuse(row.line(), row.get("account_id"), String.valueOf(e.getMessage()));
          continue;
        }
        bulk.add(row.line(), request);
      }
      return bulk.end();
    }
  }

  /** Columns that a file may have; {@code request_id} and {@code account_id} among them. */
  abstract Set<String> columns();

  /** Columns that a file must have, and each row fill. */
  abstract Set<String> required();

  /**
   * What a row asks for.
   *
   * @throws IllegalArgumentException telling what is wrong with the row
   */
  abstract R request(CsvFile.Row row, String requestId);

  abstract List<BatchResult> send(Session session, List<R> requests);
}
