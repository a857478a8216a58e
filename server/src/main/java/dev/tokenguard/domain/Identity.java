package dev.tokenguard.domain;

import java.util.Optional;

/**
 * Who calls. Immutable.
 *
 * @param name of the credential, for logs and the record of what operators did
 * @param role what it may do
 * @param namespace the tenant whose accounts it sees; empty for the server's own
 * @param scope which of those accounts
 * @param quota how much of the server it may take
 */
public record Identity(
    String name, Role role, Optional<String> namespace, Scope scope, Quota quota) {

  /** One that sees every account of the server's own namespace. */
  public static Identity of(String name, Role role) {
    return new Identity(name, role, Optional.empty(), Scope.ALL, Quota.NONE);
  }
}
