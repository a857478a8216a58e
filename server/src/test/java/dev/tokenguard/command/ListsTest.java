package dev.tokenguard.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.AccountStatus;
import dev.tokenguard.v1.ActivityPoint;
import dev.tokenguard.v1.AdminCaller;
import dev.tokenguard.v1.AdminEvent;
import dev.tokenguard.v1.AdminEventOutcome;
import dev.tokenguard.v1.Balance;
import dev.tokenguard.v1.Denial;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.DueAccount;
import dev.tokenguard.v1.Estimate;
import dev.tokenguard.v1.GetActivityRequest;
import dev.tokenguard.v1.GetActivityResponse;
import dev.tokenguard.v1.GetCallerResponse;
import dev.tokenguard.v1.GetEstimatesRequest;
import dev.tokenguard.v1.GetEstimatesResponse;
import dev.tokenguard.v1.Grant;
import dev.tokenguard.v1.GrantState;
import dev.tokenguard.v1.ListAccountsRequest;
import dev.tokenguard.v1.ListAccountsResponse;
import dev.tokenguard.v1.ListAdminEventsRequest;
import dev.tokenguard.v1.ListAdminEventsResponse;
import dev.tokenguard.v1.ListDenialsRequest;
import dev.tokenguard.v1.ListDenialsResponse;
import dev.tokenguard.v1.ListDueAccountsRequest;
import dev.tokenguard.v1.ListDueAccountsResponse;
import dev.tokenguard.v1.ListGrantsRequest;
import dev.tokenguard.v1.ListGrantsResponse;
import dev.tokenguard.v1.ListMembersRequest;
import dev.tokenguard.v1.ListMembersResponse;
import dev.tokenguard.v1.ListReservationsRequest;
import dev.tokenguard.v1.ListReservationsResponse;
import dev.tokenguard.v1.ListTransactionsRequest;
import dev.tokenguard.v1.ListTransactionsResponse;
import dev.tokenguard.v1.Member;
import dev.tokenguard.v1.MemberBalance;
import dev.tokenguard.v1.RecentDenial;
import dev.tokenguard.v1.Reservation;
import dev.tokenguard.v1.Transaction;
import dev.tokenguard.v1.TransactionFilter;
import dev.tokenguard.v1.TransactionKind;
import dev.tokenguard.v1.TransactionLine;
import io.grpc.Status;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists: what they ask for, page by page, and how they are told. */
class ListsTest {
  /** 2026-12-01 00:00 in Bangkok. */
  private static final Timestamp DECEMBER = Timestamp.newBuilder().setSeconds(1796058000).build();

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

  private static Shell.Ran run(String... words) {
    return new Shell(admin.target()).run(words);
  }

  /** A server with so many accounts. A page has at most 400, and every other one is empty. */
  private static void accounts(int count) {
    admin.answers(
        "ListAccounts",
        (ListAccountsRequest request) -> {
          boolean empty = request.getPageToken().startsWith("e");
          int from =
              request.getPageToken().isEmpty()
                  ? 0
                  : Integer.parseInt(request.getPageToken().substring(1));
          int to = empty ? from : Math.min(count, from + Math.min(400, request.getPageSize()));
          ListAccountsResponse.Builder page = ListAccountsResponse.newBuilder();
          IntStream.range(from, to)
              .forEach(i -> page.addAccountsBuilder().setAccountId("a" + i).setPlan("free"));
          return page.setNextPageToken(to == count ? "" : (empty ? "f" : "e") + to).build();
        });
  }

  private static List<Integer> pageSizes() {
    return admin.requests().stream()
        .map(request -> ((ListAccountsRequest) request).getPageSize())
        .toList();
  }

  @Test
  void aListStopsAtItsLimitAndSaysThatThereIsMore() {
    accounts(5000);

    Shell.Ran ran = run("account", "list");

    assertEquals(0, ran.exitCode());
    assertEquals(101, ran.out().lines().count());
    assertEquals("the first 100: --limit or --all tells more\n", ran.err());
    assertEquals(List.of(100), pageSizes());
  }

