package dev.tokenguard.command;

import com.google.protobuf.MessageOrBuilder;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Lists as much as was asked for, page by page. */
final class PageOptions {
  static final int MAX_PAGE = 1000;

  @Option(
      names = "--limit",
      order = 70,
      paramLabel = "N",
      defaultValue = "100",
      description = "How many at most (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(names = "--all", order = 71, description = "All of them, however many there are.")
  private boolean all;

  /** For lists that come in one answer, and for work on all that there is. */
  static PageOptions everything() {
    PageOptions options = new PageOptions();
    options.limit = 1;
    options.all = true;
    return options;
  }

  /** A page of a list, and how it goes on; no token at its end. */
  record Page<T>(List<T> items, String nextToken) {}

  /** Gets a page. */
  interface Fetch<T> {
    Page<T> page(int size, String token);
  }

  /** Prints a list: as JSON Lines if JSON was asked for, else as a table. */
  <T extends MessageOrBuilder> void list(
      AdminCommand command, Table table, Fetch<T> fetch, Consumer<T> row) throws CommandException {
    if (limit < 1) {
      throw CommandException.wrong("--limit: " + limit + " (expected: >= 1)");
    }
    Consumer<T> print = command.json() ? item -> command.out().println(Json.line(item)) : row;
    long told = 0;
    String token = "";
    boolean more;
    try {
      do {
        Page<T> page = fetch.page(all ? MAX_PAGE : (int) Math.min(MAX_PAGE, limit - told), token);
        token = page.nextToken();
        more = !token.isEmpty();
        for (T item : page.items()) {
          if (!all && told == limit) {
            more = true; // A page may have some more than was asked for.
            break;
          }
          print.accept(item);
          told++;
        }
        // Nobody reads any more, as after `| head`.
      } while (more && (all || told < limit) && !command.out().checkError());
    } finally {
      table.print();
    }
    if (!command.json() && told == 0) {
      command.note("none");
    } else if (!command.json() && more) {
      command.note("the first %,d: --limit or --all tells more", told);
    }
  }

  /** Every item of a list, for commands that do something to each. */
  static <T> void each(Fetch<T> fetch, Visit<T> visit)
      throws CommandException, InterruptedException {
    String token = "";
    do {
      Page<T> page = fetch.page(MAX_PAGE, token);
      for (T item : page.items()) {
        visit.visit(item);
      }
      token = page.nextToken();
    } while (!token.isEmpty());
  }

  /** Does something to an item. */
  interface Visit<T> {
    void visit(T item) throws CommandException, InterruptedException;
  }
}
