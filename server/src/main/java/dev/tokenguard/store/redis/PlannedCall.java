package dev.tokenguard.store.redis;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.Policies;
import dev.tokenguard.store.StoreListener;
import java.time.DateTimeException;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a script under the plan that the account was last seen to have, and once more if it turns
 * out to have another: the catalog is here, the account's plan is in Redis, and this way a call
 * needs one round trip. Thread-safe.
 */
final class PlannedCall {
  private static final Logger log = LoggerFactory.getLogger(PlannedCall.class);

  /** A profile and the clock can each be wrong once; a third try meets an account that changes. */
  private static final int TRIES = 4;

  private static final int KNOWN_PROFILES = 20_000;

  private final ScriptRunner runner;
  private final Keys keys;
  private final Supplier<Catalog> catalog;
  private final StoreListener listener;
  private final StoreClock clock;
  private final Frames frames;
  private final Profiles profiles = new Profiles(KNOWN_PROFILES);

  PlannedCall(
      ScriptRunner runner,
      Keys keys,
      RedisTokenStore.Limits limits,
      Supplier<Catalog> catalog,
      StoreListener listener,
      StoreClock clock) {
    this.runner = runner;
    this.keys = keys;
    this.catalog = catalog;
    this.listener = listener;
    this.clock = clock;
    this.frames = new Frames(limits, catalog.get());
  }

  /**
   * What a script answered, and the profile it agreed with.
   *
   * @param reply the reply; never PROFILE or CLOCK
   * @param profile the account's profile
   * @param plan its plan
   */
  record Answer(ReplyReader reply, Profile profile, Plan plan) {

    /** The account after the call, with the balances of these token types. */
    AccountSnapshot account(String account, Collection<String> types) {
      return reply.account(account, profile, plan, types);
    }
  }

  /**
   * Runs a script on an account.
   *
   * @param arguments makes the arguments for a plan; the first one, the frame, is filled in here
   * @param read what a reply says; throws the fault that it is
   */
  <T> CompletionStage<T> run(
      Script script, String account, Function<Plan, byte[][]> arguments, Function<Answer, T> read) {
    Call<T> call = new Call<>(script, account, arguments, read, new CompletableFuture<>());
    attempt(call, TRIES);
    return call.outcome;
  }

  /** One call, whatever the number of tries. */
  private record Call<T>(
      Script script,
      String account,
      Function<Plan, byte[][]> arguments,
      Function<Answer, T> read,
      CompletableFuture<T> outcome) {}

  private void attempt(Call<?> call, int triesLeft) {
    try {
      send(call, triesLeft);
    } catch (RuntimeException e) {
      call.outcome.completeExceptionally(unsent(call.account, e));
    }
  }

  private void send(Call<?> call, int triesLeft) {
    Catalog inForce = catalog.get();
    Profile profile = profiles.of(call.account);
    if (profile == null) {
      profile = Profile.unseen(inForce.defaultPlan().map(Plan::name).orElse(""));
    }
    Profile believed = profile;
    Plan plan = planOf(inForce, believed);
    byte[][] filled = call.arguments.apply(plan);
    filled[0] = frames.of(inForce, plan, believed, clock.now(), clock.forScripts());
    runner
        .run(call.script, keys.of(call.account), filled)
        .whenComplete(
            (values, thrown) -> {
              if (thrown != null) {
                call.outcome.completeExceptionally(thrown);
                return;
              }
              try {
                heard(call, triesLeft, believed, plan, new ReplyReader(values));
              } catch (FaultException e) {
                call.outcome.completeExceptionally(e);
              } catch (RuntimeException e) {
                call.outcome.completeExceptionally(unreadable(call.account, e));
              }
            });
  }

  private <T> void heard(
      Call<T> call, int triesLeft, Profile believed, Plan plan, ReplyReader reply) {
    clock.learn(reply.now());
    ReplyCode code = reply.code();
    if (code != ReplyCode.PROFILE && code != ReplyCode.CLOCK) {
      call.outcome.complete(call.read.apply(new Answer(reply, believed, plan)));
    } else if (triesLeft == 1) {
      throw restless(call.account, code);
    } else {
      if (code == ReplyCode.PROFILE) {
        learnProfile(call.account, reply.profile());
      }
      attempt(call, triesLeft - 1);
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
  private static Plan planOf(Catalog inForce, Profile profile) {
    Plan plan = inForce.plans().get(profile.plan());
    if (plan != null) {
      return plan;
    }
    if (!profile.plan().isEmpty()) {
      log.warn("an account is on plan {}, which the catalog does not have", profile.plan());
    }
    return new Plan(
        profile.plan(),
        profile.plan(),
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
