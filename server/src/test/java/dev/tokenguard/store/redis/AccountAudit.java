package dev.tokenguard.store.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Balance;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.store.redis.AccountFixture.Entry;
import dev.tokenguard.store.redis.AccountFixture.Hold;
import dev.tokenguard.store.redis.AccountFixture.Line;
import dev.tokenguard.store.redis.AccountFixture.Pocket;
import dev.tokenguard.store.redis.AccountFixture.Stored;
import dev.tokenguard.store.redis.AccountFixture.Take;
import dev.tokenguard.store.redis.AccountFixture.Type;
import dev.tokenguard.store.redis.AccountFixture.Use;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What must be true of an account at every moment. */
final class AccountAudit {
  private AccountAudit() {}

  /** Holds an answer against the law of conservation. */
  static void check(AccountSnapshot answer) {
    for (Balance balance : answer.balances()) {
      Balance.Lifetime life = balance.lifetime();
      assertEquals(
          life.granted(),
          balance.free() + life.held() + life.consumed() + life.lapsed(),
          () -> "granted = free + held + consumed + lapsed: " + answer);
      assertEquals(
          balance.granted(),
          balance.available()
              - balance.debt()
              + balance.held()
              + balance.consumed()
              + balance.lapsed(),
          () -> "the same of a period: " + answer);
      assertTrue(
          balance.held() >= 0 && balance.held() <= life.held(), () -> "held in period: " + answer);
    }
    assertTrue(answer.openReservations() >= 0, () -> "open reservations: " + answer);
  }

  /** Holds everything that is stored of an account against itself. */
  static void check(String who, Stored stored) {
    assertEquals(0, stored.inexact, who + ": numbers that are no exact integers");
    Map<Long, Long> heldByPocket = new HashMap<>();
    Map<String, Long> heldByType = new HashMap<>();
    long open = 0;
    for (Hold hold : stored.holds) {
      boolean isOpen = hold.state() == Reservation.State.OPEN.ordinal();
      Long due = stored.due.get(hold.id());
      assertTrue(due != null, () -> who + ": " + hold + " is never due");
      if (isOpen) {
        open++;
        assertEquals(hold.expires(), due, () -> who + ": when is due " + hold);
        assertTrue(
            hold.expires() >= stored.nextDue, () -> who + ": due before the next due: " + hold);
        for (Take take : hold.takes()) {
          heldByPocket.merge(take.pocket(), take.amount(), Long::sum);
          heldByType.merge(take.type(), take.amount(), Long::sum);
        }
      } else {
        assertTrue(due > stored.forget, () -> who + ": when is forgotten " + hold);
      }
    }
    assertEquals(open, stored.open, who + ": open holds");
    assertEquals(stored.holds.size(), stored.due.size(), who + ": holds and their times");
    for (Type type : stored.types) {
      checkType(who + " " + type.name(), stored, type, heldByPocket, heldByType);
    }
    checkLedger(who, stored);
    checkGrants(who, stored);
    for (Use use : stored.uses) {
      long held =
          stored.holds.stream()
              .filter(hold -> hold.state() == 0 && hold.member().equals(use.member()))
              .flatMap(hold -> hold.takes().stream())
              .filter(take -> take.type().equals(use.type()) && take.memberPeriod() == use.period())
              .mapToLong(Take::amount)
              .sum();
      assertEquals(held, use.held(), () -> who + ": held of " + use);
      assertTrue(use.consumed() >= 0, () -> who + ": " + use);
    }
  }

  /** Every grant that is kept has its pocket, or waits for its time. */
  private static void checkGrants(String who, Stored stored) {
    Map<Long, String> pockets = pocketsOfGrants(stored);
    stored.grants.forEach(
        (pocket, grant) -> {
          String type = pockets.get(pocket);
          if (type == null) {
            assertEquals(
                grant.from(), stored.scheduled.get(pocket), () -> who + ": no pocket of " + grant);
            assertTrue(
                grant.from() >= stored.nextDue, () -> who + ": due before the next due: " + grant);
          } else {
            assertEquals(grant.type(), type, () -> who + ": type of " + grant);
            assertTrue(
                !stored.scheduled.containsKey(pocket), () -> who + ": put in, and due: " + grant);
          }
        });
    for (long pocket : stored.scheduled.keySet()) {
      assertTrue(stored.grants.containsKey(pocket), () -> who + ": nothing of grant " + pocket);
    }
  }

