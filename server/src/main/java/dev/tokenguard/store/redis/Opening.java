package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.store.redis.PlannedCall.Answer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Opens accounts on plans of an operator's choice. Thread-safe. */
final class Opening {
  /** The clock can be wrong once; more tries meet one that jumps. */
  private static final int TRIES = 4;

  private final ScriptRunner runner;
  private final Keys keys;
  private final Rules rules;
  private final StoreClock clock;
  private final CallFaults faults;

  Opening(ScriptRunner runner, Keys keys, Rules rules, StoreClock clock, CallFaults faults) {
    this.runner = runner;
    this.keys = keys;
    this.rules = rules;
    this.clock = clock;
    this.faults = faults;
  }

  /**
   * Opens an account; once, and again only if the clock of Redis is elsewhere.
   *
   * @param wanted the profile that the account is to have; version 1 if it is as any other that
   *     nobody created
   * @param arguments with the places of frame and via free
   * @param read what the reply says, which may be PROFILE: there is an account with another profile
   */
  <T> CompletionStage<T> open(
      String account, Profile wanted, byte[][] arguments, Function<Answer, T> read) {
    CompletableFuture<T> outcome = new CompletableFuture<>();
    attempt(account, wanted, arguments, read, outcome, TRIES);
    return outcome;
  }

  private <T> void attempt(
      String account,
      Profile wanted,
      byte[][] arguments,
      Function<Answer, T> read,
      CompletableFuture<T> outcome,
      int triesLeft) {
    Plan plan = rules.planOf(wanted);
    arguments[0] = rules.frameOfNew(plan, wanted).packed();
    arguments[2] = PlannedCall.OPERATOR.getBytes(UTF_8);
    runner
        .call(Script.CREATE, keys.of(account), arguments)
        .whenComplete(
            (told, thrown) -> {
              if (thrown != null) {
                outcome.completeExceptionally(thrown);
                return;
              }
              try {
                ReplyReader reply = new ReplyReader(told);
                clock.learn(reply.now());
                if (!isTooFarOff(reply)) {
                  rules.forget(account);
                  outcome.complete(read.apply(new Answer(reply, account, wanted, plan)));
                } else if (triesLeft == 1) {
                  throw CallFaults.restless(account, ReplyCode.CLOCK);
                } else {
                  attempt(account, wanted, arguments, read, outcome, triesLeft - 1);
                }
              } catch (FaultException e) {
                outcome.completeExceptionally(e);
              } catch (RuntimeException e) {
                outcome.completeExceptionally(faults.unreadable(account, e));
              }
            });
  }

  private static boolean isTooFarOff(ReplyReader reply) {
    return reply.code() == ReplyCode.CLOCK
        || (reply.code() == ReplyCode.PROFILE && reply.profile().version() == 0);
  }
}
