package dev.tokenguard.service;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The namespaces that a server serves. Immutable. */
public final class Tenants {
  private final Tenant own;
  private final Map<String, Tenant> byNamespace;

  /**
   * Tenants of a server.
   *
   * @param own whom callers are served by that name no namespace
   * @param byNamespace all of them, the own one too
   */
  public Tenants(Tenant own, Map<String, Tenant> byNamespace) {
    this.own = own;
    this.byNamespace = Map.copyOf(byNamespace);
  }

  /** One tenant, whom everybody is served by. */
  public static Tenants only(Tenant own) {
    return new Tenants(own, Map.of());
  }

  /**
   * Who serves a caller.
   *
   * @throws FaultException PERMISSION_DENIED if its namespace is not served here
   */
  public Tenant of(Identity caller) {
    Optional<String> namespace = caller.namespace();
    if (namespace.isEmpty()) {
      return own;
    }
    Tenant tenant = byNamespace.get(namespace.get());
    if (tenant == null) {
      throw FaultException.of(
          Fault.PERMISSION_DENIED,
          "'"
              + caller.name()
              + "' is of the namespace "
              + namespace.get()
              + ", which this server does not serve (setting redis.tenant_namespaces)");
    }
    return tenant;
  }

  /** All of them, each once. */
  public List<Tenant> all() {
    List<Tenant> all = new ArrayList<>(byNamespace.values());
    if (!all.contains(own)) {
      all.add(own);
    }
    return all;
  }
}
