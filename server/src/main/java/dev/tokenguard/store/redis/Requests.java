package dev.tokenguard.store.redis;

import dev.tokenguard.domain.FaultException;
import dev.tokenguard.store.ChangeRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What operators asked for before, for changes that take more than one step. Thread-safe. */
record Requests(ScriptRunner runner, Keys keys) {
  private static final int FINGERPRINT = 0; // position in what remember.lua writes

  /**
   * Whether a request was carried out before.
   *
   * @throws FaultException in the stage, if its id was used with another request
   */
  CompletionStage<Boolean> doneBefore(String account, ChangeRequest request) {
    if (request.id().isEmpty()) {
      return CompletableFuture.completedStage(false);
    }
    return runner
        .read(commands -> commands.hget(keys.holds(account), OperatorCall.subject(request)))
        .thenApply(
            (byte @Nullable [] remembered) -> {
              if (remembered == null) {
                return false;
              }
              String before = StoredValues.text(StoredValues.values(remembered), FINGERPRINT);
              if (!before.equals(request.fingerprint())) {
                throw OperatorCall.mismatch(request);
              }
              return true;
            });
  }
}
