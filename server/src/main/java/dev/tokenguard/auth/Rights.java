package dev.tokenguard.auth;

import static dev.tokenguard.auth.Reach.ALL;
import static dev.tokenguard.auth.Reach.NAMED;
import static dev.tokenguard.auth.Reach.NONE;
import static dev.tokenguard.auth.Reach.PREFIX;
import static dev.tokenguard.auth.Reach.SERVER;
import static dev.tokenguard.domain.Role.ADMIN;
import static dev.tokenguard.domain.Role.DISPLAY;
import static dev.tokenguard.domain.Role.GUARD;
import static dev.tokenguard.domain.Role.OPERATOR;
import static dev.tokenguard.domain.Role.VIEWER;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Identity;
import dev.tokenguard.domain.Role;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which role may call what: the one table. What is not in it, nobody may call. A test compares it
 * with the protocol, so that a new RPC without a row fails the build.
 */
public final class Rights {

  /**
   * What it takes to make a call.
   *
   * @param roles any of which may
   * @param reach which accounts it can see
   */
  public record Right(Set<Role> roles, Reach reach) {}

  private static final String GUARD_SERVICE = "tokenguard.v1.TokenGuardService/";
  private static final String ADMIN_SERVICE = "tokenguard.v1.TokenAdminService/";
  private static final String METRICS = "GET /metrics";

  private static final Map<String, Right> TABLE = new LinkedHashMap<>();

  static {
    guard("CheckAndReserve", NAMED, GUARD);
    guard("Commit", NAMED, GUARD);
    guard("Refund", NAMED, GUARD);
    guard("Extend", NAMED, GUARD);
    guard("Consume", NAMED, GUARD);
    guard("Check", NAMED, GUARD, OPERATOR);
    guard("GetBalance", NAMED, GUARD, VIEWER, OPERATOR, DISPLAY);
    guard("WatchBalance", NAMED, GUARD, VIEWER, OPERATOR, DISPLAY);
    guard("CreateDisplayToken", NAMED, GUARD, OPERATOR);

    admin("GetAccount", NAMED, VIEWER, OPERATOR);
    admin("ListAccounts", PREFIX, VIEWER, OPERATOR);
    admin("CreateAccount", NAMED, OPERATOR);
    admin("BatchCreateAccounts", NAMED, OPERATOR);
    admin("UpdateAccount", NAMED, OPERATOR);
    admin("DeleteAccount", NAMED, OPERATOR);

    admin("GetMember", NAMED, VIEWER, OPERATOR);
    admin("ListMembers", NAMED, VIEWER, OPERATOR);
    admin("AddMember", NAMED, OPERATOR);
    admin("BatchAddMembers", NAMED, OPERATOR);
    admin("UpdateMember", NAMED, OPERATOR);
    admin("RemoveMember", NAMED, OPERATOR);
    admin("BatchRemoveMembers", NAMED, OPERATOR);

    admin("ListGrants", NAMED, VIEWER, OPERATOR);
    admin("CreateGrant", NAMED, OPERATOR);
    admin("BatchCreateGrants", NAMED, OPERATOR);
    admin("RevokeGrant", NAMED, OPERATOR);
    admin("AdjustBalance", NAMED, OPERATOR);

    admin("ListReservations", NAMED, VIEWER, OPERATOR);
    admin("GetReservation", NAMED, VIEWER, OPERATOR);
    admin("RefundReservation", NAMED, OPERATOR);

    admin("ListTransactions", NAMED, VIEWER, OPERATOR);
    admin("GetUsage", NAMED, VIEWER, OPERATOR);
    admin("GetStatistics", NAMED, VIEWER, OPERATOR);
    admin("ListDenials", NAMED, VIEWER, OPERATOR);
    admin("Export", NAMED, VIEWER, OPERATOR);

    admin("ListDueAccounts", PREFIX, VIEWER, OPERATOR);
    admin("ResetDueAccounts", NAMED, OPERATOR);
    admin("AuditAccount", NAMED, VIEWER, OPERATOR);
    admin("GetSweep", ALL, VIEWER, OPERATOR);
    admin("GetCatalog", NONE, VIEWER, OPERATOR);
    admin("GetEstimates", ALL, VIEWER, OPERATOR);
    admin("GetActivity", ALL, VIEWER, OPERATOR);
    admin("ListAdminEvents", NAMED, VIEWER, OPERATOR);

    admin("GetCaller", NONE, GUARD, VIEWER, OPERATOR, DISPLAY);

    // Of the server itself, and so of everybody whom it serves.
    admin("GetSettings", SERVER);
    admin("SetLogLevel", SERVER);

    // Reflection tells what can be called, of which the documentation makes no secret.
    row("grpc.reflection.v1.ServerReflection/ServerReflectionInfo", NONE, GUARD, VIEWER, OPERATOR);
    row(
        "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        NONE,
        GUARD,
        VIEWER,
        OPERATOR);
    row(METRICS, NONE, GUARD, VIEWER, OPERATOR);
  }

