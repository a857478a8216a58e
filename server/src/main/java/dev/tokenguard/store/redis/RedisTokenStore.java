package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.domain.Settlement;
import dev.tokenguard.store.TokenStore;
import dev.tokenguard.store.redis.PlannedCall.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;

/** The store in Redis: one script call per call. Thread-safe; never blocks. */
public final class RedisTokenStore implements TokenStore {
  private static final byte[] FRAME = {}; // filled in by PlannedCall, as is VIA
  private static final byte[] VIA = {};
  private static final String NO_MEMBER = "";

  /** WHOLE of {@code layout.lua}: what was held is charged, no more and no less. */
  private static final byte[] WHOLE = utf8("whole");

  /**
   * Bounds that the scripts hold.
   *
   * @param openReservations open reservations of one account
   * @param ledgerEntries ledger entries of one account; older ones are folded into one
   * @param memory how long an ended reservation's outcome is told again
   * @param requestMemory how long a change by an operator is told again
   * @param members members of one account
   * @param grants grants of one account of which something is left
   * @param usageDays days for which usage is kept
   * @param recentDenials denials of one account that are kept for operators; 0 for none
   */
  public record Limits(
      int openReservations,
      int ledgerEntries,
      Duration memory,
      Duration requestMemory,
      int members,
      int grants,
      int usageDays,
      int recentDenials) {}

  private final PlannedCall calls;
  private final byte[] recentDenials;

  /**
   * A store.
   *
   * @param recentDenials denials of an account that are kept; 0 for none
   */
  RedisTokenStore(PlannedCall calls, int recentDenials) {
    this.calls = calls;
    this.recentDenials = ascii(recentDenials);
  }

  @Override
  public CompletionStage<Decision> reserve(ReserveCommand command) {
    byte[] ttl = ascii(command.ttl().toMillis());
    return decide(Script.RESERVE, command, ttl, recentDenials);
  }

  @Override
  public CompletionStage<Decision> consume(ReserveCommand command) {
    return decide(Script.CONSUME, command, recentDenials);
  }

  private CompletionStage<Decision> decide(
      Script script, ReserveCommand command, byte[]... further) {
    return calls.run(
        script,
        targetOf(command.member()),
        command.account(),
        command.member(),
        (plan, member) -> {
          byte[][] arguments = new byte[6 + further.length][];
          arguments[0] = FRAME;
          arguments[1] = utf8(command.reservation());
          arguments[2] = VIA;
          arguments[3] = beginningOfHold(command, member);
          arguments[4] = ascii(plan.lists(command.feature()) ? 1 : 0);
          arguments[5] = Packer.amounts(command.amounts());
          System.arraycopy(further, 0, arguments, 6, further.length);
          return arguments;
        },
        answer -> decision(command, answer));
  }

  /** The first values of HOLD, which the script stores as they are. */
  private static byte[] beginningOfHold(ReserveCommand command, String member) {
    byte[] metadata = Packer.metadata(command.metadata());
    return Packer.pack(
        out ->
            out.packString(command.fingerprint())
                .packString(command.feature())
                .packString(member)
                .packRawStringHeader(metadata.length)
                .writePayload(metadata));
  }

  private static Decision decision(ReserveCommand command, PlannedCall.Answer answer) {
    ReplyReader reply = answer.reply();
    String account = answer.payer();
    return switch (reply.code()) {
      case OK -> allowed(account, command.reservation(), answer);
      case DENIED -> denied(command.feature(), command.amounts().types(), answer);
      case NO_ACCOUNT -> noAccount(account, command.feature(), reply);
      case MISMATCH -> throw mismatch(command.reservation());
      case TOO_MANY ->
          throw FaultException.of(
              Fault.TOO_MANY_RESERVATIONS,
              "account "
                  + account
                  + " has "
                  + reply.number(2)
                  + " open reservations, as many as it"
                  + " may have: commit or refund some, or raise reservations.max_open");
      case TOO_MANY_MEMBERS -> throw tooManyMembers(account, reply);
      default -> throw unexpected(reply);
    };
  }

  static FaultException tooManyMembers(String account, ReplyReader reply) {
    return FaultException.of(
        Fault.TOO_MANY_MEMBERS,
        "account "
            + account
            + " has "
            + reply.number(2)
            + " members, as many as it may have: remove some, or raise limits.members");
  }

