package dev.tokenguard.demo;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What to do after the demo. */
final class Hints {
  private final Console console;
  private final Path folder;

  Hints(Console console, Path folder) {
    this.console = console;
    this.folder = folder;
  }

  /**
   * Prints commands that work as they are.
   *
   * @param server the server that stays up; null if it does not
   */
  void show(@Nullable DemoServer server) {
    console.line("The sites:       open " + folder.resolve("live").resolve("index.html"));
    if (server == null) {
      console.line("Your own briefs: demo --briefs DIR, like those in " + folder.resolve("briefs"));
      console.line("To play with it: demo --serve");
      return;
    }
    String target = server.target();
    console.heading("It stays up until Ctrl-C. To try next:");
    console.line(call(target, "GetBalance", "{\"account_id\": \"mali\"}"));
    console.line(
        call(
            target,
            "CheckAndReserve",
            "{\"account_id\": \"you\", \"feature\": \"create_website\","
                + " \"reservation_id\": \"first\"}"));
    console.line(
        call(target, "Commit", "{\"account_id\": \"you\", \"reservation_id\": \"first\"}"));
    console.line(call(target, "WatchBalance", "{\"account_id\": \"dara\"}"));
    server
        .httpAddress()
        .ifPresent(
            http -> {
              console.line("  curl -s http://" + http + "/metrics | grep ^tokenguard_");
              console.line("  curl -s http://" + http + "/readyz");
            });
    console.heading("As an operator, with a key that is good until Ctrl-C:");
    console.line("  export TOKENGUARD_KEY=" + server.operatorKey());
    console.line("  java -jar tokenguard.jar account list --target=" + target);
  }

  private static String call(String target, String method, String message) {
    return "  grpcurl -plaintext -d '%s' %s tokenguard.v1.TokenGuardService/%s"
        .formatted(message, target, method);
  }
}
