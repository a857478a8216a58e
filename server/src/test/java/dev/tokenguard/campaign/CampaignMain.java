package dev.tokenguard.campaign;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Runs rounds until there were enough of whatever it is told: {@code campaign.minutes}, {@code
 * campaign.operations} or {@code campaign.faults}; one of each topology if it is told nothing. Of
 * results in {@code campaign.folder} it goes on with their sums.
 *
 * <p>{@code campaign.seed} and {@code campaign.round} run one round again; {@code campaign.kinds}
 * names topologies, {@code campaign.round.faults} says how many faults a round has, and {@code
 * campaign.calm.millis} how long callers are left alone after each, at least. {@code
 * campaign.check} checks again what a round with findings has left in its folder.
 */
public final class CampaignMain {

  private static final int FAULTS_OF_ROUND = 20;

  private CampaignMain() {}

  /** Runs a campaign as the system properties say; ends with 1 if anything was found. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    System.exit(run() ? 0 : 1);
  }

  /** Runs a campaign as the system properties say; returns whether nothing was found. */
  static boolean run() throws IOException, InterruptedException {
    String kept = System.getProperty("campaign.check");
    if (kept != null) {
      return Campaign.checkAgain(Path.of(kept)) == 0;
    }
    long seed = Long.getLong("campaign.seed", new Random().nextInt(1_000_000));
    List<Round.Kind> kinds =
        Arrays.stream(System.getProperty("campaign.kinds", "").split(","))
            .filter(name -> !name.isEmpty())
            .map(Round.Kind::valueOf)
            .toList();
    Campaign campaign =
        new Campaign(
            Path.of(System.getProperty("campaign.folder", "target/campaign")),
            seed,
            kinds.isEmpty() ? List.of(Round.Kind.values()) : kinds,
            Integer.getInteger("campaign.round.faults", FAULTS_OF_ROUND),
            Integer.getInteger("campaign.calm.millis", 0));
    Integer only = Integer.getInteger("campaign.round");
    if (only != null) {
      campaign.run(only);
    } else {
      runMany(campaign, kinds.isEmpty() ? Round.Kind.values().length : kinds.size());
    }
    Totals totals = campaign.totals();
    System.out.println(totals.table());
    System.out.println(totals.line());
    campaign.broken().forEach(each -> System.out.println("came to no end: " + each));
    return totals.violations() == 0 && campaign.broken().isEmpty();
  }

  private static void runMany(Campaign campaign, int kinds)
      throws IOException, InterruptedException {
    long minutes = Long.getLong("campaign.minutes", 0);
    long operations = Long.getLong("campaign.operations", 0);
    long faults = Long.getLong("campaign.faults", 0);
    long start = System.nanoTime();
    boolean told = minutes > 0 || operations > 0 || faults > 0;
    for (int round = 1; ; round++) {
      campaign.run(round);
      Totals totals = campaign.totals();
      boolean enough =
          told
              ? System.nanoTime() - start >= minutes * 60_000_000_000L
                  && totals.calls() >= operations
                  && totals.struck() >= faults
              : round >= kinds;
      if (enough) {
        return;
      }
    }
  }
}
