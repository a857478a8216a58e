package dev.tokenguard.command;

import com.google.protobuf.FieldMask;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.UpdateAccountRequest;
import dev.tokenguard.v1.UpdateAccountResponse;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes what is given of an account; an empty value clears. */
@Command(
    name = "update",
    sortOptions = false,
    description = "Changes what is given of an account; an empty value clears.")
final class AccountUpdate extends ChangeCommand {
  @Parameters(paramLabel = "ACCOUNT", description = "Which account.")
  private String account = "";

  @Mixin private AccountFields fields = new AccountFields();

  @Option(names = "--no-expiry", description = "The subscription does not end.")
  private boolean noExpiry;

  @Option(names = "--no-grace", description = "Nothing may be spent after the subscription's end.")
  private boolean noGrace;

  @Option(names = "--no-allowances", description = "Only the allowances of the plan.")
  private boolean noAllowances;

  @Option(
      names = "--version",
      paramLabel = "N",
      description = "Only if it still has this version, as 'account get' told it.")
  private long version;

  private final Account.Builder wanted = Account.newBuilder();
  private final FieldMask.Builder mask = FieldMask.newBuilder();

  @Override
  void check() throws CommandException {
    wanted.setAccountId(account).setVersion(version);
    Set<String> set = fields.into(wanted, terminal().zone());
    clear(set, noExpiry, "expire_time", "--expires", "--no-expiry");
    clear(set, noGrace, "grace_period", "--grace", "--no-grace");
    clear(set, noAllowances, "allowances", "--allowance", "--no-allowances");
    if (set.isEmpty()) {
      throw CommandException.wrong(
          "nothing to change: name a field, such as --plan=pro; see --help");
    }
    mask.addAllPaths(set);
  }

  private static void clear(Set<String> set, boolean clear, String field, String on, String off)
      throws CommandException {
    if (clear && !set.add(field)) {
      throw CommandException.wrong(on + " and " + off + " exclude each other");
    }
  }

  @Override
  int run(Session session) {
    UpdateAccountResponse answer =
        session
            .admin()
            .updateAccount(
                UpdateAccountRequest.newBuilder()
                    .setAccount(wanted)
                    .setUpdateMask(mask)
                    .setRequestId(requestId())
                    .build());
    answer(answer, () -> AccountView.print(this, answer.getAccount()));
    return DONE;
  }
}
