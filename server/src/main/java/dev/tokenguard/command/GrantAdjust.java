package dev.tokenguard.command;

import dev.tokenguard.v1.AdjustBalanceRequest;
import dev.tokenguard.v1.AdjustBalanceResponse;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Corrects a balance by hand: more, or less. */
@Command(
    name = "adjust",
    sortOptions = false,
    description = "Corrects a balance by hand: more, or less.")
final class GrantAdjust extends ChangeCommand {
  @Parameters(index = "0", paramLabel = "ACCOUNT", description = "Whose.")
  private String account = "";

  @Parameters(
      index = "1",
      paramLabel = "TYPE=AMOUNT",
      converter = TypeAmount.Converter.class,
      description = "How many more, or less if negative: image=-5.")
  private TypeAmount tokens = TypeAmount.NONE;

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "WORD",
      description = "Why, in one word: correction, goodwill.")
  private String reason = "";

  @Option(names = "--note", paramLabel = "TEXT", description = "Why, for people.")
  private String note = "";

  @Option(
      names = "--allow-debt",
      description = "Take more than is available, too: the rest becomes debt.")
  private boolean allowDebt;

  @Mixin private ActorOption actor = new ActorOption();

  @Override
  int run(Session session) {
    AdjustBalanceResponse answer =
        session
            .admin()
            .adjustBalance(
                AdjustBalanceRequest.newBuilder()
                    .setAccountId(account)
                    .setTokenType(tokens.tokenType())
                    .setAmount(tokens.amount())
                    .setReason(reason)
                    .setNote(note)
                    .setActor(actor.or(terminal()))
                    .setAllowDebt(allowDebt)
                    .setRequestId(requestId())
                    .build());
    answer(
        answer,
        () -> {
          say(
              "%s %s by %+d %s",
              answer.getReplayed() ? "adjusted before:" : "adjusted",
              account,
              tokens.amount(),
              tokens.tokenType());
          Balances.print(this, List.of(answer.getBalance()));
        });
    return DONE;
  }
}
