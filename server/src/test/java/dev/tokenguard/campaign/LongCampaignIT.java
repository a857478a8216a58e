package dev.tokenguard.campaign;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** A campaign that is as long as it is told to be; only in the profile {@code campaign}. */
class LongCampaignIT {

  @Test
  void asLongAsItIsTold() throws Exception {
    assertTrue(CampaignMain.run(), "see what was printed");
  }
}
