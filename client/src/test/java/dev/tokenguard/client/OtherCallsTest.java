package dev.tokenguard.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.client.FakeTokenGuard.Fate;
import dev.tokenguard.v1.AccountBalances;
import dev.tokenguard.v1.ConsumeRequest;
import dev.tokenguard.v1.CreateDisplayTokenRequest;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.WatchBalanceRequest;
import dev.tokenguard.v1.WatchBalanceResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Consume, check, balance and watch. */
class OtherCallsTest extends ClientFixture {

  private static final Duration SHORTLY = Duration.ofMillis(200);

  private final List<Long> seen = new ArrayList<>();
  private final List<TokenGuardException> interrupted = new ArrayList<>();
  private final List<TokenGuardException> ended = new ArrayList<>();
  private final BalanceListener listener =
      new BalanceListener() {
        @Override
        public void onBalances(AccountBalances balances) {
          seen.add(balances.getRevision());
        }

        @Override
        public void onInterrupted(TokenGuardException cause) {
          interrupted.add(cause);
        }

        @Override
        public void onEnded(TokenGuardException cause) {
          ended.add(cause);
        }
      };

  @Test
  void consumeChargesOnceAndSendsTheSameIdAgain() {
    server.next(Fate.ANSWER_LOST);
    var result = client.consumeAsync(REQUEST.withMetadata(Map.of("model", "x")));
    time.pass(SHORTLY);

    ConsumeResult.Consumed consumed =
        assertInstanceOf(ConsumeResult.Consumed.class, result.join().orThrow());

    List<ConsumeRequest> asked = server.requests(ConsumeRequest.class);
    assertEquals(Map.of("image", 1L), consumed.charged());
    assertEquals(asked.get(0).getReservationId(), consumed.reservationId());
    assertEquals(asked.get(0), asked.get(1));
    assertEquals(Map.of("model", "x"), asked.get(0).getMetadataMap());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatReplicasHaveIsTold(boolean pending) {
    server.replicationPending = pending;

    ReserveResult.Reserved first =
        assertInstanceOf(ReserveResult.Reserved.class, client.reserve(REQUEST));
    ReserveResult.Reserved second =
        assertInstanceOf(ReserveResult.Reserved.class, client.reserve(REQUEST));
    ExtendResult.Extended extended =
        assertInstanceOf(
            ExtendResult.Extended.class, first.reservation().extend(Duration.ofMinutes(5)));
    CommitResult.Committed committed =
        assertInstanceOf(CommitResult.Committed.class, first.reservation().commit());
    RefundResult.Refunded refunded =
        assertInstanceOf(RefundResult.Refunded.class, second.reservation().refund("failed"));
    ConsumeResult.Consumed consumed =
        assertInstanceOf(ConsumeResult.Consumed.class, client.consume(REQUEST));

    assertEquals(
        List.of(pending, pending, pending, pending, pending),
        List.of(
            first.replicationPending(),
            extended.replicationPending(),
            committed.replicationPending(),
            refunded.replicationPending(),
            consumed.replicationPending()));
  }

  @Test
  void consumeMayBeDenied() {
    server.denial = DenialReason.DENIAL_REASON_SUBSCRIPTION_EXPIRED;

    assertEquals(
        403,
        assertThrows(DeniedException.class, () -> client.consume(REQUEST).orThrow()).httpStatus());
  }

  @Test
  void checkTellsWhatAReserveWouldDecide() {
    assertEquals(Map.of("image", 1L), client.check(REQUEST).orThrow().required());

    server.denial = DenialReason.DENIAL_REASON_MEMBER_LIMIT_REACHED;
    CheckResult.Denied denied = assertInstanceOf(CheckResult.Denied.class, client.check(REQUEST));
    assertEquals(Denial.Reason.MEMBER_LIMIT_REACHED, denied.denial().reason());
    assertEquals(Map.of(), server.reservations);
  }

  @Test
  void balanceAsksForAMemberAndForTokenTypes() {
    AccountBalances balances =
        client.balance(BalanceRequest.of("ann").withMember("bob").withTokenTypes(List.of("image")));

    assertEquals("ann", balances.getAccountId());
    GetBalanceRequest asked = server.requests(GetBalanceRequest.class).get(0);
    assertEquals("bob", asked.getMemberId());
    assertEquals(List.of("image"), asked.getTokenTypesList());
  }

  @Test
  void aDisplayTokenIsForOneAccountAndIsNotLogged() {
    DisplayToken made =
        client.createDisplayToken(
            DisplayTokenRequest.of("ann").withMember("bob").withTtl(Duration.ofMinutes(5)));

    assertEquals("tgd_ann", made.token());
    assertEquals(Instant.ofEpochSecond(1_000_000), made.expiresAt());
    assertEquals("DisplayToken[expiresAt=1970-01-12T13:46:40Z]", made.toString());
    CreateDisplayTokenRequest asked = server.requests(CreateDisplayTokenRequest.class).get(0);
    assertEquals("bob", asked.getMemberId());
    assertEquals(300, asked.getTtl().getSeconds());
    client.createDisplayToken(DisplayTokenRequest.of("ann"));
    assertFalse(server.requests(CreateDisplayTokenRequest.class).get(1).hasTtl());
  }

  @Test
  void watchTellsEveryChangeUntilItIsClosed() {
    BalanceWatch watch = client.watch(BalanceRequest.of("ann").withMember("bob"), listener);
    change(1);
    change(2);
    watch.close();
    assertThrows(StatusRuntimeException.class, () -> change(3), "it was cancelled");

    assertEquals("bob", server.requests(WatchBalanceRequest.class).get(0).getMemberId());
    assertEquals(List.of(1L, 2L), seen);
    assertEquals(List.of(), ended);
    assertEquals(0, time.waiting());
  }

  @Test
  void watchGoesOnAfterAnInterruption() {
    var unused = client.watch(BalanceRequest.of("ann"), listener);
    change(1);
    server.watchers.get(0).onError(FakeTokenGuard.status(Status.Code.UNAVAILABLE, ""));
    time.pass(SHORTLY);
    change(5);

    assertEquals(List.of(1L, 5L), seen);
    assertEquals(1, interrupted.size());
    assertEquals(2, server.watchers.size());
  }

  @Test
  void watchEndsWhenItIsRefused() {
    var unused = client.watch(BalanceRequest.of("nobody"), listener);
    server
        .watchers
        .get(0)
        .onError(FakeTokenGuard.status(Status.Code.NOT_FOUND, "ACCOUNT_NOT_FOUND"));
    time.pass(Duration.ofMinutes(1));

    assertEquals("ACCOUNT_NOT_FOUND", ended.get(0).reason());
    assertEquals(1, server.watchers.size());
  }

  @Test
  void watchSurvivesAListenerThatThrows() {
    var unused =
        client.watch(
            BalanceRequest.of("ann"),
            balances -> {
              seen.add(balances.getRevision());
              throw new IllegalStateException("careless");
            });
    change(1);
    change(2);

    assertEquals(List.of(1L, 2L), seen);
  }

  @Test
  void watchEndsWithTheClient() {
    var unused = client.watch(BalanceRequest.of("ann"), listener);

    client.close();
    time.pass(Duration.ofMinutes(1));

    assertEquals(1, server.watchers.size());
    assertEquals(List.of(), ended);
    assertThrows(
        IllegalStateException.class, () -> client.watch(BalanceRequest.of("ann"), listener));
  }

  @Test
  void everyReserveHasAnIdOfItsOwn() {
    String first = client.reserve(REQUEST).orThrow().id();
    String second = client.reserve(REQUEST).orThrow().id();

    assertNotEquals(first, second);
    assertTrue(first.compareTo(second) < 0);
  }

  private void change(long revision) {
    int last = server.watchers.size() - 1;
    server
        .watchers
        .get(last)
        .onNext(
            WatchBalanceResponse.newBuilder()
                .setAccount(AccountBalances.newBuilder().setRevision(revision))
                .build());
  }
}
