package dev.tokenguard.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;

/** Runs rounds until there were enough. */
public final class CampaignMain {

  private CampaignMain() {}

  /** Runs a campaign as the system properties {@code campaign.*} say. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    long seed = Long.getLong("campaign.seed", new Random().nextLong() >>> 1);
    Path folder = Path.of(System.getProperty("campaign.folder", "target/campaign"));
    Files.createDirectories(folder);
    int faults = Integer.getInteger("campaign.round.faults", 10);
    Round.Kind kind =
        Round.Kind.valueOf(System.getProperty("campaign.kind", "STANDALONE_EVERYSEC"));
    Round.Plan plan = new Round.Plan(kind, seed, faults);
    System.out.println(plan);
    long start = System.nanoTime();
    Round.Result result = new Round(plan, Files.createTempDirectory(folder, "round")).run();
    System.out.println(
        "ran " + (System.nanoTime() - start) / 1_000_000 + " ms; " + result.struck());
    RoundChecker.Outcome outcome = RoundChecker.check(result);
    System.out.println("checked " + (System.nanoTime() - start) / 1_000_000 + " ms");
    System.out.println(outcome.calls() + " calls, unknown " + outcome.unknown());
    new TreeMap<>(outcome.rows()).forEach((name, row) -> System.out.println(name + " " + row));
    System.out.println(outcome.found().size() + " violations");
    outcome.found().stream()
        .limit(10)
        .forEach(
            found -> {
              System.out.println(
                  found.violation().account()
                      + " "
                      + found.violation().rule()
                      + " "
                      + found.violation().text());
              found.violation().calls().stream()
                  .limit(12)
                  .forEach(
                      call ->
                          System.out.println("    " + call.start + ".." + call.end + " " + call));
            });
    System.exit(outcome.found().isEmpty() ? 0 : 1);
  }
}
