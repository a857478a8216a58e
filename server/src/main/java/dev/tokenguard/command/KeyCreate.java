package dev.tokenguard.command;

import dev.tokenguard.auth.ApiKey;
import dev.tokenguard.config.CredentialsException;
import dev.tokenguard.config.CredentialsLoader;
import dev.tokenguard.domain.Role;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes an API key: the key for its user, its hash for the file of credentials. */
@Command(
    name = "create",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes an API key. Prints the key on standard output, and nothing else there; what goes into"
          + " the file of credentials on standard error, or into the file that --file names.",
      "The key is shown once: the file has only its hash."
    })
final class KeyCreate implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "Who will use it, such as builder or ann@ops.")
  private String name = "";

  @Option(names = "--role", required = true, paramLabel = "ROLE", description = Role.NAMES + ".")
  private String role = "";

  @Option(
      names = "--account",
      paramLabel = "ID",
      description = "Limit it to this account; again for each.")
  private List<String> accounts = new ArrayList<>();

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      description = "Limit it to accounts whose ids begin so; again for each.")
  private List<String> prefixes = new ArrayList<>();

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "Of a tenant other than the server's own namespace.")
  private String namespace = "";

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      converter = Span.Converter.class,
      description = "After how long it is not accepted any more, such as 90d (default: never).")
  private @Nullable Span expires;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Add it to this file of credentials, which is made if it is not there.")
  private @Nullable Path file;

  @Spec private CommandSpec spec = CommandSpec.create();

  private final Clock clock = Clock.systemUTC();

  @Override
  public Integer call() {
    String key = ApiKey.create();
    String entry = entry(ApiKey.sha256(key));
    PrintWriter err = spec.commandLine().getErr();
    try {
      CredentialsLoader.parse("keys:\n" + entry, "options", Set.of());
      if (file == null) {
        err.print("For the file of credentials, below 'keys:':\n" + entry);
      } else {
        CredentialsFile.add(file, name, entry);
        err.println(file + " has it; servers that use the file let it in within seconds");
      }
    } catch (CredentialsException | IOException e) {
      err.println("tokenguard: " + e.getMessage());
      return AdminCommand.WRONG;
    }
    err.flush();
    spec.commandLine().getOut().println(key);
    spec.commandLine().getOut().flush();
    return AdminCommand.DONE;
  }

  private String entry(String sha256) {
    StringBuilder text = new StringBuilder();
    text.append("  ").append(quoted(name)).append(":\n");
    line(text, "role", Role.valueOf(knownRole()).toString());
    line(text, "sha256", sha256);
    list(text, "accounts", accounts);
    list(text, "prefixes", prefixes);
    if (!namespace.isEmpty()) {
      line(text, "namespace", quoted(namespace));
    }
    if (expires != null) {
      Instant until = clock.instant().plus(expires.length()).truncatedTo(ChronoUnit.SECONDS);
      line(text, "expires", until.toString());
    }
    return text.toString();
  }

  private String knownRole() {
    String known = role.toUpperCase(Locale.ROOT);
    for (Role each : Role.ASSIGNABLE) {
      if (each.name().equals(known)) {
        return known;
      }
    }
    throw new ParameterException(
        spec.commandLine(), "--role: '" + role + "' (expected: " + Role.NAMES + ")");
  }

  private static void list(StringBuilder text, String key, List<String> values) {
    if (!values.isEmpty()) {
      line(
          text,
          key,
          "[" + String.join(", ", values.stream().map(KeyCreate::quoted).toList()) + "]");
    }
  }

  private static void line(StringBuilder text, String key, String value) {
    text.append("    ").append(key).append(": ").append(value).append('\n');
  }

  /** As YAML takes any text for a text; what is no name is told of by whoever reads the file. */
  private static String quoted(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
