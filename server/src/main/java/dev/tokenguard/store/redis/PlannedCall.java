package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.Policies;
import dev.tokenguard.store.StoreListener;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a script under the plan that the account was last seen to have, and once more if it turns
 * out to have another: the catalog is here, the account's plan is in Redis, and this way a call
 * needs one round trip. In the same way it finds who pays for an account that names itself alone.
 * Thread-safe.
 */
final class PlannedCall {
  private static final Logger log = LoggerFactory.getLogger(PlannedCall.class);

  /**
   * A profile and the clock can each be wrong once, for a member and for its payer; more tries meet
   * an account that changes.
   */
  private static final int TRIES = 6;

  private static final int KNOWN_PROFILES = 20_000;

  /** VIA of {@code layout.lua}. */
  private static final String OPERATOR = "*";

  private static final String JOINING = "&";

  /** For arguments of which only the id is wanted. */
  private static final Plan NOTHING = givingNothing("");

  private final ScriptRunner runner;
  private final Keys keys;
  private final Supplier<Catalog> catalog;
  private final StoreListener listener;
  private final StoreClock clock;
  private final Frames frames;
  private final Payers payers;
  private final Duration memory;
  private final Consumer<String> opened;
  private final Profiles profiles = new Profiles(KNOWN_PROFILES);
  private final UnknownPlans unknownPlans = new UnknownPlans();

  /**
   * Calls over a connection.
   *
   * @param opened hears of every account that a call opened
   */
  PlannedCall(
      ScriptRunner runner,
      Keys keys,
      RedisTokenStore.Limits limits,
      Supplier<Catalog> catalog,
      StoreListener listener,
      StoreClock clock,
      Consumer<String> opened) {
    this.opened = opened;
    this.runner = runner;
    this.keys = keys;
    this.catalog = catalog;
    this.listener = listener;
    this.clock = clock;
    this.frames = new Frames(limits, catalog.get());
    this.payers = new Payers(runner, keys, clock);
    this.memory = limits.memory();
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

  /**
   * Opens an account on a plan of the caller's choice; once, and again only if the clock of Redis
   * is elsewhere.
   *
   * @param wanted the profile that the account is to have; version 1 if it is as any other that
   *     nobody created
   * @param arguments with the places of frame and via free
   * @param read what the reply says, which may be PROFILE: there is an account with another profile
   */
  <T> CompletionStage<T> open(
      String account, Profile wanted, byte[][] arguments, Function<Answer, T> read) {
    CompletableFuture<T> outcome = new CompletableFuture<>();
    open(account, wanted, arguments, read, outcome, TRIES);
    return outcome;
  }

  private <T> void open(
      String account,
      Profile wanted,
      byte[][] arguments,
      Function<Answer, T> read,
      CompletableFuture<T> outcome,
      int triesLeft) {
    Plan plan = planOf(catalog.get(), wanted);
    arguments[0] = frames.ofNew(plan, wanted, clock.now(), clock.forScripts()).packed();
    arguments[2] = OPERATOR.getBytes(UTF_8);
    runner
        .run(Script.CREATE, keys.of(account), arguments)
        .whenComplete(
            (values, thrown) -> {
              if (thrown != null) {
                outcome.completeExceptionally(thrown);
                return;
              }
              try {
                ReplyReader reply = new ReplyReader(values);
                clock.learn(reply.now());
                boolean tooFarOff =
                    reply.code() == ReplyCode.CLOCK
                        || (reply.code() == ReplyCode.PROFILE && reply.profile().version() == 0);
                if (!tooFarOff) {
                  profiles.forget(account);
                  outcome.complete(read.apply(new Answer(reply, account, wanted, plan)));
                } else if (triesLeft == 1) {
                  throw restless(account, ReplyCode.CLOCK);
                } else {
                  open(account, wanted, arguments, read, outcome, triesLeft - 1);
                }
              } catch (FaultException e) {
                outcome.completeExceptionally(e);
              } catch (RuntimeException e) {
                outcome.completeExceptionally(unreadable(account, e));
              }
            });
  }

  /** The rules that an account is under that is stored with this profile. */
  Plan planOf(Profile profile) {
    return planOf(catalog.get(), profile);
  }

  /** The profile of an account has changed, by a call of ours. */
  void forget(String account) {
    profiles.forget(account);
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
      call.outcome.completeExceptionally(unsent(call.account, e));
    }
  }