  /** A member that is named speaks for the account that is named with it. */
  private static Target targetOf(String member) {
    return member.isEmpty() ? Target.PAYER : Target.NAMED;
  }

  @Override
  public CompletionStage<Decision> check(ReserveCommand command) {
    return calls.run(
        Script.CHECK,
        targetOf(command.member()),
        command.account(),
        command.member(),
        (plan, member) ->
            new byte[][] {
              FRAME,
              utf8(member),
              VIA,
              ascii(plan.lists(command.feature()) ? 1 : 0),
              Packer.amounts(command.amounts())
            },
        answer -> checked(command, answer));
  }

  private static Decision checked(ReserveCommand command, PlannedCall.Answer answer) {
    ReplyReader reply = answer.reply();
    String account = answer.payer();
    return switch (reply.code()) {
      case OK ->
          new Decision.Allowed(
              new Reservation(
                  "",
                  account,
                  answer.payer().equals(command.account()) ? command.member() : command.account(),
                  command.feature(),
                  command.amounts(),
                  Reservation.State.OPEN,
                  Instant.ofEpochMilli(reply.now()),
                  Instant.ofEpochMilli(reply.now())),
              false,
              answer.account(command.amounts().types()));
      case DENIED -> denied(command.feature(), command.amounts().types(), answer);
      case NO_ACCOUNT -> noAccount(account, command.feature(), reply);
      default -> throw unexpected(reply);
    };
  }

  @Override
  public CompletionStage<Settlement> commit(CommitCommand command) {
    return calls.run(
        Script.COMMIT,
        Target.ANY_PAYER,
        command.account(),
        NO_MEMBER,
        (plan, member) -> {
          Amounts used = command.actual();
          return new byte[][] {
            FRAME,
            utf8(command.reservation()),
            VIA,
            used == null ? WHOLE : utf8(used.byType().toString()),
            Packer.metadata(command.metadata()),
            Packer.amounts(used == null ? Amounts.NONE : used)
          };
        },
        answer -> committed(command, answer));
  }

  private static Settlement committed(CommitCommand command, PlannedCall.Answer answer) {
    ReplyReader reply = answer.reply();
    String id = command.reservation();
    switch (reply.code()) {
      case OK -> {
        StoredValues.Hold hold = reply.hold(answer.payer(), id);
        return new Settlement(
            hold.reservation(),
            hold.charged(),
            hold.returned(),
            hold.overdrawn(),
            hold.uncovered(),
            hold.late(),
            reply.replayed(),
            answer.account(hold.types()));
      }
      case MISMATCH -> throw mismatch(id);
      case LATE_REJECTED ->
          throw FaultException.of(
              Fault.LATE_COMMIT_REJECTED,
              "reservation "
                  + id
                  + " has expired, and the plan's policy late_commit is reject:"
                  + " extend holds while the work runs");
      case OVERAGE_REJECTED ->
          throw FaultException.of(
              Fault.OVERAGE_REJECTED,
              "more "
                  + reply.text(2)
                  + " was used than reservation "
                  + id
                  + " holds, and the plan's"
                  + " policy overage is reject: raise the hold with Extend first, or commit less");
      case RANGE ->
          throw FaultException.of(
              Fault.AMOUNT_OUT_OF_RANGE,
              "the debt of " + reply.text(2) + " would pass " + Amounts.MAX);
      default -> throw settlementFault(id, command.account(), reply);
    }
  }

  @Override
  public CompletionStage<Settlement> refund(RefundCommand command) {
    return calls.run(
        Script.REFUND,
        Target.ANY_PAYER,
        command.account(),
        NO_MEMBER,
        (plan, member) ->
            new byte[][] {FRAME, utf8(command.reservation()), VIA, utf8(command.reason())},
        answer -> refunded(command, answer));
  }

  private static Settlement refunded(RefundCommand command, PlannedCall.Answer answer) {
    ReplyReader reply = answer.reply();
    if (reply.code() != ReplyCode.OK) {
      throw settlementFault(command.reservation(), command.account(), reply);
    }
    StoredValues.Hold hold = reply.hold(answer.payer(), command.reservation());
    Reservation reservation = hold.reservation();
    return new Settlement(
        reservation,
        Amounts.NONE,
        reservation.amounts(),
        Amounts.NONE,
        Amounts.NONE,
        false,
        reply.replayed(),
        answer.account(hold.types()));
  }

