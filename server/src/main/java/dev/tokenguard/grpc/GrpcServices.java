package dev.tokenguard.grpc;

import dev.tokenguard.domain.Catalog;
import dev.tokenguard.service.AdminServices;
import dev.tokenguard.service.DenialMessages;
import dev.tokenguard.service.GuardService;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import io.grpc.BindableService;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What every server of this process serves, whatever it listens on: the RPCs behind one {@link
 * CallGate}, health, and reflection. Thread-safe.
 */
final class GrpcServices {

  /** Health of a server that works: follows the store. */
  static final List<String> READINESS =
      List.of("", TokenGuardServiceGrpc.SERVICE_NAME, "readiness");

  /** Health of a process that should not be killed. */
  static final String LIVENESS = "liveness";

  private final CallGate gate;
  private final CallTracer tracer;
  private final ReleaseTrailers release;
  private final List<ServerStreamTracer.Factory> tracers;
  private final HealthStatusManager health = new HealthStatusManager();
  private final List<ServerServiceDefinition> rpcs = new ArrayList<>();
  private final boolean reflection;

  GrpcServices(
      GuardService service,
      Optional<AdminServices> admin,
      Supplier<Catalog> catalog,
      CallListener listener,
      int maxInFlight,
      boolean reflection,
      Release release,
      List<ServerStreamTracer.Factory> tracers) {
    this.release = new ReleaseTrailers(release);
    this.tracers = List.copyOf(tracers);
    this.gate = new CallGate(maxInFlight);
    this.tracer = new CallTracer(listener);
    this.reflection = reflection;
    ResponseMapper responses = new ResponseMapper(catalog, new DenialMessages());
    add(new TokenGuardGrpcService(service, responses));
    admin.ifPresent(
        services -> add(new TokenAdminGrpcService(services, responses, gate::isClosed)));
    health.setStatus(LIVENESS, ServingStatus.SERVING);
    setReady(false);
  }

  private void add(BindableService service) {
    // The last is the first to see a call: what the gate refuses tells the release, too.
    rpcs.add(ServerInterceptors.intercept(service, gate, release));
  }

  CallGate gate() {
    return gate;
  }

  void setReady(boolean ready) {
    for (String name : READINESS) {
      health.setStatus(name, ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
    }
  }

  /** NOT_SERVING for good. */
  void setStopping() {
    health.enterTerminalState();
  }

  /** Puts everything on a server. Health has no interceptor: orchestrators ask it often. */
  void addTo(ServerBuilder<?> server) {
    rpcs.forEach(server::addService);
    tracers.forEach(server::addStreamTracerFactory);
    server.addStreamTracerFactory(tracer).addService(health.getHealthService());
    if (reflection) {
      server.addService(ProtoReflectionServiceV1.newInstance()).addService(olderReflection());
    }
  }

  /** Which many tools still ask for. */
  @SuppressWarnings("deprecation")
  private static BindableService olderReflection() {
    return ProtoReflectionService.newInstance();
  }
}
