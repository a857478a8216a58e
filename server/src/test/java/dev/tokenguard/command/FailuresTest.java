package dev.tokenguard.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import dev.tokenguard.v1.CreateGrantRequest;
import dev.tokenguard.v1.CreateGrantResponse;
import dev.tokenguard.v1.DeleteAccountResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is told on one line when something goes wrong, and what a command never does. */
class FailuresTest {
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

  /**
   * Usage that is wrong.
   *
   * @param says what is told, among others
   */
  record Wrong(String command, String... says) {
    @Override
    public String toString() {
      return command;
    }
  }

  static Stream<Wrong> wrong() {
    return Stream.of(
        new Wrong("account get", "'ACCOUNT'"),
        new Wrong("account update ann", "nothing to change", "--plan"),
        new Wrong(
            "account update ann --expires=2026-12-31 --no-expiry", "--expires and --no-expiry"),
        new Wrong(
            "account create ann --expires=31.12.2026", "--expires", "'31.12.2026'", "2026-12-31"),
        new Wrong("account create ann --grace=3x", "--grace", "'3x'", "3d"),
        new Wrong("account create ann --allowance=image", "--allowance", "'image'", "image=10"),
        new Wrong("account create ann --allowance=image=5:daily:twice", "'twice'", "rollover=N"),
        new Wrong("account list --status=asleep", "--status", "'asleep'", "active, suspended"),
        new Wrong("account list --limit=many", "--limit", "many"),
        new Wrong("account get ann --jsn", "--jsn", "--json"),
        new Wrong("account gt ann", "gt", "get"),
        new Wrong("account get ann --timeout=0s", "--timeout"),
        new Wrong("account get ann --timeout=2d", "--timeout", "at most 1d"),
        new Wrong("account get ann --timeout=soon", "--timeout", "'soon'"),
        new Wrong("member add org", "expected: either ids of members, or --file=FILE"),
        new Wrong("member add org ann --file=x", "expected: either ids"),
        new Wrong("member add org ann -", "- alone"),
        new Wrong(
            "member add org ann --cap=image=1 --cap=image=2", "--cap", "image is named twice"),
        new Wrong("member add org ann --cap=image=ten", "--cap", "'ten'", "whole number"),
        new Wrong("member cap org ann", "--cap=TYPE=AMOUNT, or --no-caps"),
        new Wrong("member cap org ann --no-caps --cap=image=1", "--no-caps"),
        new Wrong("grant create ann image=5", "--reason"),
        new Wrong("grant create ann 5 --reason=gift", "'5'", "image=10"),
        new Wrong("grant adjust ann image=1.5 --reason=gift", "'1.5'", "whole number"),
        new Wrong("ledger list ann --kind=commit,bye", "'bye'", "open, grant, reset"),
        new Wrong("usage show ann --by=week", "'week'", "day, feature, token-type, member"),
        new Wrong("usage show ann --from=november", "--from", "'november'"),
        new Wrong("audit", "expected: either an account, or --all"),
        new Wrong("audit ann --all", "expected: either an account, or --all"),
        new Wrong("audit ann --plan=free", "--all"),
        new Wrong("account delete ann", "delete account ann", "--yes", "no terminal"),
        new Wrong("grant revoke ann pay_1", "pay_1", "--yes", "no terminal"),
        new Wrong("reservation refund ann job-1", "job-1", "--yes", "no terminal"),
        new Wrong("member remove org ann bob", "2 members", "--yes", "no terminal"),
        new Wrong("member remove org -", "standard input", "--yes", "no terminal"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void wrongUsageSendsNothing(Wrong each) {
    Shell.Ran ran = run(each.command);

    assertEquals(2, ran.exitCode(), ran::err);
    for (String part : each.says) {
      assertTrue(ran.err().contains(part), () -> part + " is not in: " + ran.err());
    }
    assertEquals("", ran.out());
    assertEquals(List.of(), admin.requests());
  }

  /**
   * A call that the server refuses.
   *
   * @param says what is told after {@code tokenguard: }, where {@code <AT>} stands for the server
   */
  record Refused(String command, String method, StatusRuntimeException fault, String says) {
    @Override
    public String toString() {
      return command + " " + fault.getStatus().getCode();
    }
  }

  static Stream<Refused> refused() {
    return Stream.of(
        new Refused(
            "account get ann",
            "GetAccount",
            fault(Status.Code.NOT_FOUND, "ACCOUNT_NOT_FOUND", "account_id: no account ann"),
            "account_id: no account ann (NOT_FOUND ACCOUNT_NOT_FOUND from <AT>)"),
        new Refused(
            "account update ann --plan=pro --version=3",
            "UpdateAccount",
            fault(Status.Code.ABORTED, "STALE_VERSION", "version: 3 (it is 4)"),
            "version: 3 (it is 4) (ABORTED STALE_VERSION from <AT>); read it again with 'account"
                + " get', and give that --version"),
        new Refused(
            "member add org ann",
            "AddMember",
            FakeAdmin.fault(
                Status.Code.FAILED_PRECONDITION,
                "MEMBER_HAS_PAYER",
                "paid for",
                Map.of("payer", "club")),
            "paid for (FAILED_PRECONDITION MEMBER_HAS_PAYER from <AT>); --move moves the member here"
                + " from club"),
        new Refused(
            "account delete ann --yes",
            "DeleteAccount",
            fault(Status.Code.FAILED_PRECONDITION, "OPEN_RESERVATIONS", "3 open"),
            "3 open (FAILED_PRECONDITION OPEN_RESERVATIONS from <AT>); --force returns them first"),
        new Refused(
            "account get ann",
            "GetAccount",
            Status.UNIMPLEMENTED.asRuntimeException(),
            "(UNIMPLEMENTED from <AT>); is it a TokenGuard server, and as new as this command?"),
        new Refused(
            "account get ann",
            "GetAccount",
            fault(Status.Code.UNAVAILABLE, "STORE_UNAVAILABLE", "Redis is down\nfor now"),
            "Redis is down for now (UNAVAILABLE STORE_UNAVAILABLE from <AT>)"),
        new Refused(
            "grant create ann image=5 --reason=gift --request-id=r1",
            "CreateGrant",
            fault(Status.Code.DEADLINE_EXCEEDED, "STORE_TIMEOUT", "Redis is slow"),
            "Redis is slow (DEADLINE_EXCEEDED STORE_TIMEOUT from <AT>); it may have been done: try"
                + " again with --request-id=r1"),
        new Refused(
            "grant create ann image=5 --reason=gift --request-id=r1",
            "CreateGrant",
            fault(Status.Code.UNAVAILABLE, "OVERLOADED", "busy"),
            "busy (UNAVAILABLE OVERLOADED from <AT>)"),
        new Refused(
            "reservation refund ann job-1 --yes",
            "RefundReservation",
            fault(Status.Code.DEADLINE_EXCEEDED, "STORE_TIMEOUT", "Redis is slow"),
            "Redis is slow (DEADLINE_EXCEEDED STORE_TIMEOUT from <AT>); it may have been done: the"
                + " same command again does it once"));
  }

  private static StatusRuntimeException fault(Status.Code code, String reason, String message) {
    return FakeAdmin.fault(code, reason, message, Map.of());
  }

  @ParameterizedTest
  @MethodSource("refused")
  void aRefusalIsOneLine(Refused each) {
    admin.fails(each.method, each.fault);

    Shell.Ran ran = run(each.command);

    assertEquals(
        new Shell.Ran(1, "", "tokenguard: " + each.says.replace("<AT>", admin.target()) + "\n"),
        ran);
  }

  @Test
  void everyViolationIsToldOnce() {
    admin.fails(
        "GetAccount",
        StatusProto.toStatusRuntimeException(
            com.google.rpc.Status.newBuilder()
                .setCode(Status.Code.INVALID_ARGUMENT.value())
                .setMessage("account_id: empty")
                .addDetails(
                    Any.pack(
                        BadRequest.newBuilder()
                            .addFieldViolations(violation("account_id", "empty"))
                            .addFieldViolations(violation("locale", "no language"))
                            .build()))
                .build()));

    assertEquals(
        "tokenguard: account_id: empty; locale: no language (INVALID_ARGUMENT from "
            + admin.target()
            + ")\n",
        run("account get ann").err());
  }

  private static FieldViolation violation(String field, String description) {
    return FieldViolation.newBuilder().setField(field).setDescription(description).build();
  }

  @Test
  void nobodyListens() {
    Shell.Ran ran =
        new Shell("127.0.0.1:1").run("grant", "create", "ann", "image=5", "--reason=gift");

    assertEquals(1, ran.exitCode());
    assertTrue(ran.err().startsWith("tokenguard: cannot reach 127.0.0.1:1: "), ran::err);
    assertTrue(ran.err().contains("--target or TOKENGUARD_TARGET"), ran::err);
    assertTrue(ran.err().contains("try again with --request-id="), ran::err);
    assertEquals(1, ran.err().lines().count());
  }

  @Test
  void aServerThatDoesNotAnswer() {
    admin.hangs("GetAccount");

    Shell.Ran ran = run("account get ann --timeout=100ms");

    assertEquals(1, ran.exitCode());
    assertTrue(ran.err().contains("DEADLINE_EXCEEDED"), ran::err);
    assertTrue(ran.err().contains("--timeout waits longer"), ran::err);
  }

  @Test
  void aChangeWithoutARequestIdGetsOneThatIsTold() {
    admin.answers("CreateGrant", CreateGrantResponse.getDefaultInstance());

    Shell.Ran ran = run("grant create ann image=5 --reason=gift -v");
    run("grant create ann image=5 --reason=gift");

    String first = ((CreateGrantRequest) admin.requests().get(0)).getRequestId();
    String second = ((CreateGrantRequest) admin.requests().get(1)).getRequestId();
    assertTrue(first.matches("[0-9A-HJKMNP-TV-Z]{26}"), first);
    assertFalse(first.equals(second), first);
    assertEquals("calling " + admin.target() + "\nrequest id " + first + "\n", ran.err());
  }

  @Test
  void somebodyAtTheTerminalIsAsked() {
    admin.answers("DeleteAccount", DeleteAccountResponse.getDefaultInstance());
    String[] delete = {"account", "delete", "ann"};

    Shell.Ran yes = new Shell(admin.target()).answering("Yes\n").run(delete);
    Shell.Ran enter = new Shell(admin.target()).answering("\n").run(delete);
    Shell.Ran end = new Shell(admin.target()).answering("").run(delete);

    assertEquals(0, yes.exitCode());
    assertTrue(
        yes.err()
            .startsWith("This will delete account ann with its balances and its history. Go on?"),
        yes::err);
    assertEquals(1, enter.exitCode());
    assertEquals(1, end.exitCode());
    assertEquals(1, admin.requests().size());
  }
}
