package dev.tokenguard.http.rpc;

import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every RPC of the protocol, by its path. Immutable. */
final class RpcTable {
  private static final List<ServiceDescriptor> SERVICES =
      List.of(
          TokenGuardServiceGrpc.getServiceDescriptor(),
          TokenAdminServiceGrpc.getServiceDescriptor());

  private final Map<String, Rpc> byPath = new LinkedHashMap<>();

  RpcTable() {
    for (ServiceDescriptor service : SERVICES) {
      for (MethodDescriptor<?, ?> method : service.getMethods()) {
        Rpc rpc = Rpc.of(method);
        byPath.put(rpc.path(), rpc);
      }
    }
  }

  /** The RPC of a path; null for none. */
  @Nullable Rpc find(String path) {
    return byPath.get(path);
  }

  /** Whether a path is one of a service, which may lack the method. */
  boolean isOfService(String path) {
    return SERVICES.stream().anyMatch(each -> path.startsWith("/" + each.getName() + "/"));
  }

  /** All, in the order of the protocol. */
  Collection<Rpc> all() {
    return Collections.unmodifiableCollection(byPath.values());
  }
}
