package dev.tokenguard.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.CatalogStatus;
import dev.tokenguard.domain.CatalogStatus.Rejection;
import dev.tokenguard.domain.CatalogUse;
import dev.tokenguard.domain.CatalogUse.Counts;
import dev.tokenguard.testing.CapturedLog;
import dev.tokenguard.testing.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A catalog file that changes in all the ways in which files change. */
class CatalogWatcherTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private static final String FIVE =
      """
      token_types: {website: {}, image: {}}
      features: {create_website: {cost: {website: 1}}}
      plans:
        free: {allowances: {website: {amount: 5, resets: daily}}}
        pro: {allowances: {website: {amount: 50, resets: daily}}}
      default_plan: free
      """;

  private static final String SIX = FIVE.replace("amount: 5,", "amount: 6,");
  private static final String BAD = FIVE.replace("daily", "dayly");
  private static final String NO_PRO =
      FIVE.lines()
          .filter(line -> !line.contains("pro:"))
          .map(line -> line + "\n")
          .reduce("", String::concat);
  private static final String NO_IMAGE = FIVE.replace(", image: {}", "");

  @TempDir Path folder;

  private final ManualClock clock = new ManualClock(START);
  private final CapturedLog log = new CapturedLog(CatalogWatcher.class).from(Level.INFO);
  private final List<String> heard = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private BiFunction<Set<String>, Set<String>, CompletionStage<Counts>> answer =
      (plans, types) -> CompletableFuture.completedFuture(Counts.NONE);
  private Path file = Path.of("");
  private CatalogHolder holder = new CatalogHolder(catalog(FIVE), START);
  private CatalogWatcher watcher = watcher();

  @BeforeEach
  void serve() throws Exception {
    file = Files.writeString(folder.resolve("catalog.yaml"), FIVE);
    watcher = watcher();
    look();
    clock.pass(Duration.ofHours(1));
  }

  @AfterEach
  void endOfLog() {
    log.close();
  }

  private CatalogWatcher watcher() {
    CatalogListener listener =
        new CatalogListener() {
          @Override
          public void catalogReloaded() {
            heard.add("ok");
          }

          @Override
          public void catalogRejected() {
            heard.add("rejected");
          }
        };
    CatalogUse use =
        (plans, types) -> {
          asked.add(plans + " " + types);
          return answer.apply(plans, types);
        };
    return new CatalogWatcher(file, holder, use, listener, clock);
  }

  /** An interval, with the looks that follow soon when something is under way. */
  private void look() {
    clock.pass(INTERVAL);
    for (int i = 0; i < 3 && watcher.poll(); i++) {
      clock.pass(Duration.ofMillis(200));
    }
  }

  @Test
  void theFileThatItStartedWithIsNoChange() throws Exception {
    assertEquals(1, status().revision());
    assertEquals(START, status().loadedAt());
    assertEquals(sha256Of(FIVE), status().sha256());
    assertEquals(Optional.empty(), status().lastRejection());
    assertTrue(heard.isEmpty() && log.messages().isEmpty());
  }

  @Test
  void aChangedFileComesIntoForce() throws Exception {
    Files.writeString(file, SIX);
    look();

    assertEquals(6, daily());
    assertEquals(List.of("ok"), heard);
    assertEquals(
        List.of("Catalog " + file + " reloaded: plan free: website 5 -> 6"), log.messages());
    assertEquals(
        new CatalogStatus(holder.get(), 2, sha256Of(SIX), clock.instant(), false, Optional.empty()),
        status());
    look();
    assertEquals(1, heard.size(), "once");
  }

  @Test
  void aFileThatChangedBeforeTheFirstLookComesIntoForceToo() throws Exception {
    watcher = watcher();
    Files.writeString(file, SIX);
    look();

    assertEquals(6, daily());
    assertEquals(List.of("ok"), heard);
  }

  @Test
  void sizeAndTimeNeedNotChange() throws Exception {
    FileTime time = Files.getLastModifiedTime(file);
    Files.writeString(file, SIX);
    Files.setLastModifiedTime(file, time);
    look();

    assertEquals(FIVE.length(), SIX.length());
    assertEquals(6, daily());
  }

  @Test
  void anotherFileByThatNameIsAChange() throws Exception {
    Path next = Files.writeString(folder.resolve("next.yaml"), SIX);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    look();

    assertEquals(6, daily());
  }

  /** A ConfigMap: catalog.yaml -> ..data/catalog.yaml, ..data -> ..one, and then -> ..two. */
  @Test
  void aLinkTwoLevelsUpIsAChange() throws Exception {
    Files.writeString(Files.createDirectory(folder.resolve("..one")).resolve("map.yaml"), FIVE);
    Files.writeString(Files.createDirectory(folder.resolve("..two")).resolve("map.yaml"), SIX);
    Path data = Files.createSymbolicLink(folder.resolve("..data"), Path.of("..one"));
    file = Files.createSymbolicLink(folder.resolve("map.yaml"), Path.of("..data", "map.yaml"));
    watcher = watcher();
    look();
    assertEquals(5, daily());

    Path next = Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..two"));
    Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
    look();
    assertEquals(6, daily());
    assertEquals(List.of("ok"), heard);
  }

  @Test
  void badThenGood() throws Exception {
    Catalog before = holder.get();
    Files.writeString(file, BAD);
    look();

    assertSame(before, holder.get());
    assertEquals(List.of("rejected"), heard);
    assertTrue(status().refused());
    Rejection rejection = status().lastRejection().orElseThrow();
    assertEquals(clock.instant(), rejection.at());
    assertEquals(
        file
            + ":4:52: plans.free.allowances.website.resets: dayly (expected: never, daily, weekly,"
            + " monthly, 'every 30 days' or 'every PT6H')\n"
            + file
            + ":5:52: plans.pro.allowances.website.resets: dayly (expected: never, daily, weekly,"
            + " monthly, 'every 30 days' or 'every PT6H')",
        rejection.error());
    assertEquals(
        List.of("Catalog " + file + " is not used, that in force stays: " + rejection.error()),
        log.messages());

    look();
    look();
    assertEquals(List.of("rejected"), heard, "told once");
    assertEquals(1, log.messages().size());

    Files.writeString(file, SIX);
    look();
    assertEquals(6, daily());
    assertFalse(status().refused());
    assertEquals(Optional.of(rejection), status().lastRejection(), "what was wrong stays known");
    assertEquals(List.of("rejected", "ok"), heard);

    Files.writeString(file, BAD);
    look();
    assertEquals(List.of("rejected", "ok", "rejected"), heard, "it was good in between");
  }

  @Test
  void badThenAsBefore() throws Exception {
    Catalog before = holder.get();
    Files.writeString(file, BAD);
    look();
    Files.writeString(file, FIVE);
    look();

    assertSame(before, holder.get());
    assertFalse(status().refused());
    assertEquals(1, status().revision());
    assertEquals(List.of("rejected"), heard);
    assertEquals(
        "Catalog " + file + " is good again, and says what is in force", log.messages().get(1));
  }

  @Test
  void aFileThatIsBeingWrittenIsNotLookedInto() throws Exception {
    String half = FIVE.substring(0, FIVE.indexOf("default_plan"));
    assertTrue(catalog(half).defaultPlan().isEmpty(), "half of it is a catalog too");
    Files.writeString(file, half);
    assertTrue(watcher.poll());
    Files.writeString(file, BAD);
    assertTrue(watcher.poll());
    Files.writeString(file, SIX);
    assertTrue(watcher.poll());
    assertEquals(5, daily());
    watcher.poll();

    assertEquals(6, daily());
    assertEquals(List.of("ok"), heard);
    assertEquals(Optional.empty(), status().lastRejection());
  }

  @Test
  void aFileThatVanishesIsAnErrorAndTheCatalogStays() throws Exception {
    Files.delete(file);
    look();

    assertEquals(5, daily());
    assertEquals(file + ": no such file", status().lastRejection().orElseThrow().error());
    assertTrue(status().refused());
    look();
    assertEquals(List.of("rejected"), heard);

    Files.createDirectory(file);
    look();
    assertEquals(file + ": not a file", status().lastRejection().orElseThrow().error());
    Files.delete(file);

    Files.writeString(file, SIX);
    look();
    assertEquals(6, daily());
    assertFalse(status().refused());
  }

  @Test
  void aFileThatIsThereAgainAtTheNextLookWasNeverGone() throws Exception {
    Files.delete(file);
    assertTrue(watcher.poll());
    Files.writeString(file, FIVE);
    look();

    assertEquals(List.of(), heard);
    assertFalse(status().refused());
  }

  @Test
  void otherWordsForTheSameLeaveEverythingThatWasMadeOfIt() throws Exception {
    Catalog before = holder.get();
    Files.writeString(file, "# New\n" + FIVE);
    look();

    assertSame(before, holder.get());
    assertEquals(1, status().revision());
    assertEquals(sha256Of("# New\n" + FIVE), status().sha256());
    assertEquals(List.of("Catalog " + file + " says the same in other words"), log.messages());
  }

  @Test
  void aPlanThatNobodyUsesMayGo() throws Exception {
    Catalog before = holder.get();
    Files.writeString(file, NO_PRO);
    look();

    assertNotSame(before, holder.get());
    assertEquals(Set.of("free"), holder.get().plans().keySet());
    assertEquals(List.of("[pro] []"), asked);
  }

  @Test
  void aPlanInUseStaysUntilItsAccountsAreMoved() throws Exception {
    answer = (plans, types) -> CompletableFuture.completedFuture(used("pro", 1234));
    Files.writeString(file, NO_PRO);
    look();

    assertTrue(holder.get().plans().containsKey("pro"));
    assertEquals(List.of("rejected"), heard);
    assertEquals(
        file
            + ": plan pro is used by 1,234 accounts: move them to another plan first; the catalog"
            + " in force stays",
        status().lastRejection().orElseThrow().error());

    answer = (plans, types) -> CompletableFuture.completedFuture(used("pro", 1));
    Instant refused = clock.instant();
    while (asked.size() == 1) {
      look();
    }
    Rejection again = status().lastRejection().orElseThrow();
    assertTrue(again.error().contains("is used by 1 account: move it to"), again::error);
    assertEquals(clock.instant(), again.at());
    assertTrue(Duration.between(refused, again.at()).toSeconds() >= 60, "counting costs something");
    assertEquals(List.of("rejected"), heard, "told once");
    assertEquals(1, log.messages().size());

    answer = (plans, types) -> CompletableFuture.completedFuture(Counts.NONE);
    while (asked.size() == 2) {
      look();
    }
    assertFalse(holder.get().plans().containsKey("pro"));
    assertEquals(List.of("rejected", "ok"), heard);
    assertFalse(status().refused());
  }

  @Test
  void anEditIsCountedAtOnce() throws Exception {
    answer = (plans, types) -> CompletableFuture.completedFuture(used("pro", 2));
    Files.writeString(file, NO_PRO);
    look();
    Files.writeString(file, NO_PRO.replace("amount: 5,", "amount: 6,"));
    look();

    assertEquals(List.of("[pro] []", "[pro] []"), asked);
    assertEquals(5, daily());
    Files.writeString(file, SIX);
    look();
    assertEquals(6, daily());
  }

  @Test
  void aTokenTypeInUseStays() throws Exception {
    answer =
        (plans, types) ->
            CompletableFuture.completedFuture(new Counts(Map.of(), Map.of("image", 12L)));
    Files.writeString(file, NO_IMAGE);
    look();

    assertEquals(List.of("[] [image]"), asked);
    assertTrue(holder.get().tokenTypes().containsKey("image"));
    assertEquals(
        file
            + ": token type image is left, held or owed in 12 accounts: keep it, in no plan, until"
            + " they have none; the catalog in force stays",
        status().lastRejection().orElseThrow().error());
  }

  @Test
  void whatCannotBeCountedIsRefusedAndTriedAgain() throws Exception {
    answer = (plans, types) -> CompletableFuture.failedFuture(new IOException("Redis is down"));
    Files.writeString(file, NO_PRO);
    look();

    assertTrue(holder.get().plans().containsKey("pro"));
    assertEquals(
        file
            + ": the accounts that use plan pro cannot be counted (Redis is down); tried again"
            + " soon, the catalog in force stays",
        status().lastRejection().orElseThrow().error());
    answer =
        (plans, types) -> {
          throw new IllegalStateException("no connection");
        };
    look();
    assertEquals(List.of("rejected"), heard, "told once");
    assertTrue(status().lastRejection().orElseThrow().error().contains("(no connection)"));

    answer = (plans, types) -> CompletableFuture.completedFuture(used("pro", 1));
    look();
    assertEquals(List.of("rejected", "rejected"), heard, "for another reason");

    Files.writeString(file, FIVE);
    look();
    assertFalse(status().refused());
  }

  @Test
  void nothingWaitsForACount() throws Exception {
    CompletableFuture<Counts> slow = new CompletableFuture<>();
    answer = (plans, types) -> slow;
    Files.writeString(file, NO_PRO);
    look();
    assertTrue(watcher.poll(), "under way");
    assertFalse(status().refused());
    assertTrue(holder.get().plans().containsKey("pro"));

    slow.complete(Counts.NONE);
    look();
    assertFalse(holder.get().plans().containsKey("pro"));
    assertEquals(1, asked.size());
  }

  @Test
  void aCountForAFileThatChangedMeanwhileIsForgotten() throws Exception {
    CompletableFuture<Counts> slow = new CompletableFuture<>();
    answer = (plans, types) -> slow;
    Files.writeString(file, NO_PRO);
    look();
    Files.writeString(file, SIX);
    look();
    slow.complete(Counts.NONE);
    look();

    assertTrue(holder.get().plans().containsKey("pro"));
    assertEquals(6, daily());
  }

  @Test
  void looksUntilTheTimerStops() throws Exception {
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    try {
      watcher.start(timer, Duration.ofHours(1));
      timer.submit(() -> heard.add("looked")).get();
      assertEquals(1, timer.getQueue().size(), "the next look is planned");
    } finally {
      timer.shutdownNow();
    }
    watcher.start(timer, INTERVAL);
  }

  private CatalogStatus status() {
    return holder.status();
  }

  private long daily() {
    return Objects.requireNonNull(
            holder.get().defaultPlan().orElseThrow().allowances().get("website"))
        .amount();
  }

  private static String sha256Of(String text) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    return HexFormat.of().formatHex(digest);
  }

  private static Counts used(String plan, long accounts) {
    return new Counts(Map.of(plan, accounts), Map.of());
  }

  private static Catalog catalog(String yaml) {
    try {
      return CatalogLoader.parse(yaml, "catalog.yaml");
    } catch (CatalogException e) {
      throw new AssertionError(e);
    }
  }
}