  @Test
  void aLimitAbovePageSizeAsksForMorePages() {
    accounts(5000);

    Shell.Ran ran = run("account", "list", "--limit=1001");

    assertEquals(1002, ran.out().lines().count());
    assertEquals(List.of(1000, 601, 601, 201, 201), pageSizes());
  }

  @Test
  void allMeansAllOverShortAndEmptyPages() {
    accounts(2500);

    Shell.Ran ran = run("account", "list", "--all", "--json");

    assertEquals(2500, ran.out().lines().count());
    assertTrue(ran.out().lines().allMatch(line -> line.startsWith("{\"accountId\":\"a")));
    assertEquals("", ran.err());
  }

  @Test
  void columnsOfALongListKeepTheirPlace() {
    accounts(2500);

    List<String> lines = run("account", "list", "--all").out().lines().toList();

    assertEquals(1, lines.stream().filter(line -> line.startsWith("account")).count());
    assertEquals(lines.get(0).indexOf("plan"), lines.get(1).indexOf("free"));
    assertEquals(2501, lines.size());
  }

  @Test
  void anEmptyListSaysSo() {
    accounts(0);

    Shell.Ran ran = run("account", "list");

    assertEquals(new Shell.Ran(0, "", "none\n"), ran);
  }

  @Test
  void aListThatFailsTellsWhatItHad() {
    admin.answers(
        "ListAccounts",
        (ListAccountsRequest request) -> {
          if (!request.getPageToken().isEmpty()) {
            throw Status.INTERNAL.withDescription("it broke").asRuntimeException();
          }
          return ListAccountsResponse.newBuilder()
              .addAccounts(Account.newBuilder().setAccountId("ann"))
              .setNextPageToken("t")
              .build();
        });

    Shell.Ran ran = run("account", "list", "--all");

    assertEquals(1, ran.exitCode());
    assertTrue(ran.out().contains("ann"), ran::out);
    assertTrue(ran.err().contains("it broke"), ran::err);
  }

  @Test
  void accountsAreFiltered() {
    admin.answers(
        "ListAccounts",
        ListAccountsResponse.newBuilder()
            .addAccounts(
                Account.newBuilder()
                    .setAccountId("ann")
                    .setPlan("pro")
                    .setStatus(AccountStatus.ACCOUNT_STATUS_SUSPENDED)
                    .setExpireTime(DECEMBER)
                    .setMemberCount(12)
                    .setOpenReservations(3)
                    .setDisplayName("Ann\u001b[2J\nB")
                    .addBalances(
                        Balance.newBuilder().setTokenType("image").setAvailable(3).setLow(true))
                    .addBalances(Balance.newBuilder().setTokenType("video").setDebt(4)))
            .build());

    Shell.Ran ran =
        run(
            "account",
            "list",
            "--prefix=a",
            "--plan=pro",
            "--status=suspended",
            "--low",
            "--member-of=bob",
            "--limit=7");

    assertEquals(
        List.of(
            ListAccountsRequest.newBuilder()
                .setPageSize(7)
                .setIdPrefix("a")
                .setPlan("pro")
                .setStatus(AccountStatus.ACCOUNT_STATUS_SUSPENDED)
                .setLow(true)
                .setMemberOf("bob")
                .build()),
        admin.requests());
    assertEquals(
        """
        account  plan  status     expires                    members  open  available              name
        ann      pro   suspended  2026-12-01 00:00:00+07:00       12     3  image=3(low) video=-4  Ann [2J B
        """,
        ran.out());
  }

