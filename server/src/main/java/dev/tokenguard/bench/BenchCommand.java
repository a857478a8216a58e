package dev.tokenguard.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.tokenguard.command.OperatorCommands;
import dev.tokenguard.embedded.EmbeddedRedis;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures a server. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures a server of its own on a Redis of its own, or a running one (--target, --redis), and"
          + " prints rates, latencies, costs and the budgets of the design.",
      "",
      "A missed budget is told and no failure; a call that fails is one: exit code 1.",
      ""
    })
public final class BenchCommand implements Callable<Integer> {
  /**
   * A JVM as a sidecar wants it: the first compiler alone starts in half the processor time and
   * takes 20 MiB less, and what malloc keeps goes back to the system (from JDK 17.0.9 on).
   */
  static final String JVM_ARGUMENTS =
      "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xms16m -Xmn4m -Xmx48m -Xss512k"
          + " -XX:+IgnoreUnrecognizedVMOptions -XX:TrimNativeHeapInterval=1000";

  @Option(
      names = "--quick",
      description = "Half a minute in all, and --growth over few accounts: noisy.")
  private boolean quick;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long each row is measured (default: 5, with --quick 0.5).")
  private double seconds;

  @Option(
      names = "--accounts",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Accounts that calls are spread over (default: ${DEFAULT-VALUE}).")
  private int accounts;

  @Option(
      names = "--channels",
      paramLabel = "N",
      defaultValue = "1",
      description = "Connections to the server (default: ${DEFAULT-VALUE}).")
  private int channels;

  @Option(
      names = "--growth",
      description =
          "Also measure accounts with a long history, and very many accounts, which are made"
              + " through the API: calls of them, lists, the background walk. Minutes.")
  private boolean growth;

  @Option(
      names = "--sidecars",
      description =
          "Also measure 1, 10 and 50 sidecars on one Redis, simulated in this JVM, and 1 and 4 real"
              + " servers. Not with --target.")
  private boolean sidecars;

  @Option(
      names = "--topologies",
      description =
          "Also measure Clusters of 1, 2 and 3 masters, and a replica that is waited for"
              + " (redis.durability), all on this machine: ratios only. Not with --target.")
  private boolean topologies;

  @Option(
      names = "--capacity",
      description =
          "Also measure what capacity planning needs: bytes of memory for each account, hold, entry,"
              + " grant and member, and processor time and bytes for each call. Minutes.")
  private boolean capacity;

  @Option(
      names = "--growth-accounts",
      paramLabel = "N",
      description =
          "How many accounts --growth and --capacity make (default: 1000000, with --quick 20000).")
  private int growthAccounts;

  @Option(names = "--json", paramLabel = "FILE", description = "Also write all figures there.")
  private @Nullable Path json;

  @Option(
      names = "--server-java",
      paramLabel = "FILE",
      description = "The java that runs the server (default: the one that runs this).")
  private @Nullable Path serverJava;

  @Option(
      names = "--server-jvm-args",
      paramLabel = "ARGS",
      defaultValue = JVM_ARGUMENTS,
      description = "Arguments of the server's JVM (default: ${DEFAULT-VALUE}).")
  private String serverJvmArguments = "";

  @Option(
      names = "--redis-server",
      paramLabel = "FILE",
      defaultValue = "",
      description = "The Redis to start, or `bundled` (default: redis-server on the PATH, if any).")
  private String redisServer = "";

  @Option(
      names = "--target",
      paramLabel = "ADDRESS",
      description = "A running server, host:port or unix:/path. Opens accounts named bench-...")
  private @Nullable String target;

  @Option(
      names = "--redis",
      paramLabel = "URI",
      description = "The Redis that the running server uses; needs the right to MONITOR.")
  private @Nullable String redisUri;

  @Option(
      names = "--feature",
      paramLabel = "NAME",
      defaultValue = OwnServer.FEATURE,
      description = "What to reserve on the running server (default: ${DEFAULT-VALUE}).")
  private String feature = "";

  @Option(
      names = "--server-pid",
      paramLabel = "PID",
      description = "The running server's process, for its memory and processor time.")
  private @Nullable Long serverPid;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Progress progress = new Progress(spec.commandLine().getErr(), System.console() != null);
    try {
      Results results = target == null ? onOwn(progress) : onRunning(target, progress);
      progress.end();
      PrintWriter out = spec.commandLine().getOut();
      out.print(TextReport.of(results));
      out.flush();
      if (json != null) {
        Files.writeString(json, JsonReport.of(results));
      }
      boolean failed =
          results.overspent() != 0
              || results.rows().all().stream().anyMatch(row -> !row.failures().isEmpty());
      return failed ? 1 : 0;
    } catch (BenchException e) {
      progress.end();
      spec.commandLine().getErr().println("tokenguard bench: " + e.getMessage());
      return 1;
    }
  }

  private Results onOwn(Progress progress) throws BenchException, InterruptedException {
    // It says that it is for one server only, which is so.
    ((Logger) LoggerFactory.getLogger(EmbeddedRedis.class)).setLevel(Level.ERROR);
    Path java =
        serverJava == null ? Path.of(System.getProperty("java.home"), "bin", "java") : serverJava;
    List<String> arguments =
        serverJvmArguments.isBlank() ? List.of() : List.of(serverJvmArguments.trim().split("\\s+"));
    OwnServer.Options start =
        new OwnServer.Options(java, arguments, redisServer, quick ? 1 : 3, growth);
    progress.say("start            Redis and a server");
    OwnServer own = new OwnServer(start);
    Thread atExit = new Thread(own::close, "bench-exit");
    Runtime.getRuntime().addShutdownHook(atExit);
    try (own) {
      return run(own.start(start), progress, own.more(start));
    } finally {
      removeHook(atExit);
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It runs already: the bench was interrupted.
    }
  }

  private Results onRunning(String running, Progress progress)
      throws BenchException, InterruptedException {
    if (redisUri == null) {
      throw new BenchException("--target needs --redis, the Redis that the server uses");
    }
    return run(
        new Subject(
            running,
            Objects.requireNonNullElse(System.getenv(OperatorCommands.KEY_VARIABLE), ""),
            redisUri,
            feature,
            serverPid == null ? OptionalLong.empty() : OptionalLong.of(serverPid),
            List.of(),
            running),
        progress,
        null);
  }

  private Results run(Subject subject, Progress progress, @Nullable MoreServers more)
      throws BenchException, InterruptedException {
    Names names = new Names();
    try (Channels connections = new Channels(subject.target(), channels, subject.operatorKey());
        RedisCalls redis = new RedisCalls(subject.redisUri(), names)) {
      return new Bench(options(), subject, connections, redis, names, progress, more).run();
    }
  }

  private BenchOptions options() {
    double row = seconds > 0 ? seconds : quick ? 0.5 : 5;
    return new BenchOptions(
        Duration.ofNanos((long) (row * 1e9)),
        quick ? 3 : 5,
        Duration.ofNanos((long) (1e9 * Math.min(10 * row, quick ? 4 : 15))),
        channels,
        accounts,
        growth,
        sidecars,
        topologies,
        capacity,
        growthAccounts > 0 ? growthAccounts : quick ? 20_000 : 1_000_000,
        quick ? 5_000 : 100_000);
  }
}