  /** What probes ask, of which nobody learns more than whether the server works. */
  private static final Set<String> OPEN =
      Set.of(
          "grpc.health.v1.Health/Check",
          "grpc.health.v1.Health/Watch",
          "grpc.health.v1.Health/List",
          "GET /",
          "GET /livez",
          "GET /readyz");

  private Rights() {}

  private static void guard(String rpc, Reach reach, Role... roles) {
    row(GUARD_SERVICE + rpc, reach, roles);
  }

  private static void admin(String rpc, Reach reach, Role... roles) {
    row(ADMIN_SERVICE + rpc, reach, roles);
  }

  private static void row(String call, Reach reach, Role... roles) {
    EnumSet<Role> all = EnumSet.of(ADMIN, roles);
    TABLE.put(call, new Right(Collections.unmodifiableSet(all), reach));
  }

  /** Every row: the full name of an RPC, or a method and a path, and what it takes. */
  public static Map<String, Right> table() {
    return Collections.unmodifiableMap(TABLE);
  }

  /** Calls that need no credential at all. */
  public static Set<String> open() {
    return OPEN;
  }

  /**
   * What it takes to make a call that the caller may make.
   *
   * @param call the full name of an RPC, or {@code GET /path}
   * @throws FaultException PERMISSION_DENIED if the role, or its limits, do not allow it
   */
  public static Right check(String call, Identity identity) {
    Right right = TABLE.get(call);
    if (right == null) {
      throw denied(identity, call, "which nobody may");
    }
    if (!right.roles.contains(identity.role())) {
      throw denied(
          identity,
          call,
          "which takes "
              + right.roles.stream().map(Role::toString).collect(Collectors.joining(" or ")));
    }
    if (right.reach == ALL && !identity.scope().isAll()) {
      throw denied(
          identity, call, "which sees all accounts, and is limited to " + identity.scope());
    }
    if (right.reach == SERVER && (!identity.scope().isAll() || identity.namespace().isPresent())) {
      throw denied(
          identity,
          call,
          "which is about the server itself, and is limited to "
              + identity.namespace().map(each -> "the namespace " + each).orElse("")
              + (identity.namespace().isPresent() && !identity.scope().isAll() ? " and " : "")
              + (identity.scope().isAll() ? "" : identity.scope()));
    }
    return right;
  }

  /** Full names of the RPCs of ours that a caller may make, in order. */
  public static SortedSet<String> rpcsOf(Identity identity) {
    SortedSet<String> rpcs = new TreeSet<>();
    for (String call : TABLE.keySet()) {
      if ((call.startsWith(GUARD_SERVICE) || call.startsWith(ADMIN_SERVICE))
          && mayCall(call, identity)) {
        rpcs.add(call);
      }
    }
    return rpcs;
  }

  private static boolean mayCall(String call, Identity identity) {
    try {
      check(call, identity);
      return true;
    } catch (FaultException e) {
      return false;
    }
  }

  static boolean allows(String call, Identity identity) {
    Right right = TABLE.get(call);
    return right != null && right.roles.contains(identity.role());
  }

  private static FaultException denied(Identity identity, String call, String why) {
    return FaultException.of(
        Fault.PERMISSION_DENIED,
        "'"
            + identity.name()
            + "' has the role "
            + identity.role()
            + " and may not call "
            + call.substring(call.lastIndexOf('/') + (call.startsWith("GET ") ? 0 : 1))
            + ", "
            + why);
  }

  /** The table for people, in Markdown. */
  public static String markdown() {
    StringBuilder text =
        new StringBuilder("| call | guard | viewer | operator | admin | display | sees |\n");
    text.append("|---|---|---|---|---|---|---|\n");
    TABLE.forEach(
        (call, right) -> {
          text.append("| `").append(call.replaceFirst("^tokenguard.v1.\\w+/", "")).append("` |");
          for (Role role : Role.values()) {
            text.append(right.roles.contains(role) ? " yes |" : "  |");
          }
          text.append(' ').append(seen(right.reach)).append(" |\n");
        });
    return text.toString();
  }

  private static String seen(Reach reach) {
    return switch (reach) {
      case NONE -> "no account";
      case NAMED -> "the accounts it names";
      case PREFIX -> "the accounts in its scope";
      case ALL -> "all accounts";
      case SERVER -> "the server itself";
    };
  }
}
