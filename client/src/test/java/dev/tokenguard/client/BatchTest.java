package dev.tokenguard.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.client.FakeTokenGuard.Fate;
import dev.tokenguard.v1.BatchCreateGrantsRequest;
import dev.tokenguard.v1.BatchCreateGrantsResponse;
import dev.tokenguard.v1.BatchRemoveMembersRequest;
import dev.tokenguard.v1.BatchRemoveMembersResponse;
import dev.tokenguard.v1.BatchResult;
import dev.tokenguard.v1.CreateGrantRequest;
import dev.tokenguard.v1.ItemError;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bulk forms of any length, and what became of each item. */
class BatchTest extends ClientFixture {

  @BeforeEach
  void answer() {
    adminServer.answer(BatchCreateGrantsRequest.class, BatchTest::allBut13);
  }

  /** Grants of 13 tokens are refused. */
  private static BatchCreateGrantsResponse allBut13(BatchCreateGrantsRequest batch) {
    BatchCreateGrantsResponse.Builder answer = BatchCreateGrantsResponse.newBuilder();
    for (CreateGrantRequest request : batch.getRequestsList()) {
      BatchResult.Builder result = answer.addResultsBuilder().setAccountId(request.getAccountId());
      if (request.getAmount() == 13) {
        result.setError(
            ItemError.newBuilder()
                .setCode(Status.Code.NOT_FOUND.value())
                .setReason("ACCOUNT_NOT_FOUND")
                .setMessage("no such account"));
      }
    }
    return answer.build();
  }

  @Test
  void aLongListIsSplitAndAnsweredInOrder() {
    BatchOutcome<NewGrant> outcome = admin.grants().createAll(grants(2500, ""));

    assertEquals(List.of(1000, 1000, 500), sizes());
    assertEquals(2500, outcome.items().size());
    for (int i = 0; i < 2500; i++) {
      BatchOutcome.Item<NewGrant> item = outcome.items().get(i);
      assertEquals(i + 1, item.request().request().getAmount());
      assertEquals(i != 12, item.done());
    }
    assertEquals(
        2500,
        outcome.items().stream()
            .map(item -> item.request().request().getRequestId())
            .distinct()
            .count());
  }

  @Test
  void aBatchFitsIntoAMessage() {
    BatchOutcome<NewGrant> outcome = admin.grants().createAll(grants(1000, "n".repeat(200)));

    List<BatchCreateGrantsRequest> sent = adminServer.requests(BatchCreateGrantsRequest.class);
    assertTrue(sent.size() > 1);
    sent.forEach(batch -> assertTrue(batch.getSerializedSize() <= Batches.MAX_BYTES));
    assertEquals(1000, outcome.items().size());
    assertEquals(1000, sizes().stream().mapToInt(size -> size).sum());
  }

  @Test
  void anItemThatIsTooLargeGoesAlone() {
    assertEquals(
        List.of(List.of(1), List.of(70_000), List.of(2, 3)),
        Batches.split(List.of(1, 70_000, 2, 3), size -> size));
    assertEquals(
        List.of(List.of(30_000, 30_000), List.of(1)),
        Batches.split(List.of(30_000, 30_000, 1), size -> size));
  }

  @Test
  void anItemThatFailedSaysWhy() {
    BatchOutcome<NewGrant> outcome = admin.grants().createAll(grants(20, ""));

    NotFoundException error =
        assertInstanceOf(NotFoundException.class, outcome.failed().get(0).error());
    assertEquals("ACCOUNT_NOT_FOUND", error.reason());
    assertEquals(
        "BatchCreateGrants: NOT_FOUND (ACCOUNT_NOT_FOUND): no such account", error.getMessage());
    assertFalse(error.outcomeUnknown());
    assertEquals(1, outcome.failed().size());
    assertThrows(NotFoundException.class, outcome::orThrow);
    assertEquals(13, outcome.failedRequests().get(0).request().getAmount());
  }

