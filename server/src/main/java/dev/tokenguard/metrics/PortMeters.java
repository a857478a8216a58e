package dev.tokenguard.metrics;

import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** Tells of the connections of a port, and of the certificates in use. Thread-safe. */
public final class PortMeters {
  private final Meters meters;

  PortMeters(Meters meters) {
    this.meters = meters;
  }

  /**
   * Where to ask for connections; called once for a port.
   *
   * @param port {@code grpc} or {@code http}
   * @return to be run for every connection that is refused
   */
  public Runnable watchConnections(String port, IntSupplier open) {
    meters.gauge(Metric.CONNECTIONS, open::getAsInt, port);
    return meters.counter(Metric.CONNECTIONS_REFUSED, port)::increment;
  }

  /**
   * Where to ask for a certificate; called once for a use.
   *
   * @param use {@code grpc}, {@code http} or {@code redis}
   * @param expires when the one in use ends
   * @param rejected whether its files cannot be used
   */
  public void watchCertificate(String use, Supplier<Instant> expires, BooleanSupplier rejected) {
    meters.gauge(Metric.CERTIFICATE_EXPIRES, () -> expires.get().getEpochSecond(), use);
    meters.gauge(Metric.CERTIFICATE_REJECTED, () -> rejected.getAsBoolean() ? 1 : 0, use);
    meters.counter(Metric.CERTIFICATE_RELOADS, use, "ok");
    meters.counter(Metric.CERTIFICATE_RELOADS, use, "rejected");
  }

  /** Changed files of a certificate came into use, or could not. */
  public void certificateReloaded(String use, boolean ok) {
    meters.counter(Metric.CERTIFICATE_RELOADS, use, ok ? "ok" : "rejected").increment();
  }
}
