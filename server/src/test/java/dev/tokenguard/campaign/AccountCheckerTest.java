package dev.tokenguard.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the checker lets pass, and everything that it must not. */
class AccountCheckerTest {

  private final HistoryBuilder account = new HistoryBuilder();

  private void holds() {
    AccountHistory history = account.history();
    assertEquals(List.of(), AccountChecker.check(history).violations());
  }

  private void breaks(String... rules) {
    AccountHistory history = account.history();
    Set<String> found =
        AccountChecker.check(history).violations().stream()
            .map(Violation::rule)
            .collect(Collectors.toCollection(TreeSet::new));
    assertTrue(found.containsAll(Set.of(rules)), () -> "found " + found);
  }

  @Test
  void everythingThatCallersDo() {
    account.balance();
    account.reserve(1, 100);
    account.commit(1, Call.WHOLE);
    account.reserve(2, 100);
    account.reserveAgain(2);
    account.extend(2, 150);
    account.commit(2, 60);
    account.reserve(3, 50);
    account.refund(3);
    account.consume(4, 5);
    account.check(10_000);
    account.check(10);
    account.reserveDenied(5, 10_000);
    account.grant(6, 77);
    account.adjust(7, -7);
    account.reserve(8, 30, 1000);
    account.expire(8);
    account.commit(8, 40);
    account.reserve(9, 10);
    account.commit(9, 5000);
    account.told(Rpc.REFUND, 9, 0, Told.ENDED, HoldState.COMMITTED);
    account.told(Rpc.COMMIT, 99, 0, Told.NOT_FOUND, HoldState.NONE);
    account.told(Rpc.ADJUST, 98, -10_000, Told.INSUFFICIENT, HoldState.NONE);
    holds();
  }

  @Test
  void callsThatNobodyHeardOf() {
    HistoryBuilder.unheard(account.reserve(1, 101));
    account.reserveAgain(1);
    HistoryBuilder.unheard(account.reserve(2, 57));
    HistoryBuilder.unheard(account.extend(1, 300));
    HistoryBuilder.unheard(account.consume(3, 9));
    HistoryBuilder.unheard(account.commit(2, 50));
    account.balance();
    HistoryBuilder.unheard(account.reserve(4, 11));
    HistoryBuilder.unheard(account.reserve(5, 13));
    account.consume(6, 1);
    HistoryBuilder.unheard(account.told(Rpc.RESERVE, 7, 12, Told.UNKNOWN, HoldState.NONE));
    account.balance();
    holds();
  }

  /** Of two that nobody heard of, and of their repetitions, what is held tells which it was. */
  @Test
  void anExtensionThatWasRepeated() {
    account.reserve(1, 100);
    account.reserve(2, 50);
    account.told(Rpc.EXTEND, 1, 170, Told.UNKNOWN, HoldState.NONE).end = Long.MAX_VALUE;
    account.told(Rpc.EXTEND, 1, 170, Told.UNKNOWN, HoldState.NONE).end = Long.MAX_VALUE;
    HistoryBuilder.unheard(account.extend(2, 80));
    HistoryBuilder.unheard(account.extend(2, 80));
    account.extend(2, 80);
    account.commit(2, Call.WHOLE);
    account.commit(1, Call.WHOLE);
    holds();
  }

  /** Repetitions that add nothing are all alike, but for how late they can have been. */
  @Test
  void extensionsThatAddNothing() {
    account.reserve(1, 100);
    account.reserve(2, 50);
    for (long id : new long[] {1, 2}) {
      Call call = account.told(Rpc.EXTEND, id, id == 1 ? 100 : 160, Told.UNKNOWN, HoldState.NONE);
      call.end = Long.MAX_VALUE;
    }
    account.extend(1, 100);
    account.extend(2, 160);
    HistoryBuilder.unheard(account.extend(2, 160));
    account.balance();
    account.commit(2, Call.WHOLE);
    HistoryBuilder.unheard(account.extend(1, 100));
    account.balance();
    account.commit(1, Call.WHOLE);
    holds();
  }

