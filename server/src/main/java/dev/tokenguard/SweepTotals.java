package dev.tokenguard;

import dev.tokenguard.metrics.GuardMetrics;
import dev.tokenguard.service.SweepListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The walks of this server as one, for metrics: as old as the oldest of them, and as far off as all
 * of them together. Each tenant has a lease of its own, so other servers may walk over the rest.
 * Thread-safe.
 */
final class SweepTotals {
  private final GuardMetrics metrics;
  private final List<OfTenant> tenants = new ArrayList<>();

  SweepTotals(GuardMetrics metrics) {
    this.metrics = metrics;
  }

  /** For the walks of one more tenant. */
  synchronized SweepListener tenant() {
    OfTenant tenant = new OfTenant();
    tenants.add(tenant);
    return tenant;
  }

  private synchronized void tellHolder() {
    metrics.sweepHolder(tenants.stream().anyMatch(each -> each.holder));
  }

  private synchronized void tellWalks() {
    Instant oldest = null;
    Duration took = Duration.ZERO;
    long drifted = 0;
    for (OfTenant each : tenants) {
      Walk walk = each.last;
      if (!each.holder || walk == null) {
        continue;
      }
      oldest = oldest == null || walk.ended.isBefore(oldest) ? walk.ended : oldest;
      took = took.plus(walk.took);
      drifted += walk.drifted;
    }
    if (oldest != null) {
      metrics.sweepWalked(oldest, took, drifted);
    }
  }

  private record Walk(Instant ended, Duration took, long drifted) {}

  private final class OfTenant implements SweepListener {
    private volatile boolean holder;
    private volatile @Nullable Walk last;

    @Override
    public void holder(boolean held) {
      Walk walk = last;
      if (holder && !held && walk != null) {
        last = new Walk(walk.ended, walk.took, 0); // for the one to tell that walks now
      }
      holder = held;
      tellHolder();
    }

    @Override
    public void looked(long accounts, long touched, long returned) {
      metrics.sweepLooked(accounts, touched, returned);
    }

    @Override
    public void walked(Instant ended, Duration took, long drifted) {
      last = new Walk(ended, took, drifted);
      tellWalks();
    }
  }
}
