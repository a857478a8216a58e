package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Ask.ask;
import static dev.tokenguard.store.redis.Catalogs.once;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.StoreTester.allowed;
import static dev.tokenguard.store.redis.StoreTester.await;
import static dev.tokenguard.store.redis.StoreTester.denied;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.RecentDenial;
import dev.tokenguard.store.ChangeRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Denials that are kept for operators; three of an account, here. */
class RecentDenialsTest {
  private static final String ACCOUNT = StoreTester.ACCOUNT;

  @RegisterExtension final StoreTester store = new StoreTester(plan("free", once("website", 1)));

  private List<RecentDenial> recent() {
    return await(store.stores().history().denials(ACCOUNT, 100)).denials();
  }

  private List<String> told() {
    return recent().stream()
        .map(each -> each.reservation() + " " + each.denial().reason() + " x" + each.count())
        .toList();
  }

  private byte[] key() {
    return (store.namespace() + ":{" + ACCOUNT + "}:r").getBytes(UTF_8);
  }

  private boolean anyKept() {
    return await(store.redis().commands().exists(key())) == 1;
  }

  @Test
  void aDenialIsKeptAsItWasTold() {
    allowed(store.reserve("r1", 1));
    Denial told = denied(store.reserve(ask("r2", 1)));
    RecentDenial kept = recent().get(0);
    assertEquals(told, kept.denial());
    assertEquals("r2", kept.reservation());
    assertEquals("", kept.member());
    assertEquals(1, kept.count());
    assertEquals(kept.first(), kept.last());
  }

  @Test
  void equalOnesInARowAreOneAndOthersBeginAnew() {
    allowed(store.reserve("r1", 1));
    denied(store.reserve("r2", 1));
    denied(store.consume("r3", 5));
    denied(store.reserve("r4", 2));
    assertEquals(List.of("r4 INSUFFICIENT_TOKENS x3"), told());
    assertEquals(2, recent().get(0).denial().required(), "as it was told the last time");
    assertTrue(!recent().get(0).first().isAfter(recent().get(0).last()));

    denied(store.reserve(ask("r5", 1).member("joe")));
    denied(store.reserve("r6", 1));
    assertEquals(
        List.of(
            "r6 INSUFFICIENT_TOKENS x1", "r5 INSUFFICIENT_TOKENS x1", "r4 INSUFFICIENT_TOKENS x3"),
        told());
    assertEquals("joe", recent().get(1).member());

    denied(store.reserve(ask("r7", 1).member("ann")));
    assertEquals(3, recent().size(), "as many as are kept");
    assertEquals("r7", recent().get(0).reservation());
    assertEquals(1, await(store.stores().history().denials(ACCOUNT, 1)).denials().size());
  }

  @Test
  void whatIsAllowedOrOnlyCheckedLeavesNothing() {
    allowed(store.reserve("r1", 1));
    denied(store.check(ask("", 1)));
    assertEquals(List.of(), recent());
    assertFalse(anyKept());
  }

  @Test
  void nobodyFillsRedisWithAccountsThatNobodyOpened() {
    denied(store.reserve("r1", 5));
    denied(store.consume("r2", 5));
    assertFalse(anyKept());
    assertEquals(Fault.ACCOUNT_NOT_FOUND, assertThrows(FaultException.class, this::recent).fault());
  }

  @Test
  void theyAreForgottenSevenDaysAfterTheLast() {
    allowed(store.reserve("r1", 1));
    denied(store.reserve("r2", 1));
    long left = await(store.redis().commands().pttl(key()));
    assertTrue(left > 604_700_000 && left <= 604_800_000, () -> "left: " + left);
  }

  @Test
  void aDenialIsToldWhateverIsInItsPlace() {
    allowed(store.reserve("r1", 1));
    await(store.redis().commands().set(key(), "not a list".getBytes(UTF_8)));
    assertEquals(Denial.Reason.INSUFFICIENT_TOKENS, denied(store.reserve("r2", 1)).reason());
    await(store.redis().commands().del(key()));
    await(store.redis().commands().lpush(key(), "not a denial".getBytes(UTF_8)));
    assertEquals(Denial.Reason.INSUFFICIENT_TOKENS, denied(store.reserve("r3", 1)).reason());
  }

  @Test
  void theyGoWithTheAccount() {
    allowed(store.consume("r1", 1));
    denied(store.reserve("r2", 1));
    assertTrue(anyKept());
    await(store.stores().accounts().delete(ACCOUNT, false, 0, new ChangeRequest("", "")));
    assertFalse(anyKept());
    store.leave(ACCOUNT);
  }

  @Test
  void manyAtATimeAreAllCounted() {
    allowed(store.reserve("r1", 1));
    List<CompletableFuture<?>> calls = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      calls.add(store.store().reserve(ask("c" + i, 1).command()).toCompletableFuture());
    }
    calls.forEach(CompletableFuture::join);
    assertEquals(1, recent().size());
    assertEquals(200, recent().get(0).count());
  }
}