  @Test
  void members() {
    admin.answers(
        "ListMembers",
        ListMembersResponse.newBuilder()
            .addMembers(
                Member.newBuilder()
                    .setMemberId("ann")
                    .setAdded(true)
                    .putCaps("image", 10)
                    .addBalances(
                        MemberBalance.newBuilder()
                            .setTokenType("image")
                            .setCap(10)
                            .setConsumed(2)
                            .setHeld(1))
                    .addBalances(MemberBalance.newBuilder().setTokenType("video").setConsumed(4)))
            .build());

    Shell.Ran ran = run("member", "list", "org", "--counted");

    assertEquals(
        List.of(
            ListMembersRequest.newBuilder()
                .setAccountId("org")
                .setPageSize(100)
                .setShowCounted(true)
                .build()),
        admin.requests());
    assertEquals(
        """
        member  added  caps      used
        ann     yes    image=10  image=3/10 video=4
        """,
        ran.out());
  }

  @Test
  void grants() {
    admin.answers(
        "ListGrants",
        ListGrantsResponse.newBuilder()
            .addGrants(
                Grant.newBuilder()
                    .setGrantId("pay_1")
                    .setTokenType("image")
                    .setAmount(50)
                    .setRemaining(45)
                    .setPriority(100)
                    .setReason("purchase")
                    .setState(GrantState.GRANT_STATE_ACTIVE))
            .build());

    Shell.Ran ran = run("grant", "list", "ann", "--type=image");

    assertEquals(
        List.of(ListGrantsRequest.newBuilder().setAccountId("ann").setTokenType("image").build()),
        admin.requests());
    assertEquals(
        """
        grant  token type  left  held  granted  priority  state   starts  expires  reason    actor  note
        pay_1  image         45     0       50       100  active          never    purchase
        """,
        ran.out());
  }

  @Test
  void events() {
    admin.answers(
        "ListAdminEvents",
        ListAdminEventsResponse.newBuilder()
            .addEvents(
                AdminEvent.newBuilder()
                    .setTime(DECEMBER)
                    .setRpc("UpdateAccount")
                    .setAccountId("ann")
                    .setCaller(AdminCaller.newBuilder().setName("desk"))
                    .setActor("mia")
                    .setOutcome(AdminEventOutcome.ADMIN_EVENT_OUTCOME_DONE)
                    .setBefore("{\"plan\":\"free\"}")
                    .setAfter("{\"plan\":\"pro\"}"))
            .addEvents(
                AdminEvent.newBuilder()
                    .setRpc("DeleteAccount")
                    .setAccountId("ann")
                    .setOutcome(AdminEventOutcome.ADMIN_EVENT_OUTCOME_REFUSED)
                    .setReason("STALE_VERSION")
                    .setRequest("{\"force\":true}"))
            .build());

    Shell.Ran ran =
        run(
            "events",
            "list",
            "--account=ann",
            "--who=desk",
            "--rpc=UpdateAccount",
            "--outcome=done,refused",
            "--since=2026-11-01T00:00:00Z",
            "--before=2026-12-01T00:00:00Z",
            "--oldest-first");

    assertEquals(
        List.of(
            ListAdminEventsRequest.newBuilder()
                .setPageSize(100)
                .setAccountId("ann")
                .setWho("desk")
                .setRpc("UpdateAccount")
                .addOutcomes(AdminEventOutcome.ADMIN_EVENT_OUTCOME_DONE)
                .addOutcomes(AdminEventOutcome.ADMIN_EVENT_OUTCOME_REFUSED)
                .setStartTime(Timestamp.newBuilder().setSeconds(1793491200))
                .setEndTime(Timestamp.newBuilder().setSeconds(1796083200))
                .setOldestFirst(true)
                .build()),
        admin.requests());
    String[] rows = ran.out().replaceAll(" +", " ").split("\n", -1);
    assertEquals("time who for call account member outcome before after", rows[0].strip());
    assertTrue(
        rows[1].endsWith("desk mia UpdateAccount ann done {\"plan\":\"free\"} {\"plan\":\"pro\"}"),
        rows[1]);
    assertTrue(
        rows[2].endsWith("DeleteAccount ann refused STALE_VERSION asked: {\"force\":true}"),
        rows[2]);
  }

