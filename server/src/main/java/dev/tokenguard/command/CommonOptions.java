package dev.tokenguard.command;

import java.time.Duration;
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
      order = 102,
      description =
          "For scripts: the server's answer as one JSON document; a list as one JSON object a"
              + " line.")
  private boolean json;

  @Option(
      names = {"-v", "--verbose"},
      order = 103,
      description = "Also tell what is sent where, on standard error.")
  private boolean verbose;

  // Not picocli's standard options: its --version would be in the way of ours.
  @Option(
      names = {"-h", "--help"},
      order = 104,
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