  /** Near a fault nobody says what is held: what is missing before it and after it is one sum. */
  @Test
  void whatNobodyHeardOfOnBothSidesOfAFault() {
    account.pass(5000);
    HistoryBuilder.unheard(account.reserve(1, 101));
    account.consume(2, 5);
    account.lose(account.mark(), 1000);
    account.pass(2000);
    HistoryBuilder.unheard(account.reserve(3, 57));
    account.balance();
    holds();
  }

  @Test
  void aLostTailOfAFaultThatMayTakeIt() {
    account.reserve(1, 100);
    account.pass(5000);
    HistoryBuilder.Mark mark = account.mark();
    account.commit(1, 60);
    account.reserve(2, 10);
    account.balance();
    account.lose(mark, 1000);
    account.told(Rpc.COMMIT, 2, Call.WHOLE, Told.NOT_FOUND, HoldState.NONE);
    account.balance();
    account.consume(3, 5);
    AccountChecker.Verdict verdict = AccountChecker.check(account.history());
    assertEquals(List.of(), verdict.violations());
    assertEquals(2, verdict.lost().values().iterator().next().size());
  }

  /** Who is told of what is new before a fault takes it may be told anything but this. */
  @Test
  void anOldStateThatNeverWasNearAFault() {
    account.consume(1, 10);
    account.consume(2, 10);
    account.pass(5000);
    HistoryBuilder.Mark mark = account.mark();
    Call read = account.balance();
    account.lose(mark, 1000);
    read.consumed--;
    read.available++;
    breaks("reply");
  }

  @Test
  void aNewStateThatAFaultTook() {
    account.consume(1, 10);
    account.pass(5000);
    HistoryBuilder.Mark mark = account.mark();
    HistoryBuilder.unheard(account.consume(2, 10));
    account.balance();
    account.told(Rpc.COMMIT, 2, 10, Told.ENDED, HoldState.COMMITTED);
    account.lose(mark, 1000);
    holds();
  }

  @Test
  void aLostUpdate() {
    account.reserve(1, 100);
    HistoryBuilder.Mark mark = account.mark();
    account.consume(2, 10);
    account.forget(mark);
    account.consume(3, 5);
    breaks("lost");
  }

  @Test
  void aChangeLostTooLongBeforeTheFault() {
    HistoryBuilder.Mark mark = account.mark();
    account.consume(1, 10);
    account.pass(5000);
    account.lose(mark, 1000);
    account.consume(2, 5);
    breaks("lost");
  }

  /** Revision 2 is gone, and 3 is not. */
  @Test
  void aHoleInTheMiddle() {
    Call first = account.reserve(1, 100);
    account.reserve(2, 50);
    HistoryBuilder.Mark mark = account.mark();
    account.lose(mark, 1000);
    account.consume(3, 7);
    AccountHistory whole = account.history();
    // The books know the second one only, as if the first had never been.
    Closing closing = whole.closing();
    Closing without =
        new Closing(closing.balance(), closing.open().subList(1, 2), closing.ledger(), List.of());
    AccountHistory history =
        new AccountHistory(7, whole.calls(), without, whole.losses(), whole.allowance(), 0);
    Set<String> found =
        AccountChecker.check(history).violations().stream()
            .map(Violation::rule)
            .collect(Collectors.toSet());
    assertTrue(found.contains("hole"), () -> first + " " + found);
  }

  @Test
  void aDoubleDebit() {
    account.consume(1, 10);
    account.consume(1, 10);
    breaks("model");
  }

  @Test
  void aCommitThatChargesTwice() {
    account.reserve(1, 10);
    account.reserve(2, 10);
    account.commit(1, Call.WHOLE);
    Call second = account.commit(2, Call.WHOLE);
    second.id = 1;
    breaks("unasked");
  }

