package dev.tokenguard.campaign;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a caller wanted once: all calls with one id and one verb. */
final class Operation {

  /** What operations are told apart by. */
  record Key(Rpc rpc, long id) {}

  final Key key;
  final List<Call> calls = new ArrayList<>();

  Operation(Key key) {
    this.key = key;
  }

  Rpc rpc() {
    return key.rpc();
  }

  long id() {
    return key.id();
  }

  long amount() {
    return calls.get(0).amount;
  }

  long ttlMillis() {
    return calls.get(0).ttlMillis;
  }

  /** Calls that may have been carried out and whose caller does not know. */
  long unknown() {
    return calls.stream().filter(Call::isUnknown).count();
  }

  /** When the first call began that may have been carried out; never if there is none. */
  long start() {
    return calls.stream()
        .filter(call -> call.isUnknown() || call.told == Told.OK)
        .mapToLong(call -> call.start)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /**
   * The call that was told of the change when it was made, the last if it was made more than once.
   */
  @Nullable Call maker() {
    Call last = null;
    for (Call call : calls) {
      if (call.madeChange() && (last == null || call.start > last.start)) {
        last = call;
      }
    }
    return last;
  }

  @Override
  public String toString() {
    return rpc() + " " + Requests.name(id());
  }
}
