package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.Policies;
import dev.tokenguard.store.StoreListener;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Under which rules accounts are, as far as this server knows: the plan that each was last seen to
 * have, by the catalog in force. Thread-safe.
 */
final class Rules {
  private static final int KNOWN_PROFILES = 20_000;

  /** Of nobody. */
  static final Plan NOTHING = givingNothing("");

  private final Supplier<Catalog> catalog;
  private final StoreListener listener;
  private final StoreClock clock;
  private final Frames frames;
  private final Profiles profiles = new Profiles(KNOWN_PROFILES);
  private final UnknownPlans unknownPlans = new UnknownPlans();

  Rules(
      RedisTokenStore.Limits limits,
      Supplier<Catalog> catalog,
      StoreListener listener,
      StoreClock clock) {
    this.catalog = catalog;
    this.listener = listener;
    this.clock = clock;
    this.frames = new Frames(limits, catalog.get());
  }

  /** The catalog in force: asked once for each call, whose parts must not be of two. */
  Catalog catalog() {
    return catalog.get();
  }

  /** The profile that an account is believed to have. */
  Profile profileOf(String account, Catalog inForce) {
    Profile profile = profiles.of(account);
    return profile == null
        ? Profile.unseen(inForce.defaultPlan().map(Plan::name).orElse(""))
        : profile;
  }

  /**
   * The plan of an account with this profile. One that the catalog has no more gives nothing, and
   * takes nothing away that was used.
   */
  Plan planOf(Profile profile, Catalog inForce) {
    Plan plan = inForce.plans().get(profile.plan());
    if (plan != null) {
      return plan.with(profile.allowances());
    }
    if (!profile.plan().isEmpty()) {
      unknownPlans.seen(profile.plan());
    }
    return givingNothing(profile.plan()).with(profile.allowances());
  }

  /** The same, by the catalog that is in force now. */
  Plan planOf(Profile profile) {
    return planOf(profile, catalog.get());
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

  /** What a script is told of an account with this profile and plan. */
  Frames.Frame frame(Plan plan, Profile profile, Catalog inForce) {
    return frames.of(inForce, plan, profile, clock.now(), clock.forScripts());
  }

  /** What a script is told that is to open an account. */
  Frames.Frame frameOfNew(Plan plan, Profile wanted) {
    return frames.ofNew(plan, wanted, clock.now(), clock.forScripts());
  }

  /** A script said what profile an account really has. */
  void learn(String account, Profile seen) {
    listener.profileMiss();
    if (seen.version() == 0) { // there is no such account (any more)
      profiles.forget(account);
    } else {
      profiles.put(account, seen);
    }
  }

  /** The profile of an account has changed, by a call of ours. */
  void forget(String account) {
    profiles.forget(account);
  }
}
