package dev.tokenguard.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Histories made by chance are good; whatever is altered in one of their answers is found. */
class MutationTest {

  private static final int STEPS = 200;

  @RepeatedTest(20)
  void whatIsAlteredIsFound(RepetitionInfo info) {
    int seed = info.getCurrentRepetition();
    assertEquals(List.of(), AccountChecker.check(history(seed)).violations(), "seed " + seed);
    for (int i = 0; i < 50; i++) {
      AccountHistory altered = history(seed);
      String what = alter(altered, new Random(seed * 1000L + i));
      assertTrue(
          !AccountChecker.check(altered).violations().isEmpty(),
          "seed " + seed + ": not found: " + what);
    }
  }

  /** Some of everything, one in ten unheard. */
  private static AccountHistory history(long seed) {
    Random random = new Random(seed);
    HistoryBuilder account = new HistoryBuilder();
    List<Long> open = new ArrayList<>();
    account.grant(1, 1L << 40);
    for (int i = 2; i < STEPS; i++) {
      long amount = 1 + random.nextInt(1 << 30);
      boolean heard = random.nextInt(10) > 0;
      Call call =
          switch (random.nextInt(8)) {
            case 0, 1, 2 -> {
              open.add((long) i);
              yield account.reserve(i, amount);
            }
            case 3 -> open.isEmpty() ? null : account.commit(taken(open, random), amount);
            case 4 -> open.isEmpty() ? null : account.refund(taken(open, random));
            case 5 -> account.consume(i, amount);
            case 6 -> account.adjust(i, amount);
            default -> account.balance();
          };
      if (call != null && !heard && call.rpc.changes()) {
        HistoryBuilder.unheard(call);
      }
    }
    return account.history();
  }

  private static long taken(List<Long> open, Random random) {
    return open.remove(random.nextInt(open.size()));
  }

  /** Alters one number of one answer. */
  private static String alter(AccountHistory history, Random random) {
    List<Call> told = history.calls().stream().filter(call -> call.told.tellsState()).toList();
    Call call = told.get(random.nextInt(told.size()));
    String before = call.toString();
    switch (random.nextInt(7)) {
      case 0 -> call.granted++;
      case 1 -> call.consumed++;
      case 2 -> call.held--;
      case 3 -> call.available++;
      case 4 -> call.debt++;
      case 5 -> call.revision += random.nextBoolean() ? 1 : -1;
      default -> {
        // Of an answer, another call's balances.
        Call other = told.get(random.nextInt(told.size()));
        if (other.revision == call.revision) {
          call.lapsed++;
        } else {
          call.granted = other.granted;
          call.consumed = other.consumed;
          call.held = other.held;
          call.available = other.available;
          call.debt = other.debt;
        }
      }
    }
    return before + " as " + call;
  }
}
