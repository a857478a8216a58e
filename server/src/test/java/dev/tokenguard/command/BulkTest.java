package dev.tokenguard.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.AccountStatus;
import dev.tokenguard.v1.AddMemberRequest;
import dev.tokenguard.v1.Allowance;
import dev.tokenguard.v1.BatchAddMembersRequest;
import dev.tokenguard.v1.BatchAddMembersResponse;
import dev.tokenguard.v1.BatchCreateAccountsRequest;
import dev.tokenguard.v1.BatchCreateAccountsResponse;
import dev.tokenguard.v1.BatchCreateGrantsRequest;
import dev.tokenguard.v1.BatchCreateGrantsResponse;
import dev.tokenguard.v1.BatchRemoveMembersRequest;
import dev.tokenguard.v1.BatchRemoveMembersResponse;
import dev.tokenguard.v1.BatchResult;
import dev.tokenguard.v1.CreateAccountRequest;
import dev.tokenguard.v1.CreateGrantRequest;
import dev.tokenguard.v1.ItemError;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done in batches: members, and the lines of files. */
class BulkTest {
  @SuppressWarnings("NullAway.Init") // Set before all.
  private static FakeAdmin admin;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    admin = new FakeAdmin();
  }

  @AfterAll
  static void stop() {
    admin.close();
  }

  /** Everything is done, but what is about bob fails, and what is about old was done before. */
  @BeforeEach
  void reset() {
    admin.reset();
    admin.answers(
        "BatchAddMembers",
        (BatchAddMembersRequest batch) ->
            BatchAddMembersResponse.newBuilder()
                .addAllResults(
                    batch.getRequestsList().stream()
                        .map(each -> result(each.getAccountId(), each.getMemberId()))
                        .toList())
                .build());
    admin.answers(
        "BatchRemoveMembers",
        (BatchRemoveMembersRequest batch) ->
            BatchRemoveMembersResponse.newBuilder()
                .addAllResults(
                    batch.getRequestsList().stream()
                        .map(each -> result(each.getAccountId(), each.getMemberId()))
                        .toList())
                .build());
    admin.answers(
        "BatchCreateGrants",
        (BatchCreateGrantsRequest batch) ->
            BatchCreateGrantsResponse.newBuilder()
                .addAllResults(
                    batch.getRequestsList().stream()
                        .map(each -> result(each.getAccountId(), ""))
                        .toList())
                .build());
    admin.answers(
        "BatchCreateAccounts",
        (BatchCreateAccountsRequest batch) ->
            BatchCreateAccountsResponse.newBuilder()
                .addAllResults(
                    batch.getRequestsList().stream()
                        .map(each -> result(each.getAccount().getAccountId(), ""))
                        .toList())
                .build());
  }

  private static BatchResult result(String account, String member) {
    BatchResult.Builder result = BatchResult.newBuilder().setAccountId(account).setMemberId(member);
    String about = member.isEmpty() ? account : member;
    if (about.equals("bob")) {
      result.setError(
          ItemError.newBuilder().setCode(9).setReason("MEMBER_HAS_PAYER").setMessage("club pays"));
    }
    return result.setReplayed(about.equals("old")).build();
  }

  private Path file(String text) throws Exception {
    return Files.writeString(folder.resolve("in.csv"), text);
  }

  @Test
  void manyMembersAreOneBatchWithAResultEach() {
    Shell.Ran ran =
        new Shell(admin.target())
            .run("member", "add", "org", "ann", "bob", "old", "--cap=image=5", "--request-id=r");

    assertEquals(
        List.of(
            BatchAddMembersRequest.newBuilder()
                .addRequests(member("ann", "r.1", 5))
                .addRequests(member("bob", "r.2", 5))
                .addRequests(member("old", "r.3", 5))
                .build()),
        admin.requests());
    assertEquals(
        """
        #  account  member  result
        1  org      ann     done
        2  org      bob     FAILED MEMBER_HAS_PAYER: club pays
        3  org      old     done before
        """,
        ran.out());
    assertEquals(
        "2 done, 1 of them before; 1 failed. To go on: put them right and run it again with"
            + " --request-id=r, which does nothing twice\n",
        ran.err());
    assertEquals(1, ran.exitCode());
  }

  private static AddMemberRequest member(String id, String requestId, long cap) {
    return AddMemberRequest.newBuilder()
        .setAccountId("org")
        .setMemberId(id)
        .putCaps("image", cap)
        .setRequestId(requestId)
        .build();
  }

  @Test
  void resultsForScripts() {
    Shell.Ran ran = new Shell(admin.target()).run("member", "add", "org", "ann", "old", "--json");

    assertEquals(0, ran.exitCode());
    assertEquals(
        """
        {"accountId":"org","memberId":"ann","replayed":false,"replicationPending":false}
        {"accountId":"org","memberId":"old","replayed":true,"replicationPending":false}
        """,
        ran.out());
  }

  @Test
  void idsFromStandardInputAreCutIntoBatches() {
    String ids = IntStream.range(0, 2500).mapToObj(i -> "m" + i).collect(Collectors.joining("\n"));

    Shell.Ran ran =
        new Shell(admin.target()).input("# remark\n\n" + ids).run("member", "add", "org", "-");

    assertEquals(0, ran.exitCode(), ran::err);
    List<Integer> sizes =
        admin.requests().stream()
            .map(each -> ((BatchAddMembersRequest) each).getRequestsCount())
            .toList();
    assertEquals(2500, sizes.stream().mapToInt(each -> each).sum());
    for (Message batch : admin.requests()) {
      assertTrue(batch.getSerializedSize() <= 65_536 - 1024, () -> "" + batch.getSerializedSize());
    }
    assertTrue(sizes.stream().allMatch(size -> size <= 1000), sizes::toString);
    assertEquals(2501, ran.out().lines().count());
  }

  @Test
  void aFileOfMembersMaySayMoreThanTheirIds() throws Exception {
    Path file =
        file(
            """
            member_id,caps,request_id
            ann,image=7;video=1,mine
            eve,,
            ,image=1,
            zoe,image=one,
            """);

    Shell.Ran ran =
        new Shell(admin.target())
            .run("member", "add", "org", "--file=" + file, "--cap=image=5", "--request-id=r");

    AddMemberRequest ann = member("ann", "mine", 7).toBuilder().putCaps("video", 1).build();
    assertEquals(
        List.of(
            BatchAddMembersRequest.newBuilder()
                .addRequests(ann)
                .addRequests(member("eve", "r.3", 5))
                .build()),
        admin.requests());
    assertEquals(
        """
        #  account  member  result
        2  org      ann     done
        3  org      eve     done
        4  org              FAILED INVALID_REQUEST: member_id: empty (expected: something)
        5  org              FAILED INVALID_REQUEST: caps: 'one' (expected: a whole number of tokens)
        """,
        ran.out());
  }

  @Test
  void manyMembersAreRemovedAfterAQuestion() {
    Shell.Ran refused =
        new Shell(admin.target()).answering("n\n").run("member", "remove", "org", "ann", "eve");
    Shell.Ran agreed =
        new Shell(admin.target())
            .answering("y\n")
            .run("member", "remove", "org", "ann", "eve", "--request-id=r");

    assertEquals(
        new Shell.Ran(
            1,
            "",
            "This will remove 2 members from org. Go on? [y/N] tokenguard: nothing was done\n"),
        refused);
    assertEquals(0, agreed.exitCode());
    assertEquals(1, admin.requests().size());
    assertEquals(
        List.of("r.1", "r.2"),
        ((BatchRemoveMembersRequest) admin.requests().get(0))
            .getRequestsList().stream().map(each -> each.getRequestId()).toList());
  }

  @Test
  void aFileOfGrants() throws Exception {
    Path file =
        file(
            "\uFEFFaccount_id,token_type,amount,reason,note,priority,expire_time,request_id\r\n"
                + "ann,image,50,purchase,\"one, \"\"two\"\"\nthree\",7,2026-12-01,pay_1\r\n"
                + "\r\n"
                + "bob,image,5,,,,,\r\n"
                + "eve,image,many,,,,,\r\n"
                + "eve,image,1,a,b,c,d,e,f\r\n");

    Shell.Ran ran =
        new Shell(admin.target())
            .run("grant", "import", file.toString(), "--reason=gift", "--request-id=r");

    assertEquals(
        List.of(
            BatchCreateGrantsRequest.newBuilder()
                .addRequests(
                    CreateGrantRequest.newBuilder()
                        .setAccountId("ann")
                        .setTokenType("image")
                        .setAmount(50)
                        .setReason("purchase")
                        .setNote("one, \"two\"\nthree")
                        .setActor("Ann-Ops")
                        .setPriority(7)
                        .setExpireTime(Timestamp.newBuilder().setSeconds(1796058000))
                        .setRequestId("pay_1"))
                .addRequests(
                    CreateGrantRequest.newBuilder()
                        .setAccountId("bob")
                        .setTokenType("image")
                        .setAmount(5)
                        .setReason("gift")
                        .setActor("Ann-Ops")
                        .setRequestId("r.5"))
                .build()),
        admin.requests());
    assertEquals(
        """
        #  account  member  result
        2  ann              done
        5  bob              FAILED MEMBER_HAS_PAYER: club pays
        6  eve              FAILED INVALID_REQUEST: amount: 'many' (expected: a whole number of tokens)
        7  eve              FAILED INVALID_REQUEST: 9 cells (expected: at most 8, as the header has)
        """,
        ran.out());
    assertEquals(1, ran.exitCode());
  }

  @Test
  void aFileOfAccounts() throws Exception {
    Path file =
        file(
            """
            account_id,plan,status,grace_period,members_only,allowances,time_zone
            ann,pro,suspended,3d,yes,image=100:monthly; video=5,Asia/Bangkok
            eve,,,,,,
            zoe,,asleep,,,,
            """);

    Shell.Ran ran =
        new Shell(admin.target()).run("account", "import", file.toString(), "--request-id=r");

    assertEquals(
        List.of(
            BatchCreateAccountsRequest.newBuilder()
                .addRequests(
                    CreateAccountRequest.newBuilder()
                        .setAccount(
                            Account.newBuilder()
                                .setAccountId("ann")
                                .setPlan("pro")
                                .setStatus(AccountStatus.ACCOUNT_STATUS_SUSPENDED)
                                .setGracePeriod(Span.parse("3d").toProto())
                                .setMembersOnly(true)
                                .setTimeZone("Asia/Bangkok")
                                .addAllowances(
                                    Allowance.newBuilder()
                                        .setTokenType("image")
                                        .setAmount(100)
                                        .setResets("monthly"))
                                .addAllowances(
                                    Allowance.newBuilder().setTokenType("video").setAmount(5)))
                        .setRequestId("r.2"))
                .addRequests(
                    CreateAccountRequest.newBuilder()
                        .setAccount(Account.newBuilder().setAccountId("eve"))
                        .setRequestId("r.3"))
                .build()),
        admin.requests());
    assertTrue(ran.out().contains("status: 'asleep' (expected: active, suspended)"), ran::out);
  }

  @Test
  void aHeaderThatIsWrongIsToldBeforeAnythingIsSent() throws Exception {
    Path file = file("acount_id,token_type,amount\nann,image,5\n");

    Shell.Ran ran =
        new Shell(admin.target()).run("grant", "import", file.toString(), "--reason=gift");

    assertEquals(2, ran.exitCode());
    assertTrue(ran.err().contains("in.csv: the first line is acount_id,"), ran::err);
    assertTrue(ran.err().contains("at least account_id,amount,token_type"), ran::err);
    assertEquals(List.of(), admin.requests());
  }

  @Test
  void aBatchThatIsNotAnsweredSaysHowToGoOn() throws Exception {
    admin.fails(
        "BatchCreateGrants", Status.UNAVAILABLE.withDescription("gone").asRuntimeException());
    Path file = file("account_id,token_type,amount\nann,image,5\n");

    Shell.Ran ran =
        new Shell(admin.target())
            .run("grant", "import", file.toString(), "--reason=gift", "--request-id=r");

    assertEquals(1, ran.exitCode());
    assertTrue(ran.err().contains("gone"), ran::err);
    assertTrue(ran.err().contains("run it again with --request-id=r"), ran::err);
  }

  @Test
  void anOpenQuoteAndAMissingFile() throws Exception {
    Path file = file("account_id,token_type,amount\nann,\"image,5\n");

    Shell.Ran open =
        new Shell(admin.target()).run("grant", "import", file.toString(), "--reason=gift");
    Shell.Ran missing =
        new Shell(admin.target()).run("grant", "import", folder + "/none.csv", "--reason=gift");

    assertEquals(1, open.exitCode());
    assertTrue(open.err().contains("in.csv:2: a quote is never closed"), open::err);
    assertEquals(2, missing.exitCode());
    assertTrue(missing.err().contains("none.csv: no such file"), missing::err);
  }
}
