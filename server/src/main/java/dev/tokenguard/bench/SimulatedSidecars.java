package dev.tokenguard.bench;

import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.store.StoreListener;
import dev.tokenguard.store.TokenStore;
import dev.tokenguard.store.TokenStore.CommitCommand;
import dev.tokenguard.store.TokenStore.ReserveCommand;
import dev.tokenguard.store.redis.Durability;
import dev.tokenguard.store.redis.RedisLink;
import dev.tokenguard.store.redis.RedisSecurity;
import dev.tokenguard.store.redis.RedisStores;
import dev.tokenguard.store.redis.RedisTokenStore;
import dev.tokenguard.store.redis.StoreClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sidecars in this JVM, each with what a server has between its services and Redis, and without a
 * port: fifty JVMs would take more memory than most machines have.
 */
final class SimulatedSidecars implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration TTL = Duration.ofMinutes(10);
  private static final int QUEUE = 10_000;

  private final List<RedisLink> links = new ArrayList<>();
  private final List<TokenStore> stores = new ArrayList<>();
  private final Amounts cost;
  private final String feature;
  private final AtomicLong turn = new AtomicLong();

  /**
   * Connects.
   *
   * @param uri of their Redis
   * @param count how many
   * @param catalog which all of them have
   * @param feature of it, which is reserved
   */
  SimulatedSidecars(String uri, int count, Catalog catalog, String feature) throws BenchException {
    this.feature = feature;
    this.cost = Objects.requireNonNull(catalog.features().get(feature), feature).cost();
    for (int i = 0; i < count; i++) {
      RedisLink link =
          RedisLink.to(
              uri,
              new RedisLink.Options(
                  "tg",
                  PATIENCE,
                  PATIENCE,
                  false,
                  false,
                  QUEUE,
                  Durability.ASYNC,
                  RedisSecurity.BY_URI));
      links.add(link);
      stores.add(
          new RedisStores(
                  link,
                  "tg",
                  new RedisTokenStore.Limits(
                      1_000_000,
                      1_000_000,
                      Duration.ofHours(24),
                      Duration.ofDays(7),
                      10_000,
                      100,
                      400,
                      20),
                  () -> catalog,
                  StoreListener.NONE,
                  StoreClock.ofRedis())
              .tokens());
    }
    try {
      CompletableFuture.allOf(
              links.stream()
                  .map(link -> link.connect().toCompletableFuture())
                  .toArray(CompletableFuture[]::new))
          .join();
    } catch (CompletionException e) {
      close();
      throw new BenchException("no Redis for " + count + " sidecars: " + e.getMessage(), e);
    }
  }

  /** A reservation and its commit, by the sidecars in turn. */
  Operation pair(Supplier<String> accounts, Supplier<String> ids) {
    return done -> {
      TokenStore store = stores.get((int) (turn.getAndIncrement() % stores.size()));
      String account = accounts.get();
      String id = ids.get();
      store
          .reserve(new ReserveCommand(account, "", feature, id, cost, TTL, Map.of(), feature))
          .thenCompose(
              decision -> {
                if (decision instanceof Decision.Denied denied) {
                  throw new CompletionException(
                      new BenchException("denied: " + denied.denial().reason()));
                }
                return store.commit(new CommitCommand(account, id, null, Map.of()));
              })
          .whenComplete((settled, thrown) -> ended(done, thrown));
      return true;
    };
  }

  private static void ended(Operation.Completion done, @Nullable Throwable thrown) {
    if (thrown == null) {
      done.succeeded();
    } else {
      done.failed(String.valueOf(thrown.getMessage()));
    }
  }

  @Override
  public void close() {
    CompletableFuture.allOf(
            links.stream()
                .map(link -> CompletableFuture.runAsync(link::close))
                .toArray(CompletableFuture[]::new))
        .join();
  }
}
