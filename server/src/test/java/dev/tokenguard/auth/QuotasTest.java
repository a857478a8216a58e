package dev.tokenguard.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Identity;
import dev.tokenguard.domain.Quota;
import dev.tokenguard.domain.Role;
import dev.tokenguard.domain.Scope;
import dev.tokenguard.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuotasTest {
  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-21T12:00:00Z"));
  private final List<Refusal> refused = new ArrayList<>();

  private Quotas quotas(Quota byDefault) {
    return new Quotas(byDefault, refused::add, clock);
  }

  private static Identity caller(String name, Quota quota) {
    return new Identity(name, Role.GUARD, Optional.empty(), Scope.ALL, quota);
  }

  private static String refusal(Quotas quotas, Identity caller, boolean stream) {
    FaultException e =
        assertThrows(FaultException.class, () -> quotas.enter(caller, stream).close());
    assertEquals(Fault.RATE_LIMITED, e.fault());
    return String.valueOf(e.getMessage());
  }

  @Test
  void callsAtATime() {
    Quotas quotas = quotas(Quota.NONE);
    Identity ann = caller("ann", new Quota(2, 0, 0));
    Quotas.Ticket first = quotas.enter(ann, false);
    Quotas.Ticket second = quotas.enter(ann, false);
    assertEquals(
        "'ann' has 2 calls in flight, as many as it may (max_in_flight); nothing was done",
        refusal(quotas, ann, false));
    quotas.enter(caller("bob", new Quota(2, 0, 0)), false).close();
    first.close();
    quotas.enter(ann, false).close();
    second.close();
    assertEquals(List.of(Refusal.OVER_QUOTA), refused);
  }

  @Test
  void streamsAtATimeAreCountedByThemselves() {
    Quotas quotas = quotas(new Quota(1, 0, 1));
    Identity ann = caller("ann", Quota.NONE);
    Quotas.Ticket call = quotas.enter(ann, false);
    Quotas.Ticket stream = quotas.enter(ann, true);
    assertEquals(
        "'ann' has 1 streams open, as many as it may (max_streams); nothing was done",
        refusal(quotas, ann, true));
    stream.close();
    quotas.enter(ann, true).close();
    call.close();
  }

  @Test
  void callsInASecond() {
    Quotas quotas = quotas(new Quota(0, 2, 0));
    Identity ann = caller("ann", Quota.NONE);
    quotas.enter(ann, false).close();
    quotas.enter(ann, false).close();
    assertEquals(
        "'ann' has made its 2 calls of this second (calls_per_second); nothing was done",
        refusal(quotas, ann, false));
    clock.pass(Duration.ofMillis(500));
    quotas.enter(ann, false).close();
    refusal(quotas, ann, false);
    clock.pass(Duration.ofDays(1));
    quotas.enter(ann, false).close();
    quotas.enter(ann, false).close();
    refusal(quotas, ann, false);
  }

  @Test
  void aCredentialMayHaveMoreThanTheDefaultAndAnotherLater() {
    Quotas quotas = quotas(new Quota(1, 0, 0));
    quotas.enter(caller("ann", new Quota(2, 0, 0)), false);
    quotas.enter(caller("ann", new Quota(2, 0, 0)), false);
    refusal(quotas, caller("ann", Quota.NONE), false);
    refusal(quotas, caller("ann", new Quota(2, 0, 0)), false);
    quotas.enter(caller("ann", new Quota(3, 0, 0)), false);
  }

  @Test
  void namesThatCameAndWentAreForgotten() {
    Quotas quotas = quotas(new Quota(1, 0, 0));
    Quotas.Ticket stays = quotas.enter(caller("stays", Quota.NONE), false);
    for (int i = 0; i < 30_000; i++) {
      quotas.enter(caller("name-" + i, Quota.NONE), false).close();
    }
    assertEquals(true, quotas.known() <= 10_002, () -> quotas.known() + " names");
    refusal(quotas, caller("stays", Quota.NONE), false);
    stays.close();
  }
}
