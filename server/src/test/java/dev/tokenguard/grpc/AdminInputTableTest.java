package dev.tokenguard.grpc;

import static dev.tokenguard.grpc.TestServer.code;
import static dev.tokenguard.grpc.TestServer.reason;
import static dev.tokenguard.grpc.TestServer.violatedFields;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What operators may send wrong, sent over the wire as they would. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminInputTableTest {

  private final TestServer server;
  private final ForeignClient client;

  AdminInputTableTest() throws IOException {
    server = new TestServer();
    client = new ForeignClient(server.operators());
  }

  @AfterAll
  void stop() throws InterruptedException {
    server.close();
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        bad("CreateAccount", "{}", "account.account_id"),
        bad("CreateAccount", account("account_id: 'a b'"), "account.account_id"),
        bad("CreateAccount", account("plan: 'fre'"), "account.plan"),
        bad("CreateAccount", account("status: 7"), "account.status"),
        bad("CreateAccount", account("time_zone: 'Asia/Bankok'"), "account.time_zone"),
        bad("CreateAccount", account("time_zone: '+07:00'"), "account.time_zone"),
        bad("CreateAccount", account("locale: 'th_TH'"), "account.locale"),
        bad("CreateAccount", account("locale: '" + "a".repeat(70) + "'"), "account.locale"),
        bad("CreateAccount", account("display_name: '" + x(129) + "'"), "account.display_name"),
        bad(
            "CreateAccount",
            account("display_name: '" + "é".repeat(65) + "'"),
            "account.display_name"),
        bad("CreateAccount", account("description: '" + x(513) + "'"), "account.description"),
        bad("CreateAccount", account("grace_period: '-1s'"), "account.grace_period"),
        bad("CreateAccount", account("grace_period: '0.0005s'"), "account.grace_period"),
        bad("CreateAccount", account("grace_period: '31622401s'"), "account.grace_period"),
        bad("CreateAccount", account("expire_time: '1969-12-31T23:59:59Z'"), "account.expire_time"),
        bad(
            "CreateAccount",
            allowance("token_type: 'image', amount: -1"),
            "account.allowances[0].amount"),
        bad("CreateAccount", allowance("amount: 1"), "account.allowances[0].token_type"),
        bad("CreateAccount", allowance("token_type: 'imag'"), "account.allowances[0].token_type"),
        bad(
            "CreateAccount",
            allowance("token_type: 'image', resets: 'hourly'"),
            "account.allowances[0].resets"),
        bad(
            "CreateAccount",
            allowance("token_type: 'image', resets: 'every P1M'"),
            "account.allowances[0].resets"),
        bad(
            "CreateAccount",
            allowance("token_type: 'image', rollover_max: -1"),
            "account.allowances[0].rollover_max"),
        bad(
            "CreateAccount",
            allowance("token_type: 'image', resets: 'never', rollover_max: 1"),
            "account.allowances[0].rollover_max"),
        bad(
            "CreateAccount",
            allowance("token_type: 'image', amount: '9007199254740991', rollover_max: 1"),
            "account.allowances[0].rollover_max"),
        bad(
            "CreateAccount",
            allowance("token_type: 'image'}, {token_type: 'image'"),
            "account.allowances[1].token_type"),
        bad("CreateAccount", account("allowances: [" + many(33, "{}") + "]"), "account.allowances"),
        bad("CreateAccount", "{account: {account_id: 'a'}, request_id: 'a b'}", "request_id"),
        bad(
            "CreateAccount",
            "{account: {account_id: '', plan: 'x', locale: '-'}}",
            "account.account_id",
            "account.plan",
            "account.locale"),
        bad("BatchCreateAccounts", "{}", "requests"),
        bad("BatchCreateAccounts", "{requests: [" + many(1001, "{}") + "]}", "requests"),
        bad("GetAccount", "{}", "account_id"),
        bad("ListAccounts", "{page_size: -1}", "page_size"),
        bad("ListAccounts", "{page_size: 1001}", "page_size"),
        bad("ListAccounts", "{page_token: 'garbage'}", "page_token"),
        bad("ListAccounts", "{page_token: '!!'}", "page_token"),
        bad("ListAccounts", "{page_token: '" + x(2000) + "'}", "page_token"),
        bad("ListAccounts", "{status: 9}", "status"),
        bad("ListAccounts", "{id_prefix: '{'}", "id_prefix"),
        bad("ListAccounts", "{plan: '" + x(129) + "'}", "plan"),
        bad("ListAccounts", "{id_prefix: 'a', member_of: 'm'}", "member_of"),
        bad("UpdateAccount", "{account: {account_id: 'a'}}", "update_mask"),
        bad(
            "UpdateAccount",
            "{account: {account_id: 'a'}, update_mask: 'revision'}",
            "update_mask"),
        bad(
            "UpdateAccount", "{account: {account_id: 'a'}, update_mask: 'plan.name,locale,x'}",
            "update_mask", "update_mask"),
        bad(
            "UpdateAccount",
            "{account: {account_id: 'a', plan: 'x', locale: '-'}, update_mask: 'plan'}",
            "account.plan"),
        bad(
            "UpdateAccount",
            "{account: {account_id: 'a', version: -1}, update_mask: 'plan'}",
            "account.version"),
        bad(
            "DeleteAccount",
            "{version: -1, request_id: '#'}",
            "account_id",
            "version",
            "request_id"),
        bad("AddMember", "{}", "account_id", "member_id"),
        bad("AddMember", "{account_id: 'a', member_id: 'a'}", "member_id"),
        bad(
            "AddMember",
            "{account_id: 'a', member_id: 'm', caps: {website: -1}}",
            "caps[\"website\"]"),
        bad("AddMember", "{account_id: 'a', member_id: 'm', caps: {x: 1}}", "caps[\"x\"]"),
        bad("BatchAddMembers", "{}", "requests"),
        bad("GetMember", "{}", "account_id", "member_id"),
        bad("ListMembers", "{page_size: 1001}", "account_id", "page_size"),
        bad("UpdateMember", "{account_id: 'a', caps: {x: 1}}", "member_id", "caps[\"x\"]"),
        bad("RemoveMember", "{request_id: ' '}", "account_id", "member_id", "request_id"),
        bad("BatchRemoveMembers", "{}", "requests"),
        bad("CreateGrant", "{}", "account_id", "token_type", "amount", "reason", "request_id"),
        bad("CreateGrant", grant("token_type: 'x'"), "token_type"),
        bad("CreateGrant", grant("amount: 0"), "amount"),
        bad("CreateGrant", grant("reason: 'two words'"), "reason"),
        bad("CreateGrant", grant("reason: '" + x(65) + "'"), "reason"),
        bad("CreateGrant", grant("note: '" + x(257) + "'"), "note"),
        bad("CreateGrant", grant("actor: 'a b'"), "actor"),
        bad("CreateGrant", grant("priority: 1001"), "priority"),
        bad("CreateGrant", grant("priority: -1001"), "priority"),
        bad("CreateGrant", grant("start_time: '2036-03-02T12:00:01Z'"), "start_time"),
        bad(
            "CreateGrant",
            grant("start_time: '2026-03-02T00:00:00Z', expire_time: '2026-03-02T00:00:00Z'"),
            "expire_time"),
        bad(
            "CreateGrant",
            grant("start_time: '2026-03-02T00:00:00Z', expire_time: '2026-03-02T00:00:00.0005Z'"),
            "expire_time"),
        bad("BatchCreateGrants", "{}", "requests"),
        bad("ListGrants", "{token_type: '" + x(129) + "'}", "account_id", "token_type"),
        bad(
            "RevokeGrant",
            "{note: '" + x(257) + "', actor: '#'}",
            "account_id",
            "grant_id",
            "note",
            "actor"),
        bad("AdjustBalance", "{}", "account_id", "token_type", "amount", "reason", "request_id"),
        bad(
            "ListReservations",
            "{page_size: -5, member_id: '#'}",
            "account_id",
            "member_id",
            "page_size"),
        bad("GetReservation", "{}", "account_id", "reservation_id"),
        bad(
            "RefundReservation",
            "{reason: '" + x(257) + "'}",
            "account_id",
            "reservation_id",
            "reason"),
        bad(
            "ListTransactions",
            "{page_size: 5000, page_token: 'x'}",
            "account_id",
            "page_size",
            "page_token"),
        bad("ListTransactions", filter("kinds: [99]"), "filter.kinds[0]"),
        bad("ListTransactions", filter("token_type: '" + x(129) + "'"), "filter.token_type"),
        bad(
            "ListTransactions",
            filter("member_id: '#', reservation_id: '#'"),
            "filter.member_id",
            "filter.reservation_id"),
        bad(
            "ListTransactions",
            filter("start_time: '2026-03-02T00:00:00Z', end_time: '2026-03-02T00:00:00Z'"),
            "filter.end_time"),
        bad("GetUsage", "{account_id: 'a', start_date: '2026-2-1'}", "start_date"),
        bad("GetUsage", "{account_id: 'a', end_date: '2026-02-30'}", "end_date"),
        bad("GetUsage", "{account_id: 'a', end_date: '+12026-01-01'}", "end_date"),
        bad(
            "GetUsage",
            "{account_id: 'a', start_date: '2026-02-02', end_date: '2026-02-01'}",
            "start_date"),
        bad(
            "GetUsage",
            "{account_id: 'a', start_date: '2000-02-02', end_date: '2026-02-01'}",
            "start_date"),
        bad("GetUsage", "{account_id: 'a', group_by: [0]}", "group_by[0]"),
        bad("GetUsage", "{account_id: 'a', group_by: [1, 77]}", "group_by[1]"),
        bad("GetUsage", "{account_id: 'a', limit: 10001}", "limit"),
        bad(
            "GetUsage",
            "{account_id: 'a', member_id: '#', feature: '" + x(129) + "'}",
            "member_id",
            "feature"),
        bad("GetStatistics", "{}", "account_id"),
        bad("Export", "{}", "kind"),
        bad("Export", "{kind: 3, format: 9, account_id: '#'}", "format", "account_id"),
        bad("Export", "{kind: 3, filter: {}}", "filter"),
        bad(
            "Export",
            "{kind: 1, start_date: '2026-01-01', end_date: 'x'}",
            "end_date",
            "start_date",
            "end_date"),
        bad(
            "ListDueAccounts",
            "{page_size: 1001, page_token: 'x', id_prefix: '#'}",
            "page_size",
            "page_token",
            "id_prefix"),
        bad(
            "ResetDueAccounts", "{account_ids: ['a', '#', '']}",
            "account_ids[1]", "account_ids[2]"),
        bad("ResetDueAccounts", "{account_ids: [" + many(1001, "'a'") + "]}", "account_ids"),
        bad("ResetDueAccounts", "{page_size: 10001}", "page_size"),
        bad("AuditAccount", "{}", "account_id"),
        bad(
            "ListAdminEvents",
            "{page_size: -1, page_token: 'x', account_id: '#', who: '"
                + x(129)
                + "', rpc: '"
                + x(129)
                + "', outcomes: [1, 77], start_time: '2026-03-02T00:00:00Z',"
                + " end_time: '2026-03-02T00:00:00Z'}",
            "page_size",
            "page_token",
            "account_id",
            "who",
            "rpc",
            "outcomes[1]",
            "end_time"),
        bad("GetEstimates", "{days: 91}", "days"),
        bad("ListDenials", "{page_size: -1}", "account_id", "page_size"),
        bad("GetActivity", "{resolution: 9}", "resolution"),
        bad(
            "GetActivity",
            "{start_time: '2026-01-02T00:00:00Z', end_time: '2026-01-02T00:00:00Z'}",
            "end_time"));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void isInvalidAndNamesEveryField(String method, String json, List<String> fields) {
    StatusRuntimeException e =
        assertThrows(StatusRuntimeException.class, () -> client.call(method, json));
    assertEquals(Status.Code.INVALID_ARGUMENT, code(e), e.getMessage());
    assertEquals("INVALID_REQUEST", reason(e));
    assertEquals(fields, violatedFields(e), e.getMessage());
    assertEquals(List.of(), changesAsked());
    assertEquals(List.of(), server.admin.upkeep.asked);
  }

  /** What was there before is looked at for the record, when the account's id is good. */
  private List<List<Object>> changesAsked() {
    return server.admin.store.asked.stream()
        .filter(asked -> !asked.get(0).equals("get") && !asked.get(0).equals("getMember"))
        .toList();
  }

  static Stream<Arguments> tooLarge() {
    String more = "'9007199254740992'";
    return Stream.of(
        Arguments.of("CreateAccount", allowance("token_type: 'image', amount: " + more)),
        Arguments.of("AddMember", "{account_id: 'a', member_id: 'm', caps: {image: " + more + "}}"),
        Arguments.of(
            "UpdateMember", "{account_id: 'a', member_id: 'm', caps: {image: " + more + "}}"),
        Arguments.of("CreateGrant", grant("amount: " + more)),
        Arguments.of("AdjustBalance", grant("amount: '-9007199254740992'")),
        Arguments.of("AdjustBalance", grant("amount: '-9223372036854775808'")));
  }

  @ParameterizedTest
  @MethodSource("tooLarge")
  void anAmountAboveTheMaximumIsOutOfRange(String method, String json) {
    StatusRuntimeException e =
        assertThrows(StatusRuntimeException.class, () -> client.call(method, json));
    assertEquals(Status.Code.OUT_OF_RANGE, code(e), e.getMessage());
    assertEquals("AMOUNT_OUT_OF_RANGE", reason(e));
    assertEquals(List.of(), changesAsked());
  }

  @Test
  void hintsAtWhatWasMeant() {
    assertTold("CreateAccount", account("plan: 'fre'"), "did you mean \"free\"?");
    assertTold(
        "CreateAccount", account("time_zone: 'Asia/Bankok'"), "did you mean \"Asia/Bangkok\"?");
    assertTold(
        "UpdateAccount",
        "{account: {account_id: 'a'}, update_mask: 'zone'}",
        "allowances, description, display_name, expire_time, grace_period, locale, members_only,"
            + " plan, status, time_zone");
    assertTold("ListAccounts", "{status: 9}", "expected: ACTIVE, SUSPENDED");
    assertTold("CreateAccount", allowance("token_type: 'image', resets: 'hourly'"), "every PT1H");
  }

  private void assertTold(String method, String json, String hint) {
    StatusRuntimeException e =
        assertThrows(StatusRuntimeException.class, () -> client.call(method, json));
    assertTrue(String.valueOf(e.getMessage()).contains(hint), e.getMessage());
  }

  private static Arguments bad(String method, String json, String... fields) {
    return Arguments.of(method, json, List.of(fields));
  }

  private static String account(String fields) {
    String id = fields.startsWith("account_id") ? "" : "account_id: 'a', ";
    return "{account: {" + id + fields + "}}";
  }

  private static String allowance(String fields) {
    return account("allowances: [{" + fields + "}]");
  }

  private static String filter(String fields) {
    return "{account_id: 'a', filter: {" + fields + "}}";
  }

  /** A grant or an adjustment with other values of some fields. */
  private static String grant(String fields) {
    String others =
        Stream.of(
                "account_id: 'a'",
                "token_type: 'website'",
                "amount: 1",
                "reason: 'reward'",
                "request_id: 'q'")
            .filter(other -> !fields.startsWith(other.substring(0, other.indexOf(':') + 1)))
            .collect(Collectors.joining(", "));
    return "{" + others + ", " + fields + "}";
  }

  private static String x(int count) {
    return "x".repeat(count);
  }

  private static String many(int count, String what) {
    return IntStream.range(0, count).mapToObj(i -> what).collect(Collectors.joining(","));
  }
}
