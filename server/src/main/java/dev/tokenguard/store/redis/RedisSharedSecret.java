package dev.tokenguard.store.redis;

import dev.tokenguard.domain.SharedSecret;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A secret in a string. Who deletes it ends all that was signed with it. Thread-safe. */
final class RedisSharedSecret implements SharedSecret {
  private static final int BYTES = 32;

  private final ScriptRunner runner;
  private final byte[] key;
  private final SecureRandom random = new SecureRandom();

  RedisSharedSecret(ScriptRunner runner, byte[] key) {
    this.runner = runner;
    this.key = key;
  }

  @Override
  public CompletionStage<byte[]> get() {
    byte[] fresh = new byte[BYTES];
    random.nextBytes(fresh);
    return runner
        .run(Script.SECRET, new byte[][] {key}, new byte[][] {fresh})
        .thenApply(reply -> (byte[]) reply.get(1));
  }

  @Override
  public CompletionStage<Optional<byte[]>> find() {
    return runner
        .<byte @Nullable []>read(commands -> commands.get(key))
        .thenApply(Optional::ofNullable);
  }
}