  private static Map<Long, String> pocketsOfGrants(Stored stored) {
    Map<Long, String> pockets = new HashMap<>();
    for (Type type : stored.types) {
      for (Pocket pocket : type.pockets()) {
        if (pocket.grant()) {
          pockets.put(pocket.id(), type.name());
        }
      }
    }
    return pockets;
  }

  /** Where all grants were made by scripts: each pocket's grant is kept. */
  static void checkEveryGrant(String who, Stored stored) {
    Set<Long> all = new TreeSet<>(pocketsOfGrants(stored).keySet());
    all.addAll(stored.scheduled.keySet());
    assertEquals(all, stored.grants.keySet(), who + ": grants");
  }

  private static void checkType(
      String who,
      Stored stored,
      Type type,
      Map<Long, Long> heldByPocket,
      Map<String, Long> heldByType) {
    long free = -type.debt();
    long held = type.orphaned();
    long allowances = 0;
    Pocket before = null;
    for (Pocket pocket : type.pockets()) {
      free += pocket.free();
      held += pocket.held();
      allowances += pocket.grant() ? 0 : 1;
      assertEquals(
          heldByPocket.getOrDefault(pocket.id(), 0L),
          pocket.held(),
          () -> who + ": held of " + pocket);
      assertTrue(pocket.held() >= 0 && pocket.id() < stored.nextPocket, () -> who + ": " + pocket);
      assertTrue(pocket.free() >= 0 || !pocket.grant(), () -> who + ": " + pocket);
      assertTrue(
          type.debt() == 0 || pocket.free() <= 0, () -> who + ": debt beside free " + pocket);
      Pocket earlier = before;
      assertTrue(
          earlier == null || inBurnOrder(earlier, pocket),
          () -> who + ": order of " + type.pockets());
      before = pocket;
    }
    assertTrue(allowances <= 1, () -> who + ": allowances " + type.pockets());
    assertTrue(type.orphaned() >= 0, () -> who + ": " + type);
    assertTrue(type.debt() >= 0, () -> who + ": " + type);
    assertEquals(heldByType.getOrDefault(type.name(), 0L), held, who + ": held by open holds");
    assertEquals(
        type.granted(),
        free + held + type.consumed() + type.lapsed(),
        () -> who + ": granted = free + held + consumed + lapsed: " + type);
  }

  private static boolean inBurnOrder(Pocket a, Pocket b) {
    if (a.priority() != b.priority()) {
      return a.priority() < b.priority();
    }
    return a.until() != b.until() ? a.until() < b.until() : a.id() < b.id();
  }

  private static void checkLedger(String who, Stored stored) {
    Map<String, long[]> sums = new HashMap<>();
    long revision = 0;
    for (Entry entry : stored.ledger) {
      long last = revision;
      assertTrue(entry.revision() > last, () -> who + ": revision after " + last + " of " + entry);
      revision = entry.revision();
      for (Line line : entry.lines()) {
        long[] sum = sums.computeIfAbsent(line.type(), type -> new long[3]);
        sum[0] += line.granted();
        sum[1] += line.consumed();
        sum[2] += line.lapsed();
        assertEquals(
            sum[0] - sum[1] - sum[2], line.balance(), () -> who + ": balance after " + entry);
      }
    }
    assertTrue(revision <= stored.revision, who + ": revision of the last ledger entry");
    for (Type type : stored.types) {
      long[] sum = sums.getOrDefault(type.name(), new long[3]);
      assertEquals(type.granted(), sum[0], who + ": granted by the ledger of " + type);
      assertEquals(type.consumed(), sum[1], who + ": consumed by the ledger of " + type);
      assertEquals(type.lapsed(), sum[2], who + ": lapsed by the ledger of " + type);
    }
  }
}
