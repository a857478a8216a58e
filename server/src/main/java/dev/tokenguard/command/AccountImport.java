package dev.tokenguard.command;

import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.Allowance;
import dev.tokenguard.v1.BatchCreateAccountsRequest;
import dev.tokenguard.v1.BatchResult;
import dev.tokenguard.v1.CreateAccountRequest;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** Opens an account for each line of a CSV file, whose columns are named as in the protocol. */
@Command(
    name = "import",
    sortOptions = false,
    description = {
      "Opens an account for each line of a CSV file, and tells what became of it.",
      "",
      "The first line names the columns: account_id, and any of display_name, description, plan,"
          + " status, expire_time, grace_period (3d), members_only (true), time_zone, locale,"
          + " allowances (image=100:monthly;video=5), request_id.",
      ""
    })
final class AccountImport extends ImportCommand<CreateAccountRequest> {
  private static final Set<String> COLUMNS =
      Set.of(
          "account_id",
          "display_name",
          "description",
          "plan",
          "status",
          "expire_time",
          "grace_period",
          "members_only",
          "time_zone",
          "locale",
          "allowances",
          "request_id");

  @Override
  Set<String> columns() {
    return COLUMNS;
  }

  @Override
  Set<String> required() {
    return Set.of("account_id");
  }

  @Override
  CreateAccountRequest request(CsvFile.Row row, String requestId) {
    Account.Builder account =
        Account.newBuilder()
            .setAccountId(row.get("account_id"))
            .setDisplayName(row.get("display_name"))
            .setDescription(row.get("description"))
            .setPlan(row.get("plan"))
            .setMembersOnly(row.get("members_only", AccountImport::yesOrNo))
            .setTimeZone(row.get("time_zone"))
            .setLocale(row.get("locale"));
    if (row.has("status")) {
      account.setStatus(row.get("status", Choice::status));
    }
    if (row.has("expire_time")) {
      account.setExpireTime(row.get("expire_time", Moment::parse).in(terminal().zone()));
    }
    if (row.has("grace_period")) {
      account.setGracePeriod(row.get("grace_period", Span::parse).toProto());
    }
    if (row.has("allowances")) {
      account.addAllAllowances(row.get("allowances", AccountImport::allowances));
    }
    return CreateAccountRequest.newBuilder().setAccount(account).setRequestId(requestId).build();
  }

  static boolean yesOrNo(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "1" -> true;
      case "", "false", "no", "0" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' (expected: true or false)");
    };
  }

  private static List<Allowance> allowances(String text) {
    return Stream.of(text.split(";")).map(String::strip).map(AllowanceText::parse).toList();
  }

  @Override
  List<BatchResult> send(Session session, List<CreateAccountRequest> requests) {
    return session
        .admin()
        .batchCreateAccounts(
            BatchCreateAccountsRequest.newBuilder().addAllRequests(requests).build())
        .getResultsList();
  }
}