  @Test
  void ledger() {
    admin.answers(
        "ListTransactions",
        ListTransactionsResponse.newBuilder()
            .addTransactions(
                Transaction.newBuilder()
                    .setRevision(12)
                    .setTime(DECEMBER)
                    .setKind(TransactionKind.TRANSACTION_KIND_COMMIT)
                    .setFeature("draw")
                    .setReservationId("job-1")
                    .setLate(true)
                    .addLines(
                        TransactionLine.newBuilder()
                            .setTokenType("image")
                            .setAmount(-2)
                            .setReleased(2)
                            .setBalance(98))
                    .addLines(
                        TransactionLine.newBuilder()
                            .setTokenType("video")
                            .setAmount(-1)
                            .setBalance(4)))
            .addTransactions(
                Transaction.newBuilder()
                    .setRevision(1)
                    .setKind(TransactionKind.TRANSACTION_KIND_OPEN))
            .build());

    Shell.Ran ran =
        run(
            "ledger",
            "list",
            "ann",
            "--kind=commit,open",
            "--type=image",
            "--feature=draw",
            "--member=bob",
            "--reservation=job-1",
            "--from=2026-11-01T00:00:00Z",
            "--before=2026-12-01");

    assertEquals(
        List.of(
            ListTransactionsRequest.newBuilder()
                .setAccountId("ann")
                .setPageSize(100)
                .setFilter(
                    TransactionFilter.newBuilder()
                        .addKinds(TransactionKind.TRANSACTION_KIND_COMMIT)
                        .addKinds(TransactionKind.TRANSACTION_KIND_OPEN)
                        .setTokenType("image")
                        .setFeature("draw")
                        .setMemberId("bob")
                        .setReservationId("job-1")
                        .setStartTime(Timestamp.newBuilder().setSeconds(1793491200))
                        .setEndTime(DECEMBER))
                .build()),
        admin.requests());
    List<String> lines = ran.out().lines().map(line -> line.replaceAll(" +", " ")).toList();
    assertEquals(
        List.of(
            " 12 2026-12-01 00:00:00+07:00 commit image -2 2 98 draw job-1 late",
            " 12 2026-12-01 00:00:00+07:00 commit video -1 0 4 draw job-1 late",
            " 1 open"),
        lines.subList(1, lines.size()));
  }

  @Test
  void reservations() throws Exception {
    Reservation reservation =
        Reservation.newBuilder()
            .setReservationId("job-1")
            .setFeature("draw")
            .putAmounts("image", 2)
            .setExpireTime(DECEMBER)
            .build();
    admin.answers(
        "ListReservations",
        ListReservationsResponse.newBuilder().addReservations(reservation).build());

    Shell.Ran ran = run("reservation", "list", "ann", "--member=bob");
    Shell.Ran json = run("reservation", "list", "ann", "--json");

    assertEquals(
        ListReservationsRequest.newBuilder()
            .setAccountId("ann")
            .setMemberId("bob")
            .setPageSize(100)
            .build(),
        admin.requests().get(0));
    assertTrue(ran.out().contains("job-1        draw             image=2"), ran::out);
    Reservation.Builder read = Reservation.newBuilder();
    JsonFormat.parser().merge(json.out(), read);
    assertEquals(reservation, read.build());
  }

  @Test
  void dueAccounts() {
    admin.answers(
        "ListDueAccounts",
        ListDueAccountsResponse.newBuilder()
            .addAccounts(
                DueAccount.newBuilder()
                    .setAccountId("ann")
                    .setPlan("free")
                    .setDueTime(DECEMBER)
                    .addTokenTypes("image")
                    .addTokenTypes("video"))
            .build());

    Shell.Ran ran = run("reset", "list", "--plan=free", "--prefix=a");

    assertEquals(
        List.of(
            ListDueAccountsRequest.newBuilder()
                .setPageSize(100)
                .setPlan("free")
                .setIdPrefix("a")
                .build()),
        admin.requests());
    assertEquals(
        """
        account  plan  due since                  token types
        ann      free  2026-12-01 00:00:00+07:00  image video
        """,
        ran.out());
  }

