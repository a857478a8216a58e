package dev.tokenguard.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short campaign, the same faults every time, a round on each of some topologies. */
class CampaignIT {

  private static final long SEED = 6;
  private static final int FAULTS = 5;

  @TempDir Path folder;

  @Test
  void threeTopologies() throws Exception {
    List<Round.Kind> kinds =
        List.of(
            Round.Kind.STANDALONE_ALWAYS, Round.Kind.SENTINEL_ASYNC, Round.Kind.CLUSTER_REPLICAS);
    Campaign campaign = new Campaign(folder, SEED, kinds, FAULTS);
    for (int round = 1; round <= kinds.size(); round++) {
      campaign.run(round);
    }
    assertEquals(List.of(), campaign.broken());
    assertEquals(0, campaign.totals().violations(), "see what was printed");
    assertEquals(FAULTS * kinds.size(), campaign.totals().struck());
    assertTrue(campaign.totals().calls() > 0);
  }
}
