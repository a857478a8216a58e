package dev.tokenguard.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every command takes that calls a server. */
final class CommonOptions {
  @Option(
      names = "--target",
      order = 100,
      paramLabel = "ADDRESS",
      defaultValue = "${env:" + OperatorCommands.TARGET_VARIABLE + ":-127.0.0.1:7707}",
      description =
          "The server, host:port or unix:/path (default: "
              + OperatorCommands.TARGET_VARIABLE
              + ", else"
              + " 127.0.0.1:7707).")
  private String target = "";

  @Option(
      names = "--key-file",
      order = 101,
      paramLabel = "FILE",
      description =
          "File with the API key or token to call it with (default: the key in "
              + OperatorCommands.KEY_VARIABLE
              + "). Not an option with the key itself: every user of the machine could read it.")
  private @Nullable Path keyFile;

  @Option(
      names = "--timeout",
      order = 101,
      paramLabel = "TIME",
      defaultValue = "30s",
      converter = Span.Converter.class,
      description =
          "How long to wait for an answer, or for more of a file: 500ms, 10s, 5m (default:"
              + " ${DEFAULT-VALUE}).")
  private Span timeout = Span.NONE;

  @Option(
      names = "--json",
      order = 103,
      description =
          "For scripts: the server's answer as one JSON document; a list as one JSON object a"
              + " line.")
  private boolean json;

  @Option(
      names = {"-v", "--verbose"},
      order = 104,
      description = "Also tell what is sent where, on standard error.")
  private boolean verbose;

  // Not picocli's standard options: its --version would be in the way of ours.
  @Option(
      names = {"-h", "--help"},
      order = 105,
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  @Mixin private TlsOptions tls = new TlsOptions();

  TlsOptions tls() {
    return tls;
  }

  String target() {
    return target;
  }

  /** The key to call with; empty for none. */
  String key() throws IOException {
    if (keyFile != null) {
      return Files.readString(keyFile).strip();
    }
    return Objects.requireNonNullElse(System.getenv(OperatorCommands.KEY_VARIABLE), "").strip();
  }

  Duration timeout() {
    return timeout.length();
  }

  boolean json() {
    return json;
  }

  boolean verbose() {
    return verbose;
  }

  boolean help() {
    return help;
  }
}