  @Test
  void estimates() {
    admin.answers(
        "GetEstimates",
        GetEstimatesResponse.newBuilder()
            .addEstimates(
                Estimate.newBuilder()
                    .setFeature("chat")
                    .setTokenType("tokens")
                    .setCount(1200)
                    .setMeanEstimated(900.25)
                    .setMeanActual(640)
                    .setP50Actual(600)
                    .setP95Actual(1100)
                    .setMaxActual(4000)
                    .setOverrunRatio(0.042)
                    .setCatalogCost(1000))
            .build());

    Shell.Ran ran = run("usage", "estimates", "--feature=chat", "--days=7");

    assertEquals(
        List.of(GetEstimatesRequest.newBuilder().setFeature("chat").setDays(7).build()),
        admin.requests());
    assertTrue(
        ran.out()
            .replaceAll(" +", " ")
            .contains("chat tokens 1200 900.3 640.0 600 1100 4000 4.2% 1000"),
        ran::out);
  }

  @Test
  void denials() {
    admin.answers(
        "ListDenials",
        ListDenialsResponse.newBuilder()
            .addDenials(
                RecentDenial.newBuilder()
                    .setDenial(
                        Denial.newBuilder()
                            .setReason(DenialReason.DENIAL_REASON_INSUFFICIENT_TOKENS)
                            .setTokenType("tokens")
                            .setRequired(9)
                            .setAvailable(4)
                            .setMessage("Too few."))
                    .setFeature("chat")
                    .setMemberId("joe")
                    .setReservationId("r1")
                    .setCount(3))
            .build());

    Shell.Ran ran = run("denials", "ann", "--locale=th");

    assertEquals(
        List.of(ListDenialsRequest.newBuilder().setAccountId("ann").setLocale("th").build()),
        admin.requests());
    assertTrue(
        ran.out()
            .replaceAll(" +", " ")
            .contains("insufficient-tokens chat tokens 9 4 joe r1 Too few."),
        ran::out);
  }

  @Test
  void activity() {
    admin.answers(
        "GetActivity",
        GetActivityResponse.newBuilder()
            .addPoints(
                ActivityPoint.newBuilder()
                    .setAllowed(7)
                    .putDenied("INSUFFICIENT_TOKENS", 2)
                    .putDenied("ACCOUNT_SUSPENDED", 1)
                    .putConsumed("tokens", 90))
            .build());

    Shell.Ran ran = run("activity");

    assertEquals(List.of(GetActivityRequest.getDefaultInstance()), admin.requests());
    assertTrue(
        ran.out()
            .replaceAll(" +", " ")
            .contains("7 3 ACCOUNT_SUSPENDED 1, INSUFFICIENT_TOKENS 2 tokens 90"),
        ran::out);
  }

  @Test
  void whoami() {
    admin.answers(
        "GetCaller",
        GetCallerResponse.newBuilder()
            .setName("ann")
            .setRole("operator")
            .setNamespace("tg")
            .addAccountIds("only")
            .addAccountPrefixes("shop-")
            .addRpcs("tokenguard.v1.TokenAdminService/CreateGrant")
            .addRpcs("tokenguard.v1.TokenGuardService/Check")
            .build());

    Shell.Ran ran = run("whoami");

    assertEquals(
        """
        name       ann
        role       operator
        namespace  tg
        accounts   only, shop-*
        expires    never, or not known
        may call   CreateGrant, Check
        """,
        ran.out());
  }

  @Test
  void aLimitIsAtLeastOne() {
    Shell.Ran ran = run("account", "list", "--limit=0");

    assertEquals(new Shell.Ran(2, "", "tokenguard: --limit: 0 (expected: >= 1)\n"), ran);
    assertEquals(List.of(), admin.requests());
  }
}
