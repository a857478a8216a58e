package dev.tokenguard;

import dev.tokenguard.command.TlsOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks a running server how it is; for probes of containers without a shell. */
@Command(
    name = "health",
    mixinStandardHelpOptions = true,
    description = "Asks a running server; exits 0 if it is SERVING, else 1.")
final class HealthCommand implements Callable<Integer> {
  @Option(
      names = "--target",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1:7707",
      description = "host:port or unix:/path (default: ${DEFAULT-VALUE}).")
  private String target = "";

  @Option(
      names = "--service",
      paramLabel = "NAME",
      defaultValue = "readiness",
      description = "What to ask about: readiness or liveness (default: ${DEFAULT-VALUE}).")
  private String service = "";

  @Option(
      names = "--timeout",
      paramLabel = "MS",
      defaultValue = "2000",
      description = "Milliseconds to wait at most (default: ${DEFAULT-VALUE}).")
  private long timeoutMillis;

  @Mixin private TlsOptions tls = new TlsOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    ManagedChannelBuilder<?> builder;
    try {
      builder = tls.channel(target);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
    if (builder instanceof NettyChannelBuilder netty) {
      // A Unix socket has no such option, and a warning would come with every answer.
      netty.withOption(ChannelOption.SO_KEEPALIVE, null);
    }
    ManagedChannel channel = builder.build();
    try {
      HealthCheckResponse.ServingStatus status =
          HealthGrpc.newBlockingStub(channel)
              .withDeadlineAfter(Duration.ofMillis(timeoutMillis))
              .check(HealthCheckRequest.newBuilder().setService(service).build())
              .getStatus();
      spec.commandLine().getOut().println(status);
      return status == HealthCheckResponse.ServingStatus.SERVING
          ? CommandLine.ExitCode.OK
          : Main.FAILED;
    } catch (StatusRuntimeException e) {
      Throwable cause = e.getStatus().getCause();
      spec.commandLine()
          .getErr()
          .printf(
              "%s: %s, %s%n",
              target,
              e.getStatus().getCode(),
              cause == null ? e.getStatus().getDescription() : cause.getMessage());
      return Main.FAILED;
    } finally {
      channel.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
    }
  }
}
