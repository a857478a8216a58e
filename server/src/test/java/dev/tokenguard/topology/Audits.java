package dev.tokenguard.topology;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.AuditAccountRequest;
import dev.tokenguard.v1.AuditAccountResponse;
import dev.tokenguard.v1.ListAccountsRequest;
import dev.tokenguard.v1.ListAccountsResponse;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TokenAdminServiceGrpc.TokenAdminServiceBlockingStub;
import dev.tokenguard.wire.Await;
import dev.tokenguard.wire.WireServer;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** What an operator asks a server about all of its accounts. */
final class Audits {

  private Audits() {}

  static TokenAdminServiceBlockingStub admin(WireServer server) {
    return TokenAdminServiceGrpc.newBlockingStub(server.caller().operators())
        .withDeadlineAfter(Await.LONG.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Ids of all accounts, as they are listed. */
  static Set<String> listed(WireServer server) {
    Set<String> ids = new TreeSet<>();
    String token = "";
    do {
      ListAccountsResponse page =
          admin(server)
              .listAccounts(
                  ListAccountsRequest.newBuilder().setPageSize(100).setPageToken(token).build());
      ids.addAll(
          page.getAccountsList().stream()
              .map(Account::getAccountId)
              .collect(toCollection(TreeSet::new)));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return ids;
  }

  /** Every account's balances are those that its ledger comes to. */
  static void assertAllBalanced(WireServer server) {
    Map<String, AuditAccountResponse> off = new TreeMap<>();
    for (String account : listed(server)) {
      AuditAccountResponse audit =
          admin(server)
              .auditAccount(AuditAccountRequest.newBuilder().setAccountId(account).build());
      if (!audit.getBalanced()) {
        off.put(account, audit);
      }
    }
    assertEquals(Map.of(), off);
  }
}
