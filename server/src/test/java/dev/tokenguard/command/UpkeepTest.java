package dev.tokenguard.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.util.JsonFormat;
import dev.tokenguard.v1.AuditAccountRequest;
import dev.tokenguard.v1.AuditAccountResponse;
import dev.tokenguard.v1.BatchResult;
import dev.tokenguard.v1.GetSweepResponse;
import dev.tokenguard.v1.ItemError;
import dev.tokenguard.v1.ListAccountsRequest;
import dev.tokenguard.v1.ListAccountsResponse;
import dev.tokenguard.v1.ResetDueAccountsRequest;
import dev.tokenguard.v1.ResetDueAccountsResponse;
import dev.tokenguard.v1.TypeAudit;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What cron jobs run: resets and audits. */
class UpkeepTest {
  @SuppressWarnings("NullAway.Init") // Set before all.
  private static FakeAdmin admin;

  @BeforeAll
  static void start() throws Exception {
    admin = new FakeAdmin();
  }

  @AfterAll
  static void stop() {
    admin.close();
  }

  @BeforeEach
  void reset() {
    admin.reset();
  }

  private static Shell.Ran run(String command) {
    return new Shell(admin.target()).run(command.split(" ", -1));
  }

  /** Three pages of a thousand; one account of the second cannot be reset if so. */
  private static void due(boolean broken) {
    admin.answers(
        "ResetDueAccounts",
        (ResetDueAccountsRequest request) -> {
          String token = request.getPageToken();
          ResetDueAccountsResponse.Builder page =
              ResetDueAccountsResponse.newBuilder()
                  .setLookedAt(1000)
                  .setReset(10)
                  .setNextPageToken(token.isEmpty() ? "p1" : token.equals("p1") ? "p2" : "");
          if (broken && token.equals("p1")) {
            page.addErrors(
                BatchResult.newBuilder()
                    .setAccountId("bob")
                    .setError(
                        ItemError.newBuilder()
                            .setReason("ACCOUNT_CORRUPT")
                            .setMessage("bad data")));
          }
          return page.build();
        });
  }

  @Test
  void aResetGoesOverAllPages() {
    due(false);

    Shell.Ran ran = run("reset run --plan=free");

    assertEquals(new Shell.Ran(0, "3,000 accounts looked at, 30 reset, 0 failed\n", ""), ran);
    assertEquals(
        Stream.of("", "p1", "p2")
            .map(
                token ->
                    ResetDueAccountsRequest.newBuilder()
                        .setPageSize(1000)
                        .setPageToken(token)
                        .setPlan("free")
                        .build())
            .toList(),
        admin.requests());
  }

  @Test
  void aResetThatFailsForAnAccountGoesOn() throws Exception {
    due(true);

    Shell.Ran ran = run("reset run");
    Shell.Ran json = run("reset run --json");

    assertEquals(
        new Shell.Ran(
            1, "3,000 accounts looked at, 30 reset, 1 failed\n", "bob: ACCOUNT_CORRUPT bad data\n"),
        ran);
    ResetDueAccountsResponse.Builder read = ResetDueAccountsResponse.newBuilder();
    JsonFormat.parser().merge(json.out(), read);
    assertEquals(3000, read.getLookedAt());
    assertEquals("bob", read.getErrors(0).getAccountId());
    assertEquals(1, json.exitCode());
  }

  @Test
  void aResetOfSomeAccounts() {
    due(false);

    assertEquals(0, run("reset run ann bob").exitCode());

    assertEquals(
        List.of(
            ResetDueAccountsRequest.newBuilder().addAccountIds("ann").addAccountIds("bob").build()),
        admin.requests());
  }

  /** Accounts of which bob is off, eve cannot be read, and zoe is deleted meanwhile. */
  private static void accounts() {
    admin.answers(
        "ListAccounts",
        (ListAccountsRequest request) ->
            request.getPageToken().isEmpty()
                ? ListAccountsResponse.newBuilder()
                    .addAllAccounts(
                        Stream.of("ann", "bob")
                            .map(
                                id ->
                                    dev.tokenguard.v1.Account.newBuilder().setAccountId(id).build())
                            .toList())
                    .setNextPageToken("p1")
                    .build()
                : ListAccountsResponse.newBuilder()
                    .addAllAccounts(
                        Stream.of("eve", "zoe")
                            .map(
                                id ->
                                    dev.tokenguard.v1.Account.newBuilder().setAccountId(id).build())
                            .toList())
                    .build());
    admin.answers(
        "AuditAccount",
        (AuditAccountRequest request) ->
            switch (request.getAccountId()) {
              case "bob" ->
                  AuditAccountResponse.newBuilder()
                      .addTypes(TypeAudit.newBuilder().setTokenType("image").setDrift(7))
                      .addFindings("image: 7 too many")
                      .build();
              case "eve" ->
                  throw FakeAdmin.fault(
                      Status.Code.INTERNAL, "ACCOUNT_CORRUPT", "cannot be read", Map.of());
              case "zoe" ->
                  throw FakeAdmin.fault(
                      Status.Code.NOT_FOUND, "ACCOUNT_NOT_FOUND", "gone", Map.of());
              default -> AuditAccountResponse.newBuilder().setBalanced(true).build();
            });
  }

  @Test
  void anAuditOfAllTellsWhatIsOff() {
    accounts();

    Shell.Ran ran = run("audit --all --plan=free --prefix=x");

    assertEquals(1, ran.exitCode(), ran::err);
    assertTrue(ran.out().contains("bob is OFF"), ran::out);
    assertTrue(ran.out().contains("  image: 7 too many"), ran::out);
    assertTrue(ran.out().contains("eve is OFF"), ran::out);
    assertTrue(ran.out().contains("cannot be read"), ran::out);
    assertTrue(ran.out().endsWith("3 accounts audited, 2 off\n"), ran::out);
    assertEquals(
        ListAccountsRequest.newBuilder().setPageSize(1000).setPlan("free").setIdPrefix("x").build(),
        admin.requests().get(0));
  }

  @Test
  void anAuditOfAllForScriptsNamesTheAccounts() {
    accounts();

    List<String> lines = run("audit --all --json").out().lines().toList();

    assertEquals(3, lines.size());
    assertTrue(lines.get(0).startsWith("{\"accountId\":\"ann\",\"types\":[],\"balanced\":true,"));
    assertTrue(lines.get(1).contains("\"drift\":\"7\""), lines.get(1));
  }

  @Test
  void anAuditOfAllStopsWhereTheServerDoes() {
    accounts();
    admin.fails("AuditAccount", Status.UNAVAILABLE.asRuntimeException());

    Shell.Ran ran = run("audit --all");

    assertEquals(1, ran.exitCode());
    assertTrue(ran.err().contains("cannot reach"), ran::err);
    assertEquals(2, admin.requests().size());
  }

  @Test
  void anAccountThatIsOffIsAFailure() {
    accounts();

    assertEquals(1, run("audit bob").exitCode());
    assertEquals(1, run("audit bob --json").exitCode());
  }

  @Test
  void aSweepThatFoundSomethingIsAFailure() {
    admin.answers(
        "GetSweep",
        GetSweepResponse.newBuilder().setDrifted(1).addDriftedAccountIds("bob").build());

    Shell.Ran ran = run("audit sweep");

    assertEquals(1, ran.exitCode());
    assertTrue(ran.out().contains("bob"), ran::out);
  }
}
