package dev.tokenguard.service;

import dev.tokenguard.store.AccountIds;
import dev.tokenguard.store.UpkeepStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/** A sweep whose time passes only while it sleeps, and which walks when it is told to. */
public final class SweepTester {
  public static final Instant START = Instant.parse("2026-03-02T12:00:00Z");

  private final Sweep sweep;
  private long nanos;
  private Runnable whileAsleep = () -> {};

  /** Numbers that a sweep has told. */
  public static final class Heard implements SweepListener {
    public boolean holder;
    public long looked;
    public long touched;
    public long returned;
    public int walks;
    public long drifted;

    @Override
    public void holder(boolean held) {
      holder = held;
    }

    @Override
    public void looked(long accounts, long touchedOf, long holdsReturned) {
      looked += accounts;
      touched += touchedOf;
      returned += holdsReturned;
    }

    @Override
    public void walked(Instant ended, Duration took, long driftedNow) {
      walks++;
      drifted = driftedNow;
    }
  }

  public SweepTester(
      UpkeepStore store,
      AccountIds ids,
      GuardListener guardListener,
      SweepListener listener,
      String name,
      int accountsPerSecond) {
    sweep =
        new Sweep(
            store,
            ids,
            guardListener,
            listener,
            new Sweep.Options(name, accountsPerSecond, Duration.ofSeconds(10)),
            Clock.fixed(START, ZoneOffset.UTC),
            () -> nanos,
            time -> {
              nanos += time.toNanos();
              whileAsleep.run();
            });
  }

  /** What happens whenever it sleeps. */
  public void whileAsleep(Runnable action) {
    whileAsleep = action;
  }

  /** A walk, if it has the lease. Returns how long it would wait for the next. */
  public Duration round() {
    try {
      return sweep.round();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Time that it has slept. */
  public Duration slept() {
    return Duration.ofNanos(nanos);
  }

  public void pass(Duration time) {
    nanos += time.toNanos();
  }

  public void close() {
    sweep.close();
  }
}
