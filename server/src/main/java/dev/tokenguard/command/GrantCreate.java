package dev.tokenguard.command;

import dev.tokenguard.v1.CreateGrantRequest;
import dev.tokenguard.v1.CreateGrantResponse;
import dev.tokenguard.v1.Grant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Grants tokens on top of the allowance: bought, earned, given. */
@Command(
    name = "create",
    sortOptions = false,
    description = "Grants tokens on top of the allowance: bought, earned, given.")
final class GrantCreate extends ChangeCommand {
  @Parameters(index = "0", paramLabel = "ACCOUNT", description = "To whom.")
  private String account = "";

  @Parameters(
      index = "1",
      paramLabel = "TYPE=AMOUNT",
      converter = TypeAmount.Converter.class,
      description = "How many of what: image=50.")
  private TypeAmount tokens = TypeAmount.NONE;

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "WORD",
      description = "Why, in one word: purchase, referral, reward.")
  private String reason = "";

  @Option(names = "--note", paramLabel = "TEXT", description = "Why, for people.")
  private String note = "";

  @Option(
      names = "--priority",
      paramLabel = "N",
      description = "Smaller is spent first; an allowance has 0, a grant 100.")
  private @Nullable Integer priority;

  @Option(
      names = "--starts",
      paramLabel = "TIME",
      converter = Moment.Converter.class,
      description = "From when on it counts: 2026-12-01, or a time (default: at once).")
  private @Nullable Moment starts;

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      converter = Moment.Converter.class,
      description = "When what is left lapses: 2026-12-31 (its first moment), or a time.")
  private @Nullable Moment expires;

  @Mixin private ActorOption actor = new ActorOption();

  @Override
  int run(Session session) {
    CreateGrantRequest.Builder request =
        CreateGrantRequest.newBuilder()
            .setAccountId(account)
            .setTokenType(tokens.tokenType())
            .setAmount(tokens.amount())
            .setReason(reason)
            .setNote(note)
            .setActor(actor.or(terminal()))
            .setRequestId(requestId());
    if (priority != null) {
      request.setPriority(priority);
    }
    if (starts != null) {
      request.setStartTime(starts.in(terminal().zone()));
    }
    if (expires != null) {
      request.setExpireTime(expires.in(terminal().zone()));
    }
    CreateGrantResponse answer = session.admin().createGrant(request.build());
    answer(answer, () -> tell(answer));
    return DONE;
  }

  private void tell(CreateGrantResponse answer) {
    Grant grant = answer.getGrant();
    say(
        "%s %s=%d to %s as grant %s%s",
        answer.getReplayed() ? "granted before:" : "granted",
        grant.getTokenType(),
        grant.getAmount(),
        grant.getAccountId(),
        grant.getGrantId(),
        grant.hasExpireTime() ? ", expires " + time(true, grant.getExpireTime()) : "");
    Balances.print(this, List.of(answer.getBalance()));
  }
}
