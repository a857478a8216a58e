package dev.tokenguard.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Identity;
import dev.tokenguard.domain.Quota;
import dev.tokenguard.domain.Role;
import dev.tokenguard.domain.Scope;
import dev.tokenguard.v1.TokenAdminServiceOuterClass;
import dev.tokenguard.v1.TokenGuardServiceOuterClass;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RightsTest {

  private static List<MethodDescriptor> rpcs() {
    return Stream.of(
            TokenGuardServiceOuterClass.getDescriptor(),
            TokenAdminServiceOuterClass.getDescriptor())
        .flatMap(file -> file.getServices().stream())
        .map(ServiceDescriptor::getMethods)
        .flatMap(List::stream)
        .toList();
  }

  private static String name(MethodDescriptor rpc) {
    return rpc.getService().getFullName() + "/" + rpc.getName();
  }

  @Test
  void everyRpcHasARowAndEveryRowAnRpc() {
    Set<String> rpcs = new TreeSet<>();
    rpcs().forEach(each -> rpcs.add(name(each)));
    Set<String> rows = new TreeSet<>(Rights.table().keySet());
    rows.removeIf(each -> !each.startsWith("tokenguard.v1."));

    assertEquals(rpcs, rows);
    rows.retainAll(Rights.open());
    assertEquals(Set.of(), rows, "of no RPC of ours is nobody");
  }

  @Test
  void theAdministratorMayCallEverything() {
    Rights.table().forEach((call, right) -> assertTrue(right.roles().contains(Role.ADMIN), call));
  }

  @Test
  void whoLooksChangesNothing() {
    Rights.table()
        .forEach(
            (call, right) -> {
              String rpc = call.substring(call.indexOf('/') + 1);
              boolean looks =
                  rpc.matches("(Get|List|Watch|Audit|Export|ServerReflection|metrics).*")
                      && !rpc.equals("GetSettings"); // of the server, not of accounts
              assertEquals(
                  looks && !call.contains("GuardService/Check"),
                  right.roles().contains(Role.VIEWER),
                  call);
            });
  }

  @Test
  void anEndUsersBrowserLooksAtABalanceAndNothingElse() {
    assertEquals(
        Set.of(
            "tokenguard.v1.TokenGuardService/GetBalance",
            "tokenguard.v1.TokenGuardService/WatchBalance",
            "tokenguard.v1.TokenAdminService/GetCaller"),
        new TreeSet<>(
            Rights.table().keySet().stream()
                .filter(call -> Rights.allows(call, Identity.of("display", Role.DISPLAY)))
                .toList()));
  }

  /** What names accounts is checked by the accounts it names; what does not cannot be. */
  @Test
  void theReachIsThatOfTheRequest() {
    for (MethodDescriptor rpc : rpcs()) {
      Set<String> fields = new TreeSet<>();
      collect(rpc.getInputType().getFields(), fields);
      boolean named = fields.contains("account_id") || fields.contains("account_ids");
      Reach reach = Objects.requireNonNull(Rights.table().get(name(rpc))).reach();
      switch (reach) {
        case NAMED -> assertTrue(named, rpc.getName());
        case PREFIX -> assertTrue(fields.contains("id_prefix"), rpc.getName());
        case NONE, ALL, SERVER ->
            assertTrue(!named && !fields.contains("id_prefix"), rpc.getName());
      }
    }
  }

  private static void collect(List<FieldDescriptor> of, Set<String> names) {
    for (FieldDescriptor field : of) {
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isMapField()) {
        if (field.getMessageType().getFullName().startsWith("tokenguard.")) {
          collect(field.getMessageType().getFields(), names);
        }
      } else {
        names.add(field.getName());
      }
    }
  }

  @Test
  void aRefusalSaysWhoAndWhatItTakes() {
    Identity guard = Identity.of("builder", Role.GUARD);
    assertEquals(
        "'builder' has the role guard and may not call CreateGrant, which takes operator or admin",
        refusal("tokenguard.v1.TokenAdminService/CreateGrant", guard));
    assertEquals(
        "'builder' has the role guard and may not call Other, which nobody may",
        refusal("tokenguard.v1.TokenAdminService/Other", guard));
    Identity limited =
        new Identity(
            "ann",
            Role.OPERATOR,
            Optional.empty(),
            new Scope(Set.of("b", "a"), Set.of("shop-")),
            Quota.NONE);
    Identity tenant = new Identity("acme", Role.ADMIN, Optional.of("acme"), Scope.ALL, Quota.NONE);
    assertEquals(
        "'acme' has the role admin and may not call SetLogLevel, which is about the server itself, and"
            + " is limited to the namespace acme",
        refusal("tokenguard.v1.TokenAdminService/SetLogLevel", tenant));
    assertEquals(
        "'ann' has the role operator and may not call GetSweep, which sees all accounts, and is"
            + " limited to the accounts a, b and accounts that begin with 'shop-'",
        refusal("tokenguard.v1.TokenAdminService/GetSweep", limited));
  }

  private static String refusal(String call, Identity identity) {
    FaultException e = assertThrows(FaultException.class, () -> Rights.check(call, identity), call);
    assertEquals(Fault.PERMISSION_DENIED, e.fault());
    return String.valueOf(e.getMessage());
  }

  @Test
  void theDocumentationHasTheTable() throws Exception {
    String page = Files.readString(Path.of("docs", "rights.md")).replace("\r\n", "\n");
    assertTrue(
        page.contains(Rights.markdown()),
        () -> "docs/rights.md has another table (expected: this one)\n" + Rights.markdown());
  }
}
