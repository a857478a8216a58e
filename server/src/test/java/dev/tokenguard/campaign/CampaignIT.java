package dev.tokenguard.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A short campaign, the same faults every time: on a Redis that keeps all that it acknowledges, on
 * a Cluster, and on Sentinels with changes that wait for a replica.
 */
class CampaignIT {

  private static final long SEED = 6;
  private static final int FAULTS = 4;

  @TempDir Path folder;

  @Test
  void everyAnswerCanBeExplained() throws Exception {
    List<Round.Kind> kinds =
        List.of(
            Round.Kind.STANDALONE_ALWAYS, Round.Kind.CLUSTER_ASYNC, Round.Kind.SENTINEL_REPLICAS);
    Campaign campaign = new Campaign(folder, SEED, kinds, FAULTS, 0);
    for (int round = 1; round <= kinds.size(); round++) {
      campaign.run(round);
    }
    assertEquals(List.of(), campaign.broken());
    assertEquals(0, campaign.totals().violations(), "see what was printed");
    assertEquals((long) FAULTS * kinds.size(), campaign.totals().struck());
    assertTrue(campaign.totals().calls() > 0);
  }
}
