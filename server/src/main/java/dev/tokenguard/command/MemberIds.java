package dev.tokenguard.command;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which members of which account: ids as parameters, or a file of them. */
final class MemberIds {
  private static final String COLUMN = "member_id";

  @Parameters(index = "0", paramLabel = "ACCOUNT", description = "Which account.")
  private String account = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "MEMBER",
      description = "Who; - reads ids from standard input.")
  private List<String> ids = List.of();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description =
          "A file of them, an id a line, or CSV with a column member_id; - for standard input.")
  private @Nullable String file;

  /** The account that they are, or are to be, members of. */
  String account() {
    return account;
  }

  /** Does something with each. */
  interface Visit {
    void member(CsvFile.Row row) throws CommandException;
  }

  void check() throws CommandException {
    if (ids.isEmpty() == (file == null)) {
      throw CommandException.wrong("expected: either ids of members, or --file=FILE");
    }
    if (ids.size() > 1 && ids.contains(CsvFile.STDIN)) {
      throw CommandException.wrong("expected: either ids of members, or - alone");
    }
  }

  /** The only one that was named, to be done in a call of its own; null if there may be more. */
  @Nullable String single() {
    return ids.size() == 1 && !ids.contains(CsvFile.STDIN) ? ids.get(0) : null;
  }

  /** What to call them when asking. */
  String describe() {
    String source = source();
    return source == null
        ? ids.size() + " members"
        : "every member that "
            + (source.equals(CsvFile.STDIN) ? "standard input" : source)
            + " names";
  }

  private @Nullable String source() {
    return ids.equals(List.of(CsvFile.STDIN)) ? CsvFile.STDIN : file;
  }

  /** All of them, as rows of a file with at least {@code member_id}. */
  void each(Terminal terminal, Set<String> columns, Visit visit)
      throws CommandException, IOException {
    String source = source();
    if (source == null) {
      for (int i = 0; i < ids.size(); i++) {
        visit.member(new CsvFile.Row(i + 1, List.of(COLUMN), List.of(ids.get(i))));
      }
      return;
    }
    try (CsvFile csv = CsvFile.open(source, terminal)) {
      csv.readHeaderOr(COLUMN, columns);
      for (CsvFile.Row row = csv.next(); row != null; row = csv.next()) {
        visit.member(row);
      }
    }
  }
}
