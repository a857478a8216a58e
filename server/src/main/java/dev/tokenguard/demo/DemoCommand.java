package dev.tokenguard.demo;

import dev.tokenguard.Logging;
import dev.tokenguard.StartException;
import dev.tokenguard.client.TokenGuardClient;
import dev.tokenguard.config.ConfigException;
import dev.tokenguard.demo.Console.Mood;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the main job in one go. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what TokenGuard does, in a few seconds: starts a server with a Redis of its own and a"
          + " small website generator, which turns a folder of briefs into static sites through the"
          + " Java client. Leaves the sites and its data in a folder, and no process behind.",
      ""
    })
public final class DemoCommand implements Callable<Integer> {
  private static final int FAILED = 1;

  @Option(
      names = "--briefs",
      paramLabel = "DIR",
      description = "Briefs of your own (.md, .txt) instead of those that come along.")
  private @Nullable Path briefs;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "tokenguard-demo",
      description = "Where sites and data go (default: ${DEFAULT-VALUE}).")
  private Path folder = Path.of("");

  @Option(names = "--serve", description = "Stay up afterwards, until Ctrl-C.")
  private boolean serve;

  @Option(
      names = "--grpc.listen",
      paramLabel = "ADDRESS",
      description = "Where services call (default: any free port; with --serve 127.0.0.1:7707).")
  private @Nullable String grpcListen;

  @Option(
      names = "--http.listen",
      paramLabel = "ADDRESS",
      description = "Where metrics are (default: nowhere; with --serve 127.0.0.1:7780).")
  private @Nullable String httpListen;

  @Option(names = "--verbose", description = "Show what the server logs.")
  private boolean verbose;

  @Spec private CommandSpec spec = CommandSpec.create();

  private volatile boolean stopping;
  private volatile boolean serving;

  /** Called by picocli. */
  public DemoCommand() {}

  @Override
  public Integer call() throws Exception {
    Logging.configure(verbose ? "info" : "error", false);
    List<BriefFile> handedIn;
    try {
      handedIn = briefs == null ? Briefs.shipped() : Briefs.of(briefs);
    } catch (IOException e) {
      return wrong("--briefs: " + e.getMessage());
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      return wrong(
          Files.exists(folder)
              ? "--dir: " + folder + " is not a folder"
              : "--dir: cannot make the folder " + folder + ": " + e);
    }
    try {
      return run(Console.standard(), handedIn);
    } catch (Exception e) {
      if (stopping) {
        return FAILED; // Ctrl-C took the server away.
      }
      throw e;
    }
  }

  private int wrong(String message) {
    spec.commandLine()
        .getErr()
        .println(spec.commandLine().getColorScheme().errorText("tokenguard: " + message));
    return ExitCode.USAGE;
  }

  private int run(Console console, List<BriefFile> handedIn)
      throws IOException,
          ConfigException,
          StartException,
          InterruptedException,
          ExecutionException,
          TimeoutException {
    long start = System.nanoTime();
    console.line("TokenGuard demo: a website generator that asks before it spends");
    console.line("");
    try (DemoServer server = DemoServer.start(addresses(), folder.resolve("redis"))) {
      Thread stop = stopOnSignal(console, server);
      console.event(
          Mood.PLAIN,
          "server",
          "gRPC at %s, up after %s, with a Redis of its own"
              .formatted(server.target(), since(start)));
      boolean good;
      try (TokenGuardClient client = DemoServer.clientOf(server.target())) {
        good = tell(console, server, client, handedIn);
      }
      console.line("");
      console.line("%s in %s.".formatted(good ? "Done" : "Failed", since(start)));
      if (good) {
        new Hints(console, folder).show(serve ? server : null);
      }
      if (good && serve) {
        serving = true;
        new CountDownLatch(1).await(); // until a signal stops the process
      }
      Runtime.getRuntime().removeShutdownHook(stop);
      return good ? ExitCode.OK : FAILED;
    }
  }

  private boolean tell(
      Console console, DemoServer server, TokenGuardClient client, List<BriefFile> handedIn)
      throws IOException,
          ConfigException,
          StartException,
          InterruptedException,
          ExecutionException,
          TimeoutException {
    console.event(Mood.PLAIN, "plan", "free: " + Plans.describe(server.plan("free")));
    if (briefs == null) {
      Briefs.copyShipped(folder.resolve("briefs"));
    }
    console.event(
        Mood.PLAIN,
        "briefs",
        "%s in %s".formatted(handedIn.size(), briefs == null ? folder.resolve("briefs") : briefs));
    WebsiteService service = new WebsiteService(client, folder);
    Journal journal = new Journal(client, console);
    List<BriefFile> good = new Story(service, console, journal, handedIn).tell();
    if (good.isEmpty()) {
      console.line("");
      console.line("No site could be built from these briefs, so there is nothing more to show.");
    } else {
      journal.enter(LiveReset.DARA, "is on plan sprint: " + Plans.describe(server.plan("sprint")));
      server.open(LiveReset.DARA, "sprint");
      new LiveReset(client, service, console, journal).tell(good);
    }
    return new Accounts(client, console).show(journal.sites()) && !good.isEmpty();
  }

  private Map<String, String> addresses() {
    Map<String, String> addresses = new HashMap<>();
    if (!serve) {
      addresses.put("grpc.listen", "127.0.0.1:0");
      addresses.put("http.listen", "");
    }
    if (grpcListen != null) {
      addresses.put("grpc.listen", grpcListen);
    }
    if (httpListen != null) {
      addresses.put("http.listen", httpListen);
    }
    return addresses;
  }

  /** Takes the server and its Redis along, whenever the signal comes. */
  private Thread stopOnSignal(Console console, DemoServer server) {
    Thread stop =
        new Thread(
            () -> {
              stopping = true;
              server.close();
              if (serving) {
                console.line("Stopped.");
                Runtime.getRuntime().halt(ExitCode.OK);
              }
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    return stop;
  }

  private static String since(long start) {
    return Times.of(Duration.ofNanos(System.nanoTime() - start));
  }
}
