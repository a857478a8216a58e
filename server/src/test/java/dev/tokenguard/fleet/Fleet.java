package dev.tokenguard.fleet;

import dev.tokenguard.config.CatalogException;
import dev.tokenguard.config.CatalogLoader;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.store.StoreListener;
import dev.tokenguard.store.TokenStore.ReserveCommand;
import dev.tokenguard.store.redis.Durability;
import dev.tokenguard.store.redis.RedisLink;
import dev.tokenguard.store.redis.RedisSecurity;
import dev.tokenguard.store.redis.RedisStores;
import dev.tokenguard.store.redis.RedisTokenStore;
import dev.tokenguard.store.redis.StoreClock;
import dev.tokenguard.topology.RedisNode;
import dev.tokenguard.wire.Await;
import dev.tokenguard.wire.WireServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Sidecars on one Redis, in this JVM: each has what a server has between its services and Redis,
 * and no port. Fifty of them take less than one more JVM does.
 */
final class Fleet implements AutoCloseable {
  static final Duration LEDGER_AGE = Duration.ofDays(400);

  private static final String NAMESPACE = "tg";

  private final List<Sidecar> sidecars = new ArrayList<>();

  /**
   * One of them.
   *
   * @param name no two are alike
   * @param link its way to Redis
   * @param stores on that
   */
  record Sidecar(String name, RedisLink link, RedisStores stores) {

    /** Charges tokens of the plan that accounts are opened on. */
    CompletionStage<Decision> consume(String account, String id, long amount) {
      Amounts amounts = Amounts.of("tokens", amount);
      return stores
          .tokens()
          .consume(
              new ReserveCommand(
                  account,
                  "",
                  "generate",
                  id,
                  amounts,
                  Duration.ofMinutes(10),
                  Map.of(),
                  "generate " + amount));
    }
  }

  /** Makes sidecars that are not connected yet. */
  Fleet(String uri, int count) throws CatalogException {
    Catalog catalog = CatalogLoader.parse(WireServer.CATALOG, "catalog");
    for (int i = 0; i < count; i++) {
      RedisLink link =
          RedisLink.to(
              uri,
              new RedisLink.Options(
                  NAMESPACE,
                  Duration.ofSeconds(2),
                  Await.LONG,
                  true,
                  false,
                  10_000,
                  Durability.ASYNC,
                  RedisSecurity.BY_URI));
      RedisStores stores =
          new RedisStores(
              link,
              NAMESPACE,
              new RedisTokenStore.Limits(
                  10_000, 10_000, Duration.ofHours(24), Duration.ofDays(7), 1000, 100, 400, 20),
              () -> catalog,
              StoreListener.NONE,
              StoreClock.ofRedis());
      sidecars.add(new Sidecar("sidecar-" + i, link, stores));
    }
  }

  /**
   * Connects all, or tries to, and lets them go on by themselves, as a server does at its start.
   */
  Fleet start() {
    for (Sidecar each : sidecars) {
      try {
        each.link().connect().toCompletableFuture().join();
      } catch (CompletionException e) {
        // Redis is away: it tries again.
      }
      each.link().start();
    }
    return this;
  }

  List<Sidecar> all() {
    return sidecars;
  }

  Sidecar get(int number) {
    return sidecars.get(number % sidecars.size());
  }

  void awaitUp() {
    Await.until("all sidecars are back", () -> sidecars.stream().allMatch(s -> s.link().isUp()));
  }

  void awaitDown() {
    Await.until("all sidecars know", () -> sidecars.stream().noneMatch(s -> s.link().isUp()));
  }

  /** Many calls at once by every sidecar; returns when all are answered. */
  void spend(String prefix, int callsOfEach) {
    List<CompletableFuture<?>> going = new ArrayList<>();
    for (int i = 0; i < callsOfEach; i++) {
      for (Sidecar each : sidecars) {
        String id = prefix + "-" + each.name() + "-" + i;
        going.add(each.consume("account-" + i % 10, id, 1).toCompletableFuture());
      }
    }
    CompletableFuture.allOf(going.toArray(CompletableFuture[]::new))
        .orTimeout(Await.LONG.toSeconds(), TimeUnit.SECONDS)
        .join();
  }

  /** Closes all at once: one after the other would take a while. */
  @Override
  public void close() {
    CompletableFuture.allOf(
            sidecars.stream()
                .map(each -> CompletableFuture.runAsync(() -> each.link().close()))
                .toArray(CompletableFuture[]::new))
        .join();
  }

  /** What Redis says of those who are connected to it, without who asks. */
  static List<String> clients(RedisNode redis) {
    return Stream.of(redis.text("CLIENT", "LIST").split("\n"))
        .filter(line -> !line.isBlank() && !line.contains("cmd=client"))
        .toList();
  }
}
