package dev.tokenguard.command;

import com.google.protobuf.Message;
import dev.tokenguard.v1.BatchResult;
import dev.tokenguard.v1.ItemError;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends many requests in batches, and tells what became of each, in their order. One that fails
 * stops none of the others.
 */
final class Bulk<R extends Message> {
  private static final int MAX_ITEMS = 1000;

  /** What a server takes in one message unless it was told otherwise, less a little. */
  private static final int MAX_BYTES = 60_000;

  private static final int ITEM_OVERHEAD_BYTES = 6;

  private final ChangeCommand command;
  private final Function<List<R>, List<BatchResult>> call;
  private final Table table;
  private final Progress progress;
  private final List<Item<R>> waiting = new ArrayList<>();
  private int waitingRequests;
  private int waitingBytes;
  private long done;
  private long repeated;
  private long failed;
  private long lastPlace;

  /** A request, or what was wrong with the line that should have been one. */
  private record Item<R>(long place, @Nullable R request, @Nullable BatchResult refused) {}

  Bulk(ChangeCommand command, Function<List<R>, List<BatchResult>> call) {
    this.command = command;
    this.call = call;
    table = new Table(command.out(), ">#", "account", "member", "result");
    progress = command.progress();
  }

  /** The id of one request of many: the same for the same place, whatever became of the others. */
  String requestId(long place) {
    return command.requestId() + "." + place;
  }

  /**
   * Sends a request, when there are enough for a batch.
   *
   * @param place its line in the file, or its number among the parameters
   */
  void add(long place, R request) throws CommandException {
    int bytes = request.getSerializedSize() + ITEM_OVERHEAD_BYTES;
    if (waitingRequests == MAX_ITEMS || (waitingRequests > 0 && waitingBytes + bytes > MAX_BYTES)) {
      send();
    }
    waiting.add(new Item<>(place, request, null));
    waitingRequests++;
    waitingBytes += bytes;
  }

  /** Tells of a line that is no request, where its turn is. */
  void refuse(long place, String account, String message) throws CommandException {
    ItemError error =
        ItemError.newBuilder()
            .setCode(Status.Code.INVALID_ARGUMENT.value())
            .setReason("INVALID_REQUEST")
            .setMessage(message)
            .build();
    waiting.add(
        new Item<>(
            place, null, BatchResult.newBuilder().setAccountId(account).setError(error).build()));
    if (waiting.size() >= 2 * MAX_ITEMS) {
      send();
    }
  }

  /** Sends what waits, sums up, and returns the exit code. */
  int end() throws CommandException {
    send();
    progress.clear();
    table.print();
    command.out().flush();
    command.note(
        "%,d done, %,d of them before; %,d failed%s",
        done + repeated,
        repeated,
        failed,
        failed == 0
            ? ""
            : ". To go on: put them right and run it again with --request-id="
                + command.requestId()
                + ", which does nothing twice");
    return failed == 0 ? AdminCommand.DONE : AdminCommand.FAILED;
  }

  private void send() throws CommandException {
    List<R> requests = new ArrayList<>();
    for (Item<R> item : waiting) {
      if (item.request != null) {
        requests.add(item.request);
      }
    }
    List<BatchResult> results = requests.isEmpty() ? List.of() : results(requests);
    int next = 0;
    for (Item<R> item : waiting) {
      BatchResult refused = item.refused;
      tell(item.place, refused == null ? results.get(next++) : refused);
      lastPlace = item.place;
    }
    waiting.clear();
    waitingRequests = 0;
    waitingBytes = 0;
    progress.at(String.format(Locale.ROOT, "%,d done, %,d failed", done + repeated, failed));
  }

  private List<BatchResult> results(List<R> requests) throws CommandException {
    String fault;
    try {
      List<BatchResult> results = call.apply(requests);
      if (results.size() == requests.size()) {
        return results;
      }
      fault = results.size() + " results came for " + requests.size() + " requests";
    } catch (StatusRuntimeException e) {
      fault = CallFault.of(e).tell(command.target());
    }
    progress.clear();
    table.print();
    throw CommandException.failed(
        fault
            + "; what became of those after "
            + (lastPlace == 0 ? "the start" : "# " + lastPlace)
            + " is not known: run it again with --request-id="
            + command.requestId()
            + ", which does nothing twice");
  }

  private void tell(long place, BatchResult result) {
    if (result.hasError()) {
      failed++;
    } else if (result.getReplayed()) {
      repeated++;
    } else {
      done++;
    }
    progress.clear();
    if (command.json()) {
      command.out().println(Json.line(result));
    } else {
      table.row(place, result.getAccountId(), result.getMemberId(), text(result));
    }
  }

  private static String text(BatchResult result) {
    if (!result.hasError()) {
      return result.getReplayed() ? "done before" : "done";
    }
    ItemError error = result.getError();
    return "FAILED "
        + (error.getReason().isEmpty()
            ? Status.fromCodeValue(error.getCode()).getCode()
            : error.getReason())
        + ": "
        + error.getMessage();
  }
}