  @Test
  void aBatchIsRepeatedWithItsIds() {
    adminServer.next(Fate.ANSWER_LOST);

    var result = admin.grants().createAllAsync(grants(3, ""));
    time.pass(Duration.ofSeconds(1));

    List<BatchCreateGrantsRequest> sent = adminServer.requests(BatchCreateGrantsRequest.class);
    assertEquals(3, result.join().orThrow().items().size());
    assertEquals(2, sent.size());
    assertEquals(sent.get(0), sent.get(1));
  }

  @Test
  void aBatchThatFailsStopsTheListAndNothingThatIsKnownIsLost() {
    TokenAdminClient once = newAdmin(builder -> builder.retry(RetryPolicy.NONE));
    adminServer.next(Fate.ANSWERED, Fate.ANSWER_LOST);

    BatchOutcome<NewGrant> outcome = once.grants().createAll(grants(2500, ""));

    assertEquals(List.of(1000, 1000), sizes());
    assertEquals(1501, outcome.failed().size(), "of the first batch one");
    TokenGuardException unknown = error(outcome, 1000);
    assertTrue(unknown.unavailable() && unknown.outcomeUnknown());
    TokenGuardException notSent = error(outcome, 2000);
    assertTrue(notSent.unavailable());
    assertFalse(notSent.outcomeUnknown());
    assertEquals("not sent: BatchCreateGrants: UNAVAILABLE: as told", notSent.getMessage());

    BatchOutcome<NewGrant> again = once.grants().createAll(outcome.failedRequests());
    List<BatchCreateGrantsRequest> sent = adminServer.requests(BatchCreateGrantsRequest.class);
    assertEquals(sent.get(1).getRequests(0), sent.get(2).getRequests(1), "with its id");
    assertEquals(1, again.failed().size());
  }

  @Test
  void anotherNumberOfAnswersIsNoAnswer() {
    adminServer.answer(
        BatchCreateGrantsRequest.class, batch -> BatchCreateGrantsResponse.getDefaultInstance());

    BatchOutcome<NewGrant> outcome = admin.grants().createAll(grants(2, ""));

    assertEquals(Status.Code.INTERNAL, error(outcome, 1).code());
  }

  @Test
  void anEmptyListAsksNobody() {
    assertEquals(List.of(), admin.grants().createAll(List.of()).orThrow().items());
    assertEquals(List.of(), adminServer.requests);
  }

  @Test
  void aClientThatIsClosedMidwayTellsWhatItKnows() {
    adminServer.answer(
        BatchCreateGrantsRequest.class,
        batch -> {
          admin.close();
          return allBut13(batch);
        });

    BatchOutcome<NewGrant> outcome = admin.grants().createAll(grants(1001, ""));

    assertTrue(outcome.items().get(0).done());
    assertEquals(Status.Code.CANCELLED, error(outcome, 1000).code());
  }

  @Test
  void membersOfOneAccountAreRemovedByTheirIds() {
    adminServer.answer(
        BatchRemoveMembersRequest.class,
        batch ->
            BatchRemoveMembersResponse.newBuilder()
                .addResults(BatchResult.getDefaultInstance())
                .addResults(BatchResult.newBuilder().setReplayed(true))
                .build());

    var outcome = admin.members().removeAll("acme", List.of("ann", "bob")).orThrow();

    assertEquals("bob", outcome.items().get(1).request().getMemberId());
    assertTrue(outcome.items().get(1).replayed());
    assertFalse(outcome.items().get(0).replayed());
  }

  private static TokenGuardException error(BatchOutcome<NewGrant> outcome, int index) {
    return assertInstanceOf(TokenGuardException.class, outcome.items().get(index).error());
  }

  private static List<NewGrant> grants(int count, String note) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(amount -> NewGrant.of("a", "t", amount, "r").withNote(note))
        .toList();
  }

  private List<Integer> sizes() {
    return adminServer.requests(BatchCreateGrantsRequest.class).stream()
        .map(BatchCreateGrantsRequest::getRequestsCount)
        .toList();
  }
}
