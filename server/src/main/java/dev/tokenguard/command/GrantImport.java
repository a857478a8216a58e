package dev.tokenguard.command;

import dev.tokenguard.v1.BatchCreateGrantsRequest;
import dev.tokenguard.v1.BatchResult;
import dev.tokenguard.v1.CreateGrantRequest;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a grant for each line of a CSV file, whose columns are named as in the protocol. */
@Command(
    name = "import",
    sortOptions = false,
    description = {
      "Makes a grant for each line of a CSV file, and tells what became of it.",
      "",
      "The first line names the columns: account_id, token_type, amount, reason, and any of note,"
          + " actor, priority, start_time, expire_time, request_id (a payment's, say; else it is made"
          + " of --request-id and the number of the line).",
      ""
    })
final class GrantImport extends ImportCommand<CreateGrantRequest> {
  private static final Set<String> COLUMNS =
      Set.of(
          "account_id",
          "token_type",
          "amount",
          "reason",
          "note",
          "actor",
          "priority",
          "start_time",
          "expire_time",
          "request_id");

  @Option(
      names = "--reason",
      paramLabel = "WORD",
      description = "Why, in one word, for lines that do not say.")
  private String reason = "";

  @Option(names = "--note", paramLabel = "TEXT", description = "Why, for lines that do not say.")
  private String note = "";

  @Mixin private ActorOption actor = new ActorOption();

  @Override
  Set<String> columns() {
    return COLUMNS;
  }

  @Override
  Set<String> required() {
    return reason.isEmpty()
        ? Set.of("account_id", "token_type", "amount", "reason")
        : Set.of("account_id", "token_type", "amount");
  }

  @Override
  CreateGrantRequest request(CsvFile.Row row, String requestId) {
    CreateGrantRequest.Builder request =
        CreateGrantRequest.newBuilder()
            .setAccountId(row.get("account_id"))
            .setTokenType(row.get("token_type"))
            .setAmount(row.get("amount", TypeAmount::amount))
            .setReason(row.has("reason") ? row.get("reason") : reason)
            .setNote(row.has("note") ? row.get("note") : note)
            .setActor(row.has("actor") ? row.get("actor") : actor.or(terminal()))
            .setRequestId(requestId);
    if (row.has("priority")) {
      request.setPriority(row.get("priority", GrantImport::priority));
    }
    if (row.has("start_time")) {
      request.setStartTime(row.get("start_time", Moment::parse).in(terminal().zone()));
    }
    if (row.has("expire_time")) {
      request.setExpireTime(row.get("expire_time", Moment::parse).in(terminal().zone()));
    }
    return request.build();
  }

  private static int priority(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' (expected: a whole number)", e);
    }
  }

  @Override
  List<BatchResult> send(Session session, List<CreateGrantRequest> requests) {
    return session
        .admin()
        .batchCreateGrants(BatchCreateGrantsRequest.newBuilder().addAllRequests(requests).build())
        .getResultsList();
  }
}