  @Override
  public CompletionStage<Decision> extend(ExtendCommand command) {
    return calls.run(
        Script.EXTEND,
        Target.ANY_PAYER,
        command.account(),
        NO_MEMBER,
        (plan, member) ->
            new byte[][] {
              FRAME,
              utf8(command.reservation()),
              VIA,
              ascii(command.ttl().toMillis()),
              Packer.amounts(command.amounts())
            },
        answer -> extended(command, answer));
  }

  private static Decision extended(ExtendCommand command, PlannedCall.Answer answer) {
    ReplyReader reply = answer.reply();
    String account = answer.payer();
    return switch (reply.code()) {
      case OK -> {
        StoredValues.Hold hold = reply.hold(account, command.reservation());
        yield new Decision.Allowed(
            hold.reservation(),
            false,
            answer.account(hold.types()),
            reply.before(account, command.reservation()));
      }
      case DENIED -> {
        StoredValues.Hold hold = reply.hold(account, command.reservation());
        Set<String> types = new TreeSet<>(hold.types());
        types.addAll(command.amounts().types());
        yield denied(hold.reservation().feature(), types, answer);
      }
      default -> throw settlementFault(command.reservation(), account, reply);
    };
  }

  @Override
  public CompletionStage<AccountSnapshot> balance(String account, String member) {
    return calls.run(
        Script.BALANCE,
        targetOf(member),
        account,
        member,
        (plan, actor) -> new byte[][] {FRAME, utf8(actor), VIA},
        answer -> {
          ReplyReader reply = answer.reply();
          return switch (reply.code()) {
            case OK -> reply.wholeAccount(answer.payer(), answer.profile(), answer.plan());
            case NO_ACCOUNT ->
                throw FaultException.of(
                    Fault.ACCOUNT_NOT_FOUND,
                    "no account "
                        + account
                        + ", and the catalog has no default_plan to open one on");
            default -> throw unexpected(reply);
          };
        });
  }

  private static Decision allowed(String account, String reservation, PlannedCall.Answer answer) {
    Reservation told = answer.reply().hold(account, reservation).reservation();
    // Of what was used beyond it, the script has not looked whether a reset is due.
    return new Decision.Allowed(
        told, answer.reply().replayed(), answer.account(told.amounts().types()));
  }

  private static Decision denied(
      String feature, Collection<String> types, PlannedCall.Answer answer) {
    return new Decision.Denied(answer.reply().denial(feature), answer.account(types));
  }

  private static Decision noAccount(String account, String feature, ReplyReader reply) {
    return new Decision.Denied(
        new Denial(
            Denial.Reason.ACCOUNT_NOT_FOUND, feature, null, Denial.Scope.ACCOUNT, 0, 0, null),
        new AccountSnapshot(
            account,
            "",
            null,
            List.of(),
            List.of(),
            0,
            0,
            Instant.ofEpochMilli(reply.now()),
            List.of()));
  }

  private static FaultException mismatch(String reservation) {
    return FaultException.of(
        Fault.IDEMPOTENCY_MISMATCH,
        "reservation_id "
            + reservation
            + " was used with another request: repeat the same request,"
            + " or make a new id for new work");
  }

  private static FaultException settlementFault(String id, String account, ReplyReader reply) {
    return switch (reply.code()) {
      case NOT_FOUND, NO_ACCOUNT, NOT_PAYER -> // the last of those that paid before is gone
          FaultException.noReservation(account, id);
      case ENDED -> {
        String state = reply.endedState().name();
        yield FaultException.of(
            Fault.RESERVATION_ENDED,
            "reservation " + id + " has ended already: it is " + state,
            Map.of("state", state));
      }
      default -> unexpected(reply);
    };
  }

  private static FaultException unexpected(ReplyReader reply) {
    return FaultException.of(Fault.INTERNAL, "a script answered " + reply.code());
  }

  private static byte[] ascii(long number) {
    return utf8(Long.toString(number));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
