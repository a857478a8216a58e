package dev.tokenguard.store.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Asks the Sentinels, while all seems well, whether another master has been named. One that is cut
 * off from them goes on taking writes until it hears that it was replaced; then they are lost.
 * Thread-safe.
 */
final class SentinelWatch implements AutoCloseable {
  /** While no Sentinel answers: Lettuce warns of each, at every try. */
  private static final long REST_NANOS = Duration.ofSeconds(3).toNanos();

  private final RedisClient client;
  private final RedisURI uri;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile @Nullable StatefulRedisSentinelConnection<String, String> connection;
  private volatile @Nullable SocketAddress named;
  private volatile long nextQuestion = System.nanoTime();

  SentinelWatch(RedisClient client, RedisURI uri) {
    this.client = client;
    this.uri = uri;
  }

  /**
   * Whether another one is named than before. A Sentinel that does not know better only repeats
   * itself, and one that does not answer names nobody.
   *
   * @return never fails; false while an answer is still awaited, and for a while after there was
   *     none
   */
  CompletionStage<Boolean> isReplaced() {
    if (System.nanoTime() - nextQuestion < 0 || !asking.compareAndSet(false, true)) {
      return CompletableFuture.completedFuture(false);
    }
    return connected()
        .thenCompose(
            made ->
                made.async()
                    .getMasterAddrByName(uri.getSentinelMasterId())
                    .handle(
                        (address, thrown) -> {
                          if (thrown != null || address == null) {
                            drop(made);
                            return false;
                          }
                          return isAnother(address);
                        }))
        .exceptionally(
            nobodyAnswers -> {
              nextQuestion = System.nanoTime() + REST_NANOS;
              return false;
            })
        .whenComplete((replaced, thrown) -> asking.set(false));
  }

  /** Any Sentinel will do; kept as long as it answers. */
  private CompletionStage<StatefulRedisSentinelConnection<String, String>> connected() {
    StatefulRedisSentinelConnection<String, String> kept = connection;
    return kept != null
        ? CompletableFuture.completedFuture(kept)
        : client
            .connectSentinelAsync(StringCodec.UTF8, uri)
            .thenApply(
                made -> {
                  connection = made;
                  return made;
                });
  }

  private void drop(StatefulRedisSentinelConnection<String, String> made) {
    connection = null; // the next question goes to one that answers
    made.closeAsync();
  }

  private boolean isAnother(SocketAddress address) {
    SocketAddress before = named;
    named = address;
    return before != null && !before.equals(address);
  }

  @Override
  public void close() {
    StatefulRedisSentinelConnection<String, String> made = connection;
    if (made != null) {
      made.closeAsync();
    }
  }
}
