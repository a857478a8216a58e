package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The member's side of memberships: who pays for it, and who did. Thread-safe. */
final class Payers {
  /**
   * A payer that does not know its member is not forgotten at once: an operator may be about to add
   * the member, whose side is written first.
   */
  private static final long GRACE_MILLIS = 60_000;

  private final ScriptRunner runner;
  private final Keys keys;
  private final StoreClock clock;

  Payers(ScriptRunner runner, Keys keys, StoreClock clock) {
    this.clock = clock;
    this.runner = runner;
    this.keys = keys;
  }

  /** The accounts that the member was added to, also those that it has left not long ago. */
  CompletionStage<List<String>> of(String member) {
    return runner.read(commands -> commands.hgetall(keys.belongs(member))).thenApply(Payers::names);
  }

  /**
   * The account that knows a reservation, of the member's own and all that it was added to; empty if
   * none does.
   */
  CompletionStage<String> whoKnows(String member, byte[] reservation) {
    return of(member)
        .thenCompose(
            accounts -> {
              List<String> candidates = new ArrayList<>(accounts);
              candidates.add(member);
              List<CompletableFuture<Boolean>> known = new ArrayList<>(candidates.size());
              for (String account : candidates) {
                known.add(
                    runner
                        .read(commands -> commands.hexists(keys.holds(account), reservation))
                        .toCompletableFuture());
              }
              return CompletableFuture.allOf(known.toArray(CompletableFuture[]::new))
                  .thenApply(
                      done -> {
                        for (int i = 0; i < candidates.size(); i++) {
                          if (known.get(i).join()) {
                            return candidates.get(i);
                          }
                        }
                        return "";
                      });
            });
  }

  private static List<String> names(Map<byte[], byte[]> belongs) {
    List<String> names = new ArrayList<>(belongs.size());
    for (byte[] name : belongs.keySet()) {
      names.add(new String(name, UTF_8));
    }
    return names;
  }

  /** The payer says that the member is none of its: the member then pays for itself. */
  CompletionStage<?> release(String member, String payer) {
    return leave(member, payer, GRACE_MILLIS);
  }

  /** The member has left, if it was the payer's for at least so long. */
  CompletionStage<List<Object>> leave(String member, String payer, long afterMillis) {
    return runner.run(
        Script.LEAVE,
        keys.withBelongs(member),
        new byte[][] {
          payer.getBytes(UTF_8), number(afterMillis), number(clock.forScripts()),
        });
  }

  private static byte[] number(long number) {
    return Long.toString(number).getBytes(UTF_8);
  }
}
