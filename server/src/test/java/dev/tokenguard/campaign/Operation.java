package dev.tokenguard.campaign;

import java.util.ArrayList;
import java.util.List;

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

  @Override
  public String toString() {
    return rpc() + " " + Requests.name(id());
  }
}