  @Test
  void aStaleRead() {
    Call early = account.balance();
    account.consume(1, 10);
    early.start = account.now() + 1;
    early.end = account.now() + 2;
    breaks("order");
  }

  @Test
  void anAnswerBeforeItsCall() {
    Call change = account.consume(1, 10);
    account.balance();
    change.start = account.now() + 1;
    change.end = account.now() + 2;
    breaks("order");
  }

  @Test
  void anUnheardCallThatTookEffectBeforeItWasAsked() {
    Call change = HistoryBuilder.unheard(account.reserve(1, 10));
    account.balance();
    change.start = account.now() + 1;
    breaks("unexplained");
  }

  @Test
  void aResurrectedReservation() {
    account.reserve(1, 10);
    account.refund(1);
    Call again = account.consume(2, 10);
    Closing.Entry entry = account.ledger().remove(account.ledger().size() - 1);
    account
        .ledger()
        .add(
            new Closing.Entry(
                entry.revision(),
                entry.kind(),
                1,
                0,
                10,
                0,
                0,
                entry.balance(),
                false,
                entry.timeMillis()));
    again.rpc = Rpc.COMMIT;
    again.id = 1;
    breaks("model");
  }

  @Test
  void aWrongBalance() {
    account.consume(1, 10);
    Call read = account.balance();
    read.consumed++;
    read.available--;
    breaks("reply");
  }

  @Test
  void moreHeldThanThereWas() {
    account.reserve(1, ALL);
    account.reserve(2, 10);
    breaks("model");
  }

  private static final long ALL = HistoryBuilder.ALLOWANCE;

  @Test
  void aDenialOfWhatThereWas() {
    Call denied = account.reserveDenied(1, 10_000);
    denied.amount = 10;
    denied.charged = 10;
    breaks("reply");
  }

  @Test
  void anExpiryBeforeItsTime() {
    account.reserve(1, 10, 60_000);
    long before = account.now();
    account.expire(1);
    Closing.Entry entry = account.ledger().remove(account.ledger().size() - 1);
    account
        .ledger()
        .add(
            new Closing.Entry(
                entry.revision(),
                entry.kind(),
                1,
                0,
                0,
                0,
                10,
                entry.balance(),
                false,
                before / 1_000_000));
    breaks("model");
  }

  @Test
  void aHoldThatOutlivesItsTime() {
    account.reserve(1, 10, 1000);
    account.pass(2000);
    account.balance();
    breaks("reply");
  }

  @Test
  void aReservationThatIsSaidNotToBe() {
    account.reserve(1, 10);
    account.told(Rpc.COMMIT, 1, Call.WHOLE, Told.NOT_FOUND, HoldState.NONE);
    breaks("reply");
  }

  @Test
  void anEndThatIsSaidAndNotSo() {
    account.reserve(1, 10);
    account.told(Rpc.COMMIT, 1, Call.WHOLE, Told.ENDED, HoldState.REFUNDED);
    breaks("reply");
  }

  @Test
  void tooLittleIsSaidWhereThereWasEnough() {
    account.told(Rpc.ADJUST, 1, -10, Told.INSUFFICIENT, HoldState.NONE);
    breaks("reply");
  }

  @Test
  void aChangeThatNobodyAskedFor() {
    Call call = account.consume(1, 10);
    account.balance();
    call.told = Told.NOT_DONE;
    breaks("unasked");
  }

  @Test
  void aHoldThatNobodyAskedFor() {
    Call call = account.reserve(1, 10);
    account.balance();
    call.told = Told.NOT_DONE;
    breaks("unexplained");
  }

  @Test
  void anAuditThatFindsSomething() {
    account.finding("drift of 1");
    breaks("reply");
  }

  @Test
  void anInternalFault() {
    account.told(Rpc.CONSUME, 1, 10, Told.BROKEN, HoldState.NONE);
    breaks("reply");
  }
}
