package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Allowance;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.OwnAllowance;
import dev.tokenguard.domain.Periods;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.Schedule;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.msgpack.core.MessageBufferPacker;

/**
 * The first argument of every script, {@code FRAME} of {@code layout.lua}: what the server says of
 * itself and of the account's plan. Packed once per plan, profile and period rather than once per
 * call. Thread-safe.
 */
final class Frames {
  private static final int CAPACITY = 10_000;
  private static final Schedule TODAY = new Schedule.Daily();

  private final RedisTokenStore.Limits limits;
  private volatile Cache cache;

  Frames(RedisTokenStore.Limits limits, Catalog catalog) {
    this.limits = limits;
    this.cache = new Cache(catalog);
  }

  /** What a frame is made of, besides the catalog and the time. */
  private record Key(
      String plan, String zone, long version, boolean mayOpen, List<OwnAllowance> allowances) {}

  /**
   * Frames of one catalog: a call that still has the old one must not leave its frames in the new.
   */
  private record Cache(Catalog catalog, Map<Key, Frame> frames) {
    Cache(Catalog catalog) {
      this(catalog, new ConcurrentHashMap<>());
    }
  }

  /**
   * A packed frame, good from {@code from} until {@code until}.
   *
   * @param packed the argument
   * @param day the day that it says is today, in the account's time zone
   * @param from milliseconds since the epoch, inclusive
   * @param until milliseconds since the epoch, exclusive
   */
  record Frame(byte[] packed, long day, long from, long until) {}

  /**
   * The frame for one call.
   *
   * @param inForce the catalog in force
   * @param plan the plan that the account is believed to have
   * @param profile the profile that the account is believed to have
   * @param now the clock of Redis, as estimated
   * @param told the time that the script is to take as now; 0 for the clock of Redis itself
   */
  @SuppressWarnings(
      "ReferenceEquality") // a catalog that was loaded anew, whether it differs or not
  Frame of(Catalog inForce, Plan plan, Profile profile, long now, long told) {
    boolean mayOpen =
        profile.version() == 1
            && inForce.defaultPlan().map(p -> p.name().equals(plan.name())).orElse(false);
    Key key =
        new Key(profile.plan(), profile.zone(), profile.version(), mayOpen, profile.allowances());
    if (told != 0 || isAnchored(plan)) { // one for each call or account: made anew
      return compute(key, plan, profile, now, told);
    }
    Cache current = cache;
    if (inForce != current.catalog || current.frames.size() >= CAPACITY) {
      current = new Cache(inForce);
      cache = current;
    }
    Frame frame = current.frames.get(key);
    if (frame == null || now < frame.from || now >= frame.until) {
      frame = compute(key, plan, profile, now, told);
      current.frames.put(key, frame);
    }
    return frame;
  }

  /**
   * The frame of a call that opens an account, whatever the catalog's default plan is.
   *
   * @param wanted the profile that it is to have
   */
  Frame ofNew(Plan plan, Profile wanted, long now, long told) {
    Key key = new Key(wanted.plan(), wanted.zone(), wanted.version(), true, wanted.allowances());
    return compute(key, plan, wanted, now, told);
  }

  /** Whether a plan's periods are counted from the opening of the account. */
  private static boolean isAnchored(Plan plan) {
    for (Allowance allowance : plan.allowances().values()) {
      if (allowance.resets().anchoredAtOpening()) {
        return true;
      }
    }
    return false;
  }

  private Frame compute(Key key, Plan plan, Profile profile, long now, long told) {
    ZoneId zone =
        key.zone.isEmpty() ? plan.zone().orElse(ZoneOffset.UTC) : ZoneId.of(profile.zone());
    long opened = profile.opened() == 0 ? now : profile.opened();
    Periods day = TODAY.periodsAround(Instant.ofEpochMilli(now), zone, Instant.EPOCH);
    long[] bounds = {day.start(), day.end()};
    byte[] rules =
        Packer.pack(
            out -> {
              for (Allowance allowance : plan.allowances().values()) {
                Periods periods =
                    allowance
                        .resets()
                        .periodsAround(
                            Instant.ofEpochMilli(now), zone, Instant.ofEpochMilli(opened));
                bounds[0] = Math.max(bounds[0], periods.start());
                bounds[1] = Math.min(bounds[1], periods.end());
                out.packString(allowance.tokenType());
                packBytes(out, rule(allowance, periods, allowance.resets().signature(zone)));
              }
            });
    byte[] packed =
        Packer.pack(
            out -> {
              out.packLong(told)
                  .packString(key.plan)
                  .packLong(key.version)
                  .packLong(isAnchored(plan) ? opened : 0)
                  .packInt(key.mayOpen ? 1 : 0);
              packWord(out, plan.policies().overage());
              packWord(out, plan.policies().lateCommit());
              out.packInt(limits.openReservations())
                  .packInt(limits.ledgerEntries())
                  .packInt(limits.members())
                  .packLong(limits.memory().toMillis());
              packBytes(out, day(day));
              packBytes(out, rules);
            });
    return new Frame(packed, day.index(), bounds[0], bounds[1]);
  }

  /** What {@code usage.lua} counts by, and how long it keeps what it counted. */
  private byte[] day(Periods day) {
    return Packer.numbers(
        day.index(),
        day.previousStart(),
        day.start(),
        day.end(),
        day.nextEnd(),
        // A hash of many days goes away when its last day does.
        Duration.ofDays(limits.usageDays() + Keys.USAGE_DAYS).toMillis());
  }

  private static byte[] rule(Allowance allowance, Periods periods, long signature) {
    return Packer.numbers(
        allowance.amount(),
        allowance.rolloverMax(),
        allowance.carryDebt() ? 1 : 0,
        signature,
        periods.index(),
        periods.previousStart(),
        periods.start(),
        periods.end(),
        periods.nextEnd());
  }

  private static void packBytes(MessageBufferPacker out, byte[] bytes) throws IOException {
    out.packRawStringHeader(bytes.length).writePayload(bytes);
  }

  private static void packWord(MessageBufferPacker out, Enum<?> policy) throws IOException {
    out.packString(policy.name().toLowerCase(Locale.ROOT));
  }
}
