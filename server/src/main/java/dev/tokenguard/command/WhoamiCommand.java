package dev.tokenguard.command;

import dev.tokenguard.v1.GetCallerRequest;
import dev.tokenguard.v1.GetCallerResponse;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** Who these commands call as. */
@Command(
    name = "whoami",
    sortOptions = false,
    description = "Who these commands call as, and what that may do.")
final class WhoamiCommand extends AdminCommand {
  @Override
  int run(Session session) {
    GetCallerResponse caller = session.admin().getCaller(GetCallerRequest.getDefaultInstance());
    answer(caller, () -> tell(caller));
    return DONE;
  }

  private void tell(GetCallerResponse caller) {
    say("name       %s", caller.getName());
    say("role       %s", caller.getRole());
    say("namespace  %s", caller.getNamespace());
    say("accounts   %s", accounts(caller));
    say(
        "expires    %s",
        caller.hasExpireTime() ? time(true, caller.getExpireTime()) : "never, or not known");
    say("may call   %s", calls(caller));
  }

  private static String accounts(GetCallerResponse caller) {
    if (caller.getAllAccounts()) {
      return "all";
    }
    List<String> some = new ArrayList<>(caller.getAccountIdsList());
    caller.getAccountPrefixesList().forEach(each -> some.add(each + "*"));
    return String.join(", ", some);
  }

  private static String calls(GetCallerResponse caller) {
    return String.join(
        ", ",
        caller.getRpcsList().stream().map(each -> each.substring(each.indexOf('/') + 1)).toList());
  }
}
