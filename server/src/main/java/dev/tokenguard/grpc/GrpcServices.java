package dev.tokenguard.grpc;

import dev.tokenguard.domain.Catalog;
import dev.tokenguard.service.DenialMessages;
import dev.tokenguard.service.Tenants;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import io.grpc.BindableService;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.util.ArrayList;
import java.util.List;
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
  private final LateRequests late;
  private final CallTracer tracer;
  private final ReleaseTrailers trailers;
  private final List<ServerStreamTracer.Factory> tracers;
  private final AccessInterceptor access;
  private final ScopeInterceptor scope;
  private final HealthStatusManager health = new HealthStatusManager();
  private final List<ServerServiceDefinition> rpcs = new ArrayList<>();

  GrpcServices(
      Tenants tenants,
      Callers callers,
      Supplier<Catalog> catalog,
      CallListener listener,
      GrpcOptions options,
      Release release,
      List<ServerStreamTracer.Factory> tracers) {
    this.trailers = new ReleaseTrailers(release);
    this.tracers = List.copyOf(tracers);
    this.gate = new CallGate(options.calls().maxInFlight(), listener);
    this.late = new LateRequests(options.connections().receiveTimeout(), System::nanoTime);
    this.access = new AccessInterceptor(callers.access(), callers.quotas());
    this.scope =
        new ScopeInterceptor(
            caller -> tenants.of(caller).guard().roundTrip(),
            caller -> tenants.of(caller).admin().events());
    this.tracer = new CallTracer(listener);
    ResponseMapper responses = new ResponseMapper(catalog, new DenialMessages());
    add(
        new TokenGuardGrpcService(
            () -> tenants.of(CallIdentity.current()).guard(),
            () -> tenants.of(CallIdentity.current()).displays(),
            responses),
        trailers,
        gate,
        access,
        scope);
    add(
        new TokenAdminGrpcService(
            () -> tenants.of(CallIdentity.current()).admin(),
            () -> tenants.of(CallIdentity.current()).namespace(),
            responses,
            gate::isClosed),
        trailers,
        gate,
        access,
        scope);
    if (options.reflection()) {
      // Not through the gate: a tool keeps its stream open for as long as it likes.
      add(ProtoReflectionServiceV1.newInstance(), access);
      add(olderReflection(), access);
    }
    health.setStatus(LIVENESS, ServingStatus.SERVING);
    setReady(false);
  }

  /** Adds a service behind interceptors, of which the first is asked first. */
  private void add(BindableService service, ServerInterceptor... interceptors) {
    rpcs.add(ServerInterceptors.interceptForward(service, interceptors));
  }

  CallGate gate() {
    return gate;
  }

  LateRequests lateRequests() {
    return late;
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

  /** Puts everything on a server. Health is outside the gate: orchestrators ask it often. */
  void addTo(ServerBuilder<?> server) {
    rpcs.forEach(server::addService);
    server.intercept(late);
    tracers.forEach(server::addStreamTracerFactory);
    server.addStreamTracerFactory(tracer).addService(health.getHealthService());
  }

  /** Which many tools still ask for. */
  @SuppressWarnings("deprecation")
  private static BindableService olderReflection() {
    return ProtoReflectionService.newInstance();
  }
}
