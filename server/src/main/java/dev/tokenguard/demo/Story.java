package dev.tokenguard.demo;

import dev.tokenguard.client.DeniedException;
import dev.tokenguard.client.DuplicateReservationException;
import dev.tokenguard.demo.Console.Mood;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A day of the website service: all tokens of one user are spent, and another one clicks twice.
 * Told once, by one thread.
 */
final class Story {
  private static final String MALI = "mali";
  private static final String SOMCHAI = "somchai";
  private static final List<String> LANGUAGES = List.of("en", "th", "fa");

  /** Far longer than a site takes; then something is wrong. */
  private static final long PATIENCE_SECONDS = 30;

  private final WebsiteService service;
  private final Console console;
  private final Journal journal;
  private final List<BriefFile> briefs;
  private final List<BriefFile> good = new ArrayList<>();
  private final List<Site> sites = new ArrayList<>();

  Story(WebsiteService service, Console console, Journal journal, List<BriefFile> briefs) {
    this.service = service;
    this.console = console;
    this.journal = journal;
    this.briefs = List.copyOf(briefs);
  }

  /**
   * Tells it.
   *
   * @return the briefs that sites were built from; none if all are broken
   */
  List<BriefFile> tell()
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    journal.enter(MALI, "orders a site from each brief: one token each, five a day");
    Optional<BriefFile> refused = spendAll();
    if (!good.isEmpty()) {
      useWhatIsFree();
      clickTwice(refused.orElse(good.get(0)));
    }
    return List.copyOf(good);
  }

  /** Until a brief is refused; empty if that does not come, for want of good ones. */
  private Optional<BriefFile> spendAll() {
    Optional<BriefFile> refused = spend(briefs);
    List<BriefFile> again = List.copyOf(good);
    for (int version = 2; refused.isEmpty(); version++) {
      String suffix = "-" + version;
      int before = sites.size();
      refused = spend(again.stream().map(each -> each.withSlug(each.slug() + suffix)).toList());
      if (sites.size() == before) {
        return refused;
      }
    }
    return refused;
  }

  /** One site after the other; the brief that was refused. */
  private Optional<BriefFile> spend(List<BriefFile> orders) {
    for (BriefFile brief : orders) {
      try {
        Site site = service.create(MALI, brief, "en");
        good.add(brief);
        sites.add(site);
        journal.built(MALI, site);
      } catch (DeniedException e) {
        journal.refused(brief, e);
        tellInAllLanguages(brief);
        return Optional.of(brief);
      } catch (IOException e) {
        journal.failed(MALI, brief, String.valueOf(e.getMessage()));
      }
    }
    return Optional.empty();
  }

  /** Tries once more for each language: a refusal uses up nothing. */
  private void tellInAllLanguages(BriefFile brief) {
    for (String language : LANGUAGES) {
      try {
        service.create(MALI, brief, language);
      } catch (DeniedException e) {
        console.more(e.denial().locale() + "  " + e.denial().message());
        continue;
      } catch (IOException e) {
        throw new IllegalStateException("tried to build without a token: " + brief.slug(), e);
      }
      throw new IllegalStateException("built without a token: " + brief.slug());
    }
  }

  private void useWhatIsFree() throws IOException {
    console.heading(MALI + " has no token left, and what is free still works");
    Site first = sites.get(0);
    console.event(Mood.GOOD, "chat", service.chat(MALI, first));
    console.event(Mood.GOOD, "preview", String.valueOf(service.preview(MALI, first)));
    Path front = service.deploy(MALI, first);
    for (Site site : sites.subList(1, sites.size())) {
      front = service.deploy(MALI, site);
    }
    console.event(Mood.GOOD, "deploy", sites.size() + " sites, see " + front);
  }

  private void clickTwice(BriefFile brief)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    journal.enter(SOMCHAI, "has five tokens too, and double-clicks: two requests, one order");
    Callable<@Nullable Site> click =
        () -> {
          try {
            return service.create(SOMCHAI, brief, "th", "order-1");
          } catch (DuplicateReservationException e) {
            return null;
          }
        };
    List<@Nullable Site> outcomes = new ArrayList<>();
    ExecutorService clicks = Executors.newFixedThreadPool(2);
    try {
      for (Future<@Nullable Site> each : List.of(clicks.submit(click), clicks.submit(click))) {
        outcomes.add(each.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
      }
    } finally {
      clicks.shutdownNow();
    }
    for (Site site : outcomes) {
      if (site != null) {
        journal.built(SOMCHAI, site);
        service.deploy(SOMCHAI, site);
      }
    }
    if (outcomes.contains(null)) {
      journal.duplicate(brief);
    }
  }
}