  private void send(Call<?> call, Attempt attempt) {
    Catalog inForce = catalog.get();
    if (mayBeElsewhere(inForce, call, attempt)) {
      search(call, attempt, null);
      return;
    }
    String payer = payerOf(inForce, call, attempt);
    boolean paidFor = !payer.equals(call.account);
    Profile believed = believed(inForce, payer);
    Plan plan = planOf(inForce, believed);
    byte[][] filled = call.arguments.of(plan, paidFor ? call.account : call.member);
    Frames.Frame frame = frames.of(inForce, plan, believed, clock.now(), clock.forScripts());
    filled[0] = frame.packed();
    filled[2] = via(call, payer).getBytes(UTF_8);
    runner
        .run(call.script, keysOf(call.script, payer, frame), filled)
        .whenComplete(
            (values, thrown) -> {
              if (thrown != null) {
                call.outcome.completeExceptionally(thrown);
                return;
              }
              try {
                Answer answer = new Answer(new ReplyReader(values), payer, believed, plan);
                heard(call, attempt, answer);
              } catch (FaultException e) {
                call.outcome.completeExceptionally(e);
              } catch (RuntimeException e) {
                call.outcome.completeExceptionally(unreadable(payer, e));
              }
            });
  }

  private byte[][] keysOf(Script script, String account, Frames.Frame frame) {
    return switch (script) {
      case CONSUME, COMMIT -> keys.withUsage(account, frame.day());
      case JOIN -> keys.withBelongs(account);
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

  private Profile believed(Catalog inForce, String account) {
    Profile profile = profiles.of(account);
    return profile == null
        ? Profile.unseen(inForce.defaultPlan().map(Plan::name).orElse(""))
        : profile;
  }

  /**
   * Whether the id may be known to another account than the one that pays now: the payer changed not
   * long ago, and the call may be one that is repeated.
   */
  private boolean mayBeElsewhere(Catalog inForce, Call<?> call, Attempt attempt) {
    return spendsByName(call)
        && !attempt.searched
        && believed(inForce, call.account).payerSince() > clock.now() - memory.toMillis();
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
    byte[] id = call.arguments.of(NOTHING, "")[1];
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
    String payer = believed(inForce, call.account).payer();
    return payer.isEmpty() || payer.equals(attempt.refused) ? call.account : payer;
  }

  private <T> void heard(Call<T> call, Attempt attempt, Answer answer) {
    ReplyReader reply = answer.reply;
    clock.learn(reply.now());
    switch (reply.code()) {
      case PROFILE -> {
        learnProfile(answer.payer, reply.profile());
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
      throw restless(call.account, reply.code());
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
    profiles.forget(call.account);
    if (attempt.left == 1) {
      throw restless(call.account, answer.reply.code());
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

  private void learnProfile(String account, Profile seen) {
    listener.profileMiss();
    if (seen.version() == 0) { // there is no such account (any more)
      profiles.forget(account);
    } else {
      profiles.put(account, seen);
    }
  }

  /** A plan that the catalog has no more gives nothing, and takes nothing away that was used. */
  private Plan planOf(Catalog inForce, Profile profile) {
    Plan plan = inForce.plans().get(profile.plan());
    if (plan != null) {
      return plan.with(profile.allowances());
    }
    if (!profile.plan().isEmpty()) {
      unknownPlans.seen(profile.plan());
    }
    return givingNothing(profile.plan()).with(profile.allowances());
  }

  private static Plan givingNothing(String name) {
    return new Plan(
        name,
        name,
        Optional.empty(),
        Collections.emptySortedMap(),
        Optional.of(Set.of()),
        Policies.DEFAULT);
  }

  /** Nothing was sent; a caller would wait for an answer that never comes. */
  private FaultException unsent(String account, RuntimeException thrown) {
    if (thrown instanceof DateTimeException) { // a zone of newer rules than this server's, or none
      profiles.forget(account); // to hear when it is mended
      log.error("account {}: its time zone is not known here: {}", account, thrown.getMessage());
      return damaged("the time zone of account " + account + " is not known to this server");
    }
    log.error("a call on account {} failed", account, thrown);
    return FaultException.of(Fault.INTERNAL, "internal error; the server's log has the details");
  }

  /** A script tells values as they are stored: what cannot be read is not what it wrote. */
  private FaultException unreadable(String account, RuntimeException thrown) {
    log.error("account {} is damaged", account, thrown);
    return damaged(
        "the stored data of this account cannot be read; other accounts are not affected. The"
            + " server's log has the details");
  }

  private FaultException damaged(String message) {
    listener.fault(Fault.ACCOUNT_CORRUPT);
    return FaultException.of(Fault.ACCOUNT_CORRUPT, message);
  }

  private static FaultException restless(String account, ReplyCode code) {
    return FaultException.of(
        Fault.STORE_UNAVAILABLE,
        code == ReplyCode.CLOCK
            ? "the clock of Redis moves faster than it can be followed; try again"
            : "account " + account + " changes its plan faster than it can be followed; try again");
  }
}
