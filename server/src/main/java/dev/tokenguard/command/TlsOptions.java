package dev.tokenguard.command;

import dev.tokenguard.client.ClientTls;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannelBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command that calls a server speaks TLS with it. */
public final class TlsOptions {
  @Option(
      names = "--tls",
      order = 110,
      description = "Speak TLS. Each of the options below does it, too.")
  private boolean tls;

  @Option(
      names = "--ca-file",
      order = 111,
      paramLabel = "FILE",
      defaultValue = "${env:TOKENGUARD_CA_FILE}",
      description =
          "CAs that the server's certificate may come from, as PEM (default: TOKENGUARD_CA_FILE,"
              + " else those that Java knows).")
  private @Nullable Path ca;

  @Option(
      names = "--client-cert",
      order = 112,
      paramLabel = "FILE",
      defaultValue = "${env:TOKENGUARD_CLIENT_CERT}",
      description = "Certificate to show to the server, as PEM (default: TOKENGUARD_CLIENT_CERT).")
  private @Nullable Path certificate;

  @Option(
      names = "--client-key",
      order = 113,
      paramLabel = "FILE",
      defaultValue = "${env:TOKENGUARD_CLIENT_KEY}",
      description = "Its private key, as PKCS#8 in PEM (default: TOKENGUARD_CLIENT_KEY).")
  private @Nullable Path key;

  @Option(
      names = "--server-name",
      order = 114,
      paramLabel = "NAME",
      description = "What the server's certificate must name (default: the host of --target).")
  private @Nullable String serverName;

  /** Variables of the environment that are for these options. */
  public static List<String> variables() {
    return List.of("TOKENGUARD_CA_FILE", "TOKENGUARD_CLIENT_CERT", "TOKENGUARD_CLIENT_KEY");
  }

  /**
   * A channel to a server, not built yet.
   *
   * @throws IllegalArgumentException saying which option is wrong, and why
   */
  public ManagedChannelBuilder<?> channel(String target) {
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException(
          "--client-cert and --client-key: one of them alone (expected: both, or none)");
    }
    // A socket of this machine speaks no TLS, and variables are for every command of a shell.
    boolean asked = tls || ca != null || certificate != null || serverName != null;
    if (!asked || target.startsWith("unix:")) {
      return Grpc.newChannelBuilder(target, InsecureChannelCredentials.create());
    }
    ClientTls by = ca == null ? ClientTls.ofSystem() : ClientTls.of(ca);
    if (certificate != null && key != null) {
      by = by.withCertificate(certificate, key);
    }
    // A command is over before its files are looked at again.
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try {
      ManagedChannelBuilder<?> builder = Grpc.newChannelBuilder(target, credentials(by, timer));
      return serverName == null ? builder : builder.overrideAuthority(serverName);
    } finally {
      timer.shutdownNow();
    }
  }

  private static ChannelCredentials credentials(ClientTls by, ScheduledExecutorService timer) {
    try {
      return by.credentials(timer);
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      throw new IllegalArgumentException(
          message.replaceFirst("^ca: ", "--ca-file: ").replaceFirst("^cert", "--client-cert: cert"),
          e);
    }
  }
}
