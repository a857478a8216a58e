package dev.tokenguard;

import dev.tokenguard.command.OperatorCommands;
import dev.tokenguard.command.TlsOptions;
import dev.tokenguard.config.CatalogException;
import dev.tokenguard.config.CatalogLoader;
import dev.tokenguard.config.ConfigException;
import dev.tokenguard.config.Settings;
import dev.tokenguard.config.SettingsLoader;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.EffectiveSetting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the server until it is told to stop. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    customSynopsis = "tokenguard serve [--config=FILE] [--SETTING=VALUE]...",
    description = {
      "Runs the server until SIGTERM or SIGINT, then finishes the calls in flight and exits 0.",
      "",
      "A setting comes from its flag, else from its environment variable (grpc.listen is"
          + " TOKENGUARD_GRPC_LISTEN), else from the file, else it has its default.",
      ""
    })
final class ServeCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);

  /** The catalog for a first try, the same file as deploy/catalogs has. */
  private static final String EXAMPLE = "website-builder.yaml";

  @Option(names = "--config", paramLabel = "FILE", description = "Settings, as YAML.")
  private @Nullable Path config;

  @Mixin private SettingFlags flags = new SettingFlags();

  @Override
  public Integer call() throws ConfigException, StartException, IOException, InterruptedException {
    long start = System.nanoTime();
    Settings settings = SettingsLoader.load(config, environment(), flags.values());
    Logging.configure(
        settings.log().level().name(), settings.log().format() == Settings.LogFormat.JSON);
    settingsInForce(settings).forEach(log::info);
    TokenGuardServer server = new TokenGuardServer(settings, catalog(settings));
    Thread stop = new Thread(() -> stopInOrder(server), "stop");
    // Before it starts: a signal in the middle must not leave its Redis behind.
    Runtime.getRuntime().addShutdownHook(stop);
    try {
      server.start();
    } catch (StartException e) {
      Runtime.getRuntime().removeShutdownHook(stop);
      throw e;
    }
    log.info(
        "TokenGuard {} {} gRPC at {}{} after {} ms",
        Version.current(),
        server.isReady() ? "serves" : "waits for Redis and listens for",
        server.target(),
        server.httpAddress().map(address -> ", HTTP at " + address).orElse(""),
        Duration.ofNanos(System.nanoTime() - start).toMillis());
    server
        .freshKey()
        .ifPresent(
            key ->
                log.warn(
                    "No auth.credentials_file is set: operators' calls take this key, made for this"
                        + " run: {}={}",
                    OperatorCommands.KEY_VARIABLE,
                    key));
    new CountDownLatch(1).await(); // until a signal stops the process
    return 0;
  }

  /**
   * A line for each group of settings, without secrets; with what set those that are no defaults.
   */
  static List<String> settingsInForce(Settings settings) {
    Map<String, StringJoiner> lines = new LinkedHashMap<>();
    for (EffectiveSetting each : settings.effective()) {
      int dot = each.name().indexOf('.');
      String group = each.name().substring(0, dot);
      String origin = each.origin().isEmpty() ? "" : " (" + each.origin() + ")";
      lines
          .computeIfAbsent(group, name -> new StringJoiner(", ", "Settings of " + name + ": ", ""))
          .add(
              each.name().substring(dot + 1)
                  + "="
                  + (each.value().isEmpty() ? "-" : each.value())
                  + origin);
    }
    return lines.values().stream().map(StringJoiner::toString).toList();
  }

  /** Without what is for the commands that call a server, and would be an unknown setting. */
  private static Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.remove(OperatorCommands.TARGET_VARIABLE);
    TlsOptions.variables().forEach(environment::remove);
    environment.remove(OperatorCommands.KEY_VARIABLE);
    return environment;
  }

  private static Catalog catalog(Settings settings)
      throws CatalogException, StartException, IOException {
    if (settings.catalog().file().isPresent()) {
      return CatalogLoader.load(settings.catalog().file().get());
    }
    if (settings.redis().uri().isPresent()) {
      throw new StartException(
          "catalog.file: not set (expected: the YAML file with token types, features and plans);"
              + " deploy/catalogs has some to start from");
    }
    log.warn("No catalog.file is set: serving the example {}, five websites a day", EXAMPLE);
    return CatalogLoader.parse(example(), EXAMPLE);
  }

  static String example() throws IOException {
    try (InputStream in = ServeCommand.class.getResourceAsStream("catalogs/" + EXAMPLE)) {
      if (in == null) {
        throw new IllegalStateException(EXAMPLE + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The JVM would exit with 143 after a SIGTERM; a server that stopped in order exits with 0. */
  private static void stopInOrder(TokenGuardServer server) {
    log.info("Stopping: new calls are turned away, those in flight finish");
    server.close();
    log.info("Stopped");
    Runtime.getRuntime().halt(0);
  }
}
