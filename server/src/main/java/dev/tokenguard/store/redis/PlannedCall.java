package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs a script under the plan that the account was last seen to have, and once more if it turns
 * out to have another: the catalog is here, the account's plan is in Redis, and this way a call
 * needs one round trip. In the same way it finds who pays for an account that names itself alone.
 * Thread-safe.
 */
final class PlannedCall {
  /**
   * What can be wrong once: the profile of the payer that is remembered, that it pays at all, the
   * profile of the member, both for the payer that the member names now, the member's again, which
   * was forgotten with that, and the clock. More tries meet an account that changes.
   */
  private static final int TRIES = 8;

  /** VIA of {@code layout.lua}. */
  static final String OPERATOR = "*";

  private static final String JOINING = "&";

  private final ScriptRunner runner;
  private final Keys keys;
  private final Rules rules;
  private final StoreClock clock;
  private final CallFaults faults;
  private final Payers payers;
  private final Duration memory;
  private final boolean denialsKept;
  private final Consumer<String> opened;

  /**
   * Calls over a connection.
   *
   * @param memory how long an ended reservation's outcome is told again
   * @param denialsKept whether scripts are to keep denials
   * @param opened hears of every account that a call opened
   */
  PlannedCall(
      ScriptRunner runner,
      Keys keys,
      Rules rules,
      StoreClock clock,
      CallFaults faults,
      Duration memory,
      boolean denialsKept,
      Consumer<String> opened) {
    this.runner = runner;
    this.keys = keys;
    this.rules = rules;
    this.clock = clock;
    this.faults = faults;
    this.payers = new Payers(runner, keys, clock);
    this.memory = memory;
    this.denialsKept = denialsKept;
    this.opened = opened;
  }

  /**
   * What a script answered, and the profile it agreed with.
   *
   * @param reply the reply; never PROFILE or CLOCK
   * @param payer the account that the script ran on
   * @param profile its profile
   * @param plan its plan
   */
  record Answer(ReplyReader reply, String payer, Profile profile, Plan plan) {

    /** The account after the call, with the balances of these token types. */
    AccountSnapshot account(Collection<String> types) {
      return reply.account(payer, profile, plan, types);
    }
  }

  /** Makes the arguments of a script. */
  interface Arguments {
    /**
     * The arguments; the first and the third, frame and via, are filled in by the caller.
     *
     * @param plan the plan of the account that pays
     * @param member on whose behalf; empty for nobody
     */
    byte[][] of(Plan plan, String member);
  }

  /** Whose account a call is about. */
  enum Target {
    /** The account that pays for the one that is named. */
    PAYER,
    /** The account that is named: a member is named as well. */
    NAMED,
    /** As PAYER, but what it is about may lie with an account that paid before. */
    ANY_PAYER,
    /** The account that is named, by an operator. */
    OPERATED,
    /** As OPERATED; the account is a member's, which may be opened just to tell who pays for it. */
    JOINING
  }

  /**
   * Runs a script.
   *
   * @param account the account that was named
   * @param member on whose behalf; empty if nobody was named
   * @param arguments makes the arguments
   * @param read what a reply says; throws the fault that it is
   */
  <T> CompletionStage<T> run(
      Script script,
      Target target,
      String account,
      String member,
      Arguments arguments,
      Function<Answer, T> read) {
    Call<T> call =
        new Call<>(script, target, account, member, arguments, read, new CompletableFuture<>());
    attempt(call, new Attempt(TRIES, null, "", false));
    return call.outcome;
  }

  /** One call, whatever the number of tries. */
  private record Call<T>(
      Script script,
      Target target,
      String account,
      String member,
      Arguments arguments,
      Function<Answer, T> read,
      CompletableFuture<T> outcome) {}

  /**
   * One try.
   *
   * @param left tries left, with this one
   * @param former accounts that may have paid, of which the first is asked; null unless the one
   *     that pays now knew nothing
   * @param refused the account that says that it does not pay; empty for none
   * @param searched whether the id was looked for among the accounts that paid before
   */
  private record Attempt(
      int left, @Nullable List<String> former, String refused, boolean searched) {
    Attempt next() {
      return new Attempt(left - 1, former, refused, searched);
    }
  }

  private void attempt(Call<?> call, Attempt attempt) {
    try {
      send(call, attempt);
    } catch (RuntimeException e) {
      rules.forget(call.account); // to hear when it is mended
      call.outcome.completeExceptionally(faults.unsent(call.account, e));
    }
  }

  private void send(Call<?> call, Attempt attempt) {
    Catalog inForce = rules.catalog();
    if (mayBeElsewhere(inForce, call, attempt)) {
      search(call, attempt, null);
      return;
    }
    String payer = payerOf(inForce, call, attempt);
    boolean paidFor = !payer.equals(call.account);
    Profile believed = rules.profileOf(payer, inForce);
    Plan plan = rules.planOf(believed, inForce);
    byte[][] filled = call.arguments.of(plan, paidFor ? call.account : call.member);
    Frames.Frame frame = rules.frame(plan, believed, inForce);
    filled[0] = frame.packed();
    filled[2] = via(call, payer).getBytes(UTF_8);
    runner
        .call(call.script, keysOf(call.script, payer, frame), filled)
        .whenComplete(
            (told, thrown) -> {
              if (thrown != null) {
                call.outcome.completeExceptionally(thrown);
                return;
              }
              try {
                Answer answer = new Answer(new ReplyReader(told), payer, believed, plan);
                heard(call, attempt, answer);
              } catch (FaultException e) {
                call.outcome.completeExceptionally(e);
              } catch (RuntimeException e) {
                call.outcome.completeExceptionally(faults.unreadable(payer, e));
              }
            });
  }

