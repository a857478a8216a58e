package dev.tokenguard.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.FaultException.Violation;
import dev.tokenguard.store.TokenStore.CommitCommand;
import dev.tokenguard.store.TokenStore.ExtendCommand;
import dev.tokenguard.store.TokenStore.ReserveCommand;
import dev.tokenguard.testing.Samples;
import dev.tokenguard.testing.ScriptedStore;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GuardServiceTest {

  private static final Limits LIMITS =
      new Limits(1_000, Duration.ofMinutes(10), Duration.ofHours(24));

  private final ScriptedStore store = new ScriptedStore();
  private final ManualTimer timer = new ManualTimer();
  private final BalanceWatcher watcher =
      new BalanceWatcher(
          store, GuardListener.NONE, timer, timer::nanoTime, Duration.ofHours(1), 10);
  private final GuardService service =
      new GuardService(store, () -> Samples.CATALOG, LIMITS, GuardListener.NONE, watcher);

  @Test
  void asksTheStoreForTheCostOfTheFeature() {
    join(service.reserve(reserve("create_shop", Map.of())));
    ReserveCommand command = (ReserveCommand) store.asked.get(0);
    assertEquals(Amounts.of(Map.of("website", 1L, "image", 3L)), command.amounts());
    assertEquals(LIMITS.defaultTtl(), command.ttl());
  }

  @Test
  void asksTheStoreForTheEstimateInsteadIfThereIsOne() {
    join(service.reserve(reserve("create_shop", Map.of("image", 9L))));
    ReserveCommand command = (ReserveCommand) store.asked.get(0);
    assertEquals(Amounts.of("image", 9), command.amounts());
  }

  @Test
  void anEstimateThatEqualsTheCostIsAnotherRequest() {
    join(service.reserve(reserve("create_website", Map.of())));
    join(service.reserve(reserve("create_website", Map.of("website", 1L))));
    join(service.consume(reserve("create_website", Map.of())));
    ReserveCommand cost = (ReserveCommand) store.asked.get(0);
    ReserveCommand estimate = (ReserveCommand) store.asked.get(1);
    ReserveCommand consumed = (ReserveCommand) store.asked.get(2);
    assertEquals(cost.amounts(), estimate.amounts());
    assertNotEquals(cost.fingerprint(), estimate.fingerprint());
    assertNotEquals(cost.fingerprint(), consumed.fingerprint());
  }

  @Test
  void aFreeFeatureCostsNothing() {
    join(service.reserve(reserve("chat", Map.of())));
    assertEquals(Amounts.NONE, ((ReserveCommand) store.asked.get(0)).amounts());
  }

  @Test
  void tellsNoActualAmountsFromNothingUsed() {
    join(service.commit(new GuardRequest.Commit("a", "r", null, Map.of())));
    join(service.commit(new GuardRequest.Commit("a", "r", Map.of(), Map.of())));
    join(service.commit(new GuardRequest.Commit("a", "r", Map.of("website", 0L), Map.of())));
    assertNull(((CommitCommand) store.asked.get(0)).actual());
    assertEquals(Amounts.NONE, ((CommitCommand) store.asked.get(1)).actual());
    assertEquals(Amounts.of("website", 0), ((CommitCommand) store.asked.get(2)).actual());
  }

  @Test
  void extendsForTheDefaultTimeUnlessToldOtherwise() {
    join(service.extend(new GuardRequest.Extend("a", "r", null, Map.of())));
    join(service.extend(new GuardRequest.Extend("a", "r", Duration.ofHours(1), Map.of())));
    assertEquals(LIMITS.defaultTtl(), ((ExtendCommand) store.asked.get(0)).ttl());
    assertEquals(Duration.ofHours(1), ((ExtendCommand) store.asked.get(1)).ttl());
  }

  @Test
  void checkTellsWhatWouldBeNeededAllowedOrNot() {
    GuardRequest.Check check = new GuardRequest.Check("a", "", "create_shop", Map.of());
    Amounts cost = Amounts.of(Map.of("website", 1L, "image", 3L));
    assertEquals(cost, join(service.check(check)).required());

    store.onReserve =
        command ->
            CompletableFuture.completedFuture(
                Samples.denied("a", Denial.Reason.INSUFFICIENT_TOKENS));
    GuardService.Checked checked = join(service.check(check));
    assertInstanceOf(Decision.Denied.class, checked.decision());
    assertEquals(cost, checked.required());
  }

  @Test
  void showsOnlyTheTokenTypesThatWereAskedFor() {
    assertEquals(1, balances(List.of()).size());
    assertEquals(1, balances(List.of("website", "website")).size());
    assertEquals(0, balances(List.of("image")).size());
  }

  private List<?> balances(List<String> types) {
    AccountSnapshot account = join(service.balance(new GuardRequest.Balance("a", "", types)));
    return account.balances();
  }

  @Test
  void badInputNeverReachesTheStoreAndIsToldAllAtOnce() {
    GuardRequest.Reserve request =
        new GuardRequest.Reserve(
            "",
            "mem ber",
            "create_websit",
            "",
            Map.of("website", 0L, "wbsite", 1L),
            Duration.ZERO,
            Map.of("", "x", "big", "v".repeat(513)));
    FaultException fault = fault(service.reserve(request));
    assertEquals(Fault.INVALID_REQUEST, fault.fault());
    assertEquals(
        List.of(
            "account_id: is required",
            "member_id: \"mem ber\" (expected: ASCII letters, digits and . _ : @ + | ~ = - but"
                + " character 4 is another)",
            "feature: unknown feature \"create_websit\"; did you mean \"create_website\"?",
            "reservation_id: is required",
            "amounts[\"wbsite\"]: unknown token type \"wbsite\"; did you mean \"website\"?",
            "amounts[\"website\"]: 0 (expected: at least 1)",
            "ttl: 0 s (expected: 1 s to 86400 s)",
            "metadata[\"\"]: key of 0 bytes (expected: 1 to 64)",
            "metadata[\"big\"]: value of 513 bytes (expected: at most 512)"),
        told(fault));
    assertEquals(List.of(), store.asked);
  }

  @Test
  void malformedInputGoesBeforeAmountsThatAreTooLarge() {
    FaultException both = fault(service.reserve(reserve("nope", Map.of("website", 1_001L))));
    assertEquals(Fault.INVALID_REQUEST, both.fault());

    FaultException large =
        fault(service.reserve(reserve("chat", Map.of("website", 1_001L, "image", Long.MAX_VALUE))));
    assertEquals(Fault.AMOUNT_OUT_OF_RANGE, large.fault());
    assertEquals(
        "amounts[\"image\"]: 9223372036854775807 (expected: at most 1000);"
            + " amounts[\"website\"]: 1001 (expected: at most 1000)",
        large.getMessage());
    assertEquals(Map.of("field", "amounts[\"image\"]", "max_amount", "1000"), large.details());
  }

  @Test
  void boundsAreInclusive() {
    Map<String, String> metadata = new HashMap<>();
    metadata.put("k".repeat(64), "é".repeat(256));
    join(
        service.reserve(
            new GuardRequest.Reserve(
                "a".repeat(128),
                "Az09._:@+|~=-",
                "create_website",
                "r".repeat(128),
                Map.of("website", 1_000L),
                Duration.ofHours(24),
                metadata)));
    join(
        service.reserve(
            new GuardRequest.Reserve(
                "a", "", "chat", "r", Map.of(), Duration.ofSeconds(1), Map.of())));
    join(service.refund(new GuardRequest.Refund("a", "r", "é".repeat(128))));
    assertEquals(3, store.asked.size());
  }

  @Test
  void justBeyondTheBoundsIsMalformed() {
    assertViolation("account_id", reserve("a".repeat(129), null, Map.of()));
    assertViolation("account_id", reserve("a{b}", null, Map.of()));
    assertViolation("account_id", reserve("\u0000", null, Map.of()));
    assertViolation("account_id", reserve("é", null, Map.of()));
    assertViolation("ttl", reserve("a", Duration.ofMillis(999), Map.of()));
    assertViolation("ttl", reserve("a", Duration.ofHours(24).plusNanos(1), Map.of()));
    assertViolation("ttl", reserve("a", Duration.ofSeconds(-1), Map.of()));
    assertViolation(
        "metadata[\"" + "k".repeat(48) + "...\"]", reserve("a", null, Map.of("k".repeat(65), "")));
    assertViolation("metadata", reserve("a", null, entries(17, 1)));
    assertViolation("metadata", reserve("a", null, entries(4, 512)));
    FaultException reason =
        fault(service.refund(new GuardRequest.Refund("a", "r", "é".repeat(128) + "x")));
    assertEquals(List.of("reason: 257 bytes (expected: at most 256)"), told(reason));
    FaultException types =
        fault(
            service.balance(new GuardRequest.Balance("a", "", Collections.nCopies(33, "website"))));
    assertEquals(List.of("token_types: 33 token types (expected: at most 32)"), told(types));
    FaultException type =
        fault(service.balance(new GuardRequest.Balance("a", "", List.of("website", "imag"))));
    assertEquals(
        List.of("token_types[1]: unknown token type \"imag\"; did you mean \"image\"?"),
        told(type));
    FaultException actual =
        fault(service.commit(new GuardRequest.Commit("a", "r", Map.of("website", -1L), Map.of())));
    assertEquals(List.of("actual.amounts[\"website\"]: -1 (expected: at least 0)"), told(actual));
  }

  @Test
  void whatIsToldOfLongInputIsShortAndPrintable() {
    FaultException fault =
        fault(service.reserve(reserve("\n\"é" + "x".repeat(1_000_000), Map.of())));
    String message = String.valueOf(fault.getMessage());
    assertTrue(message.length() < 200, message);
    assertTrue(message.chars().allMatch(c -> c >= ' ' && c <= '~'), message);
    assertTrue(message.contains("\"\\u000a\\\"\\u00e9xxx"), message);
  }

  @Test
  void whoWatchesIsToldOfAChangeAtOnce() {
    timer.pass(Duration.ofSeconds(1));
    watcher.watch("a", "", account -> account, new Ignoring());
    timer.pass(Duration.ofSeconds(1));
    store.asked.clear();

    join(service.refund(new GuardRequest.Refund("a", "r", "")));
    timer.runDue();
    assertEquals("a", store.asked.get(store.asked.size() - 1), "a balance was read");

    timer.pass(Duration.ofSeconds(1));
    store.asked.clear();
    join(service.check(new GuardRequest.Check("a", "", "chat", Map.of())));
    timer.runDue();
    assertEquals(1, store.asked.size(), "a check changes nothing");
  }

  @Test
  void aWatchIsCheckedLikeABalance() {
    FaultException fault =
        assertThrows(
            FaultException.class,
            () -> service.watch(new GuardRequest.Balance("", "", List.of()), new Ignoring()));
    assertEquals(List.of("account_id: is required"), told(fault));
    assertEquals(0, watcher.openWatches());
  }

  private void assertViolation(String field, GuardRequest.Reserve request) {
    FaultException fault = fault(service.reserve(request));
    assertEquals(List.of(field), fault.violations().stream().map(Violation::field).toList());
  }

  private static Map<String, String> entries(int count, int bytes) {
    Map<String, String> entries = new HashMap<>();
    for (int i = 0; i < count; i++) {
      entries.put("k" + i, "v".repeat(bytes));
    }
    return entries;
  }

  private static GuardRequest.Reserve reserve(String feature, Map<String, Long> amounts) {
    return new GuardRequest.Reserve("a", "", feature, "r", amounts, null, Map.of());
  }

  private static GuardRequest.Reserve reserve(
      String account, @Nullable Duration ttl, Map<String, String> metadata) {
    return new GuardRequest.Reserve(account, "", "chat", "r", Map.of(), ttl, metadata);
  }

  private static List<String> told(FaultException fault) {
    return fault.violations().stream().map(v -> v.field() + ": " + v.description()).toList();
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private static FaultException fault(CompletionStage<?> stage) {
    CompletionException e = assertThrows(CompletionException.class, () -> join(stage));
    return Faults.of(e);
  }

  private static final class Ignoring implements BalanceWatcher.Subscriber {
    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void balance(AccountSnapshot account) {}

    @Override
    public void ended(FaultException why) {}
  }
}
