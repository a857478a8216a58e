package dev.tokenguard.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.util.JsonFormat;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a command asks the server for, and what it tells people and scripts of the answer. */
class RequestsTest {
  private static final FakeAdmin ADMIN = start();

  private static FakeAdmin start() {
    try {
      return new FakeAdmin();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A command that makes one call.
   *
   * @param command its words; quotes keep some together
   * @param method what it calls
   * @param request what is asked, in protobuf's text form
   * @param answer what the server says, in the same
   * @param says what people are told, among others, however wide the columns are
   */
  record Case(String command, String method, String request, String answer, String... says) {
    @Override
    public String toString() {
      return command;
    }
  }

  private static final String ANN =
      """
      account {
        account_id: 'ann' display_name: 'Ann' plan: 'free' status: ACCOUNT_STATUS_ACTIVE
        expire_time { seconds: 1798650000 } grace_period { seconds: 259200 } version: 7 revision: 40
        balances { token_type: 'image' granted: 100 consumed: 60 held: 37 available: 3
          used_ratio: 0.97 low: true reset_time { seconds: 1796058000 } }
      }
      """;

  private static final String BALANCE =
      "balance { token_type: 'image' granted: 50 available: 45 consumed: 5 used_ratio: 0.1 }";

  static Stream<Case> accounts() {
    return Stream.of(
        new Case(
            "account create ann --request-id r1",
            "CreateAccount",
            "account { account_id: 'ann' } request_id: 'r1'",
            ANN,
            "account ann",
            "name Ann",
            "expires 2026-12-31 00:00:00+07:00 and 3d of grace",
            "version 7 (revision 40)",
            "image 3 100 60 37 0 0 97% 2026-12-01 00:00:00+07:00 low"),
        new Case(
            "account create ann --name 'Ann B' --description x --plan pro --expires 2026-12-31"
                + " --grace 1d12h --members-only --zone Asia/Bangkok --locale th"
                + " --allowance image=100:monthly --allowance 'video=5:every 30 days:rollover=2:"
                + "carry-debt' --request-id r1",
            "CreateAccount",
            """
            account {
              account_id: 'ann' display_name: 'Ann B' description: 'x' plan: 'pro'
              expire_time { seconds: 1798650000 } grace_period { seconds: 129600 }
              members_only: true time_zone: 'Asia/Bangkok' locale: 'th'
              allowances { token_type: 'image' amount: 100 resets: 'monthly' }
              allowances { token_type: 'video' amount: 5 resets: 'every 30 days' rollover_max: 2
                carry_debt: true }
            }
            request_id: 'r1'
            """,
            ANN),
        new Case("account get ann", "GetAccount", "account_id: 'ann'", ANN, "account ann"),
        new Case(
            "account update ann --plan pro --request-id r1",
            "UpdateAccount",
            "account { account_id: 'ann' plan: 'pro' } update_mask { paths: 'plan' }"
                + " request_id: 'r1'",
            ANN,
            "plan free"),
        new Case(
            "account update ann --no-expiry --no-grace --no-allowances --zone= --name="
                + " --no-members-only --version 7 --request-id r1",
            "UpdateAccount",
            """
            account { account_id: 'ann' version: 7 }
            update_mask {
              paths: 'display_name' paths: 'members_only' paths: 'time_zone' paths: 'expire_time'
              paths: 'grace_period' paths: 'allowances'
            }
            request_id: 'r1'
            """,
            ANN),
        new Case(
            "account suspend ann --request-id r1",
            "UpdateAccount",
            "account { account_id: 'ann' status: ACCOUNT_STATUS_SUSPENDED }"
                + " update_mask { paths: 'status' } request_id: 'r1'",
            "account { account_id: 'ann' status: ACCOUNT_STATUS_SUSPENDED }",
            "ann is suspended"),
        new Case(
            "account activate ann --request-id r1",
            "UpdateAccount",
            "account { account_id: 'ann' status: ACCOUNT_STATUS_ACTIVE }"
                + " update_mask { paths: 'status' } request_id: 'r1'",
            "account { account_id: 'ann' status: ACCOUNT_STATUS_ACTIVE }",
            "ann is active"),
        new Case(
            "account delete ann --force --allow-missing --version 7 --yes --request-id r1",
            "DeleteAccount",
            "account_id: 'ann' force: true allow_missing: true version: 7 request_id: 'r1'",
            "refunded_reservations: 3",
            "ann is deleted; 3 reservations were returned"),
        new Case(
            "member add org ann --cap image=10,video=2 --pays-for-itself --move --request-id r1",
            "AddMember",
            "account_id: 'org' member_id: 'ann' caps { key: 'image' value: 10 }"
                + " caps { key: 'video' value: 2 } pays_for_itself: true move: true"
                + " request_id: 'r1'",
            """
            member {
              account_id: 'org' member_id: 'ann' added: true
              balances { token_type: 'image' cap: 10 consumed: 3 held: 1 }
              balances { token_type: 'website' consumed: 4 }
            }
            """,
            "ann of org",
            "image 10 3 1",
            "website none 4 0"),
        new Case(
            "member get org ann",
            "GetMember",
            "account_id: 'org' member_id: 'ann'",
            "member { account_id: 'org' member_id: 'ann' }",
            "ann of org, counted but not added"),
        new Case(
            "member cap org ann --cap image=0 --request-id r1",
            "UpdateMember",
            "account_id: 'org' member_id: 'ann' caps { key: 'image' value: 0 } request_id: 'r1'",
            "member { account_id: 'org' member_id: 'ann' added: true }",
            "ann of org"),
        new Case(
            "member cap org ann --no-caps --request-id r1",
            "UpdateMember",
            "account_id: 'org' member_id: 'ann' request_id: 'r1'",
            "member { account_id: 'org' member_id: 'ann' added: true }",
            "ann of org"),
        new Case(
            "member remove org ann --request-id r1",
            "RemoveMember",
            "account_id: 'org' member_id: 'ann' request_id: 'r1'",
            "",
            "ann is removed from org"));
  }

  static Stream<Case> grantsAndReservations() {
    return Stream.of(
        new Case(
            "grant create ann image=50 --reason purchase --request-id pay_1",
            "CreateGrant",
            "account_id: 'ann' token_type: 'image' amount: 50 reason: 'purchase'"
                + " actor: 'Ann-Ops' request_id: 'pay_1'",
            "grant { grant_id: 'pay_1' account_id: 'ann' token_type: 'image' amount: 50 } "
                + BALANCE,
            "granted image=50 to ann as grant pay_1",
            "image 45 50 5 0 0 0 10% never"),
        new Case(
            "grant create ann image=50 --reason reward --note 'well done' --actor bob --priority -1"
                + " --starts 2026-12-01T08:00 --expires 2027-01-01T00:00:00Z --request-id r1",
            "CreateGrant",
            "account_id: 'ann' token_type: 'image' amount: 50 reason: 'reward' note: 'well done'"
                + " actor: 'bob' priority: -1 start_time { seconds: 1796086800 }"
                + " expire_time { seconds: 1798761600 } request_id: 'r1'",
            "grant { grant_id: 'r1' account_id: 'ann' token_type: 'image' amount: 50"
                + " expire_time { seconds: 1798761600 } } replayed: true "
                + BALANCE,
            "granted before: image=50 to ann as grant r1, expires 2027-01-01 07:00:00+07:00"),
        new Case(
            "grant adjust ann image=-5 --reason correction --allow-debt --actor bob --request-id r",
            "AdjustBalance",
            "account_id: 'ann' token_type: 'image' amount: -5 reason: 'correction' actor: 'bob'"
                + " allow_debt: true request_id: 'r'",
            BALANCE,
            "adjusted ann by -5 image",
            "image 45 50"),
        new Case(
            "grant revoke ann pay_1 --note refunded --actor bob -y --request-id r1",
            "RevokeGrant",
            "account_id: 'ann' grant_id: 'pay_1' note: 'refunded' actor: 'bob' request_id: 'r1'",
            "revoked: 45 " + BALANCE,
            "revoked image=45 of grant pay_1"),
        new Case(
            "reservation get ann site-1",
            "GetReservation",
            "account_id: 'ann' reservation_id: 'site-1'",
            "reservation { reservation_id: 'site-1' account_id: 'ann' feature: 'create_website'"
                + " amounts { key: 'website' value: 1 } state: RESERVATION_STATE_OPEN }",
            "state open",
            "holds website=1"),
        new Case(
            "reservation refund ann site-1 --reason stuck --yes",
            "RefundReservation",
            "account_id: 'ann' reservation_id: 'site-1' reason: 'stuck'",
            "returned { key: 'website' value: 1 } balances { token_type: 'website' available: 5 }",
            "refunded site-1, website=1 went back",
            "website 5"));
  }

  static Stream<Case> history() {
    return Stream.of(
        new Case(
            "usage show ann --from 2026-11-01 --to 2026-11-30 --by day,type,member --type image"
                + " --feature draw --member bob --limit 5",
            "GetUsage",
            "account_id: 'ann' start_date: '2026-11-01' end_date: '2026-11-30'"
                + " group_by: USAGE_DIMENSION_DAY group_by: USAGE_DIMENSION_TOKEN_TYPE"
                + " group_by: USAGE_DIMENSION_MEMBER token_type: 'image' feature: 'draw'"
                + " member_id: 'bob' limit: 5",
            "start_date: '2026-11-01' end_date: '2026-11-30'"
                + " rows { day: '2026-11-02' token_type: 'image' member_id: 'bob' amount: 12 }"
                + " totals { key: 'image' value: 12 } truncated: true",
            "2026-11-01 to 2026-11-30",
            "day token type member tokens",
            "2026-11-02 image bob 12",
            "in all image=12",
            "the largest 1 rows: --limit tells more"),
        new Case(
            "usage show ann",
            "GetUsage",
            "account_id: 'ann'",
            "rows { token_type: 'image' amount: 12 }",
            "token type tokens",
            "image 12",
            "in all nothing"),
        new Case(
            "usage statistics ann",
            "GetStatistics",
            "account_id: 'ann'",
            "account { account_id: 'ann' plan: 'free' balances { token_type: 'image' } }"
                + " total_granted: 9 total_consumed: 4 total_held: 2 total_available: 3"
                + " consumed_today { key: 'image' value: 4 } next_reset_time { seconds: 1796058000 }",
            "ann on plan free",
            "3 available, 4 consumed, 2 held of 9 granted",
            "today image=4",
            "30 days nothing",
            "next reset 2026-12-01 00:00:00+07:00"),
        new Case(
            "audit ann",
            "AuditAccount",
            "account_id: 'ann'",
            "balanced: true ledger_entries: 1200 revision: 9 types { token_type: 'image' free: 3 }",
            "ann is balanced: 1,200 ledger entries and 0 open reservations, at revision 9",
            "image 0 3"),
        new Case(
            "audit sweep",
            "GetSweep",
            "",
            "holder: 'a' last_walk_time { seconds: 1796058000 } last_walk_seconds: 1.5"
                + " accounts: 1234",
            "last walk 2026-12-01 00:00:00+07:00, took 1.5 s",
            "accounts 1,234 seen"),
        new Case(
            "catalog show",
            "GetCatalog",
            "",
            """
            default_plan: 'free'
            token_types { name: 'image' title: 'Images' low_percent: 20 }
            features { name: 'draw' cost { key: 'image' value: 2 } }
            features { name: 'chat' }
            plans { name: 'free' all_features: true overage: 'charge' late_commit: 'charge'
              allowances { token_type: 'image' amount: 5 resets: 'daily' } }
            rejection { error: 'catalog.yaml:3: no such type' }
            """,
            "default plan: free",
            "image 20% Images",
            "draw image=2",
            "chat free",
            "free image=5:daily all UTC charge charge",
            "catalog.yaml:3: no such type"));
  }

  static Stream<Case> cases() {
    return Stream.of(accounts(), grantsAndReservations(), history()).flatMap(each -> each);
  }

  @BeforeEach
  void reset() {
    ADMIN.reset();
  }

  @AfterAll
  static void stop() {
    ADMIN.close();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void asksAndTellsPeople(Case each) throws Exception {
    ADMIN.answers(each.method, message(each.method, false, each.answer));

    Shell.Ran ran = new Shell(ADMIN.target()).run(words(each.command));

    assertEquals(0, ran.exitCode(), ran::err);
    assertEquals(List.of(message(each.method, true, each.request)), ADMIN.requests());
    String said = (ran.out() + ran.err()).replaceAll(" +", " ");
    for (String line : each.says) {
      assertTrue(said.contains(line), () -> line + "\nis not in\n" + said);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tellsScriptsTheWholeAnswer(Case each) throws Exception {
    Message answer = message(each.method, false, each.answer);
    ADMIN.answers(each.method, answer);
    List<String> words = new ArrayList<>(List.of(words(each.command)));
    words.add("--json");

    Shell.Ran ran = new Shell(ADMIN.target()).run(words.toArray(new String[0]));

    assertEquals(0, ran.exitCode(), ran::err);
    Message.Builder read = answer.newBuilderForType();
    JsonFormat.parser().merge(ran.out(), read);
    assertEquals(answer, read.build());
  }

  private static String[] words(String command) {
    List<String> words = new ArrayList<>();
    String[] parts = command.split("'", -1);
    for (int i = 0; i < parts.length; i++) {
      if (i % 2 == 1) {
        words.add(parts[i]);
      } else {
        Stream.of(parts[i].split(" ")).filter(word -> !word.isEmpty()).forEach(words::add);
      }
    }
    return words.toArray(new String[0]);
  }

  /** A request or an answer of a method. */
  private static Message message(String method, boolean request, String text) throws Exception {
    MethodDescriptor<?, ?> descriptor =
        TokenAdminServiceGrpc.getServiceDescriptor().getMethods().stream()
            .filter(each -> method.equals(each.getBareMethodName()))
            .findFirst()
            .orElseThrow();
    MethodDescriptor.Marshaller<?> marshaller =
        request ? descriptor.getRequestMarshaller() : descriptor.getResponseMarshaller();
    Message.Builder message =
        ((Message) marshaller.parse(InputStream.nullInputStream())).newBuilderForType();
    TextFormat.merge(text, message);
    return message.build();
  }
}