  private byte[][] keysOf(Script script, String account, Frames.Frame frame) {
    return switch (script) {
      case RESERVE -> denialsKept ? keys.withDenials(account) : keys.of(account);
      case CONSUME ->
          denialsKept
              ? keys.withUsageAndDenials(account, frame.day())
              : keys.withUsage(account, frame.day());
      case COMMIT -> keys.withUsage(account, frame.day());
      case JOIN -> keys.withBelongs(account);
      case DELETE -> keys.withDeleted(account);
      default -> keys.of(account);
    };
  }

  private static String via(Call<?> call, String payer) {
    return switch (call.target) {
      case OPERATED -> OPERATOR;
      case JOINING -> JOINING;
      case NAMED -> "";
      case PAYER, ANY_PAYER -> payer.equals(call.account) ? "" : call.account;
    };
  }

  /**
   * Whether the id may be known to another account than the one that pays now: the payer changed
   * not long ago, and the call may be one that is repeated.
   */
  private boolean mayBeElsewhere(Catalog inForce, Call<?> call, Attempt attempt) {
    return spendsByName(call)
        && !attempt.searched
        && rules.profileOf(call.account, inForce).payerSince() > clock.now() - memory.toMillis();
  }

  private static boolean spendsByName(Call<?> call) {
    return call.target == Target.PAYER
        && (call.script == Script.RESERVE || call.script == Script.CONSUME);
  }

  /**
   * Asks the account that knows the id, of those that paid before; else the one that pays now.
   *
   * @param denied what the one that pays now has answered already; null if it was not asked
   */
  private <T> void search(Call<T> call, Attempt attempt, @Nullable Answer denied) {
    byte[] id = call.arguments.of(Rules.NOTHING, "")[1];
    payers
        .whoKnows(call.account, id)
        .whenComplete(
            (found, thrown) -> {
              if (thrown != null) {
                call.outcome.completeExceptionally(thrown);
              } else if (found.isEmpty() && denied != null) {
                tryFormer(call, denied, List.of());
              } else {
                List<String> former = found.isEmpty() ? null : List.of(found);
                attempt(call, new Attempt(attempt.left, former, attempt.refused, true));
              }
            });
  }

  /** The account to ask. */
  private String payerOf(Catalog inForce, Call<?> call, Attempt attempt) {
    if (attempt.former != null) {
      return attempt.former.get(0);
    }
    if (call.target != Target.PAYER && call.target != Target.ANY_PAYER) {
      return call.account;
    }
    String payer = rules.profileOf(call.account, inForce).payer();
    return payer.isEmpty() || payer.equals(attempt.refused) ? call.account : payer;
  }

  private <T> void heard(Call<T> call, Attempt attempt, Answer answer) {
    ReplyReader reply = answer.reply;
    clock.learn(reply.now());
    switch (reply.code()) {
      case PROFILE -> {
        rules.learn(answer.payer, reply.profile());
        again(call, attempt, reply);
      }
      case CLOCK -> again(call, attempt, reply);
      case NOT_PAYER -> notPayer(call, attempt, answer);
      case NOT_FOUND, NO_ACCOUNT -> notThere(call, attempt, answer);
      default -> {
        if (reply.opened()) {
          opened.accept(answer.payer);
        }
        call.outcome.complete(call.read.apply(answer));
      }
    }
  }

  private void again(Call<?> call, Attempt attempt, ReplyReader reply) {
    if (attempt.left == 1) {
      throw CallFaults.restless(call.account, reply.code());
    }
    attempt(call, attempt.next());
  }

  /**
   * The account does not know its member (any more), whatever the member's side says: the payer's
   * side is right, the other one is mended.
   */
  private <T> void notPayer(Call<T> call, Attempt attempt, Answer answer) {
    if (attempt.former != null) {
      notThere(call, attempt, answer);
      return;
    }
    rules.forget(call.account);
    if (attempt.left == 1) {
      throw CallFaults.restless(call.account, answer.reply.code());
    }
    payers
        .release(call.account, answer.payer)
        .whenComplete(
            (done, thrown) -> {
              if (thrown != null) {
                call.outcome.completeExceptionally(thrown);
              } else {
                attempt(call, new Attempt(attempt.left - 1, null, answer.payer, attempt.searched));
              }
            });
  }

  /** What is not with the account that pays now may be with one that paid before. */
  private <T> void notThere(Call<T> call, Attempt attempt, Answer answer) {
    if (spendsByName(call) && !attempt.searched) {
      search(call, attempt, answer);
    } else if (call.target != Target.ANY_PAYER) {
      call.outcome.complete(call.read.apply(answer));
    } else if (attempt.former == null) {
      payers
          .of(call.account)
          .whenComplete(
              (all, thrown) -> {
                if (thrown != null) {
                  call.outcome.completeExceptionally(thrown);
                } else {
                  List<String> others = new ArrayList<>(all);
                  others.add(call.account);
                  others.remove(answer.payer);
                  tryFormer(call, answer, others);
                }
              });
    } else {
      tryFormer(call, answer, attempt.former.subList(1, attempt.former.size()));
    }
  }

  private <T> void tryFormer(Call<T> call, Answer answer, List<String> others) {
    if (!others.isEmpty()) {
      attempt(call, new Attempt(TRIES, others, "", true));
      return;
    }
    try {
      call.outcome.complete(call.read.apply(answer));
    } catch (FaultException e) {
      call.outcome.completeExceptionally(e);
    }
  }
}
