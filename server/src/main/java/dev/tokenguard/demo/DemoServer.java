package dev.tokenguard.demo;

import dev.tokenguard.StartException;
import dev.tokenguard.TokenGuardServer;
import dev.tokenguard.client.NewAccount;
import dev.tokenguard.client.TokenAdminClient;
import dev.tokenguard.client.TokenGuardClient;
import dev.tokenguard.config.CatalogException;
import dev.tokenguard.config.CatalogLoader;
import dev.tokenguard.config.ConfigException;
import dev.tokenguard.config.Settings;
import dev.tokenguard.config.SettingsLoader;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The TokenGuard of the demo, on a Redis of its own. Start and close it once. */
final class DemoServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Catalog catalog;
  private final TokenGuardServer server;

  private DemoServer(Catalog catalog, TokenGuardServer server) {
    this.catalog = catalog;
    this.server = server;
  }

  /**
   * Starts it. Its accounts are new ones: each run has a namespace of its own in Redis, so that the
   * second run tells the same story as the first.
   *
   * @param listen settings of where it listens; by default anywhere
   * @param data folder of its Redis
   */
  static DemoServer start(Map<String, String> listen, Path data)
      throws IOException, ConfigException, StartException {
    Catalog catalog = catalog();
    String namespace = "demo-" + Long.toString(System.currentTimeMillis(), 36);
    Map<String, String> settings = new HashMap<>();
    settings.put("redis.namespace", namespace);
    settings.put("embedded.data_dir", data.toString());
    settings.put("grpc.reflection", "true");
    settings.put("watch.interval", "100ms");
    settings.put("redis.command_timeout", PATIENCE.toSeconds() + "s");
    settings.putAll(listen);
    return new DemoServer(catalog, TokenGuardServer.start(load(settings), catalog));
  }

  /** The catalog of the demo. */
  static Catalog catalog() throws IOException, CatalogException {
    return CatalogLoader.parse(Resources.text("catalog.yaml"), "catalog.yaml");
  }

  private static Settings load(Map<String, String> settings) throws ConfigException {
    // Not the environment's settings: they are of a server that matters.
    return SettingsLoader.load(null, Map.of(), settings);
  }

  /** Opens an account on another plan than the default one, as an operator does. */
  void open(String account, String plan) {
    String key = operatorKey();
    try (TokenAdminClient admin =
        TokenAdminClient.builder(server.target())
            .bearerToken(() -> key)
            .deadline(PATIENCE)
            .build()) {
      admin.accounts().create(NewAccount.of(account).withPlan(plan(plan).name()));
    }
  }

  /** The key of an operator of this run. */
  String operatorKey() {
    return server.freshKey().orElseThrow();
  }

  /** A client that is patient with a machine that does much else. */
  static TokenGuardClient clientOf(String target) {
    return TokenGuardClient.builder(target).deadline(PATIENCE).build();
  }

  /** A plan of the catalog. */
  Plan plan(String name) {
    Plan plan = catalog.plans().get(name);
    if (plan == null) {
      throw new IllegalArgumentException(
          name + " (expected: one of " + catalog.plans().keySet() + ")");
    }
    return plan;
  }

  /** Where clients reach it. */
  String target() {
    return server.target();
  }

  /** Where it listens for HTTP; empty if it does not. */
  Optional<String> httpAddress() {
    return server.httpAddress();
  }

  /** Stops it and its Redis, and returns when both are gone. */
  @Override
  public void close() {
    server.close();
  }
}
