package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.OperatorCall.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Member;
import dev.tokenguard.store.ChangeRequest;
import dev.tokenguard.store.Changed;
import dev.tokenguard.store.Page;
import dev.tokenguard.store.redis.PlannedCall.Target;
import io.lettuce.core.MapScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Members, on both sides: the account's, which decides, and the member's, which tells who pays when
 * it names itself alone. They lie in different places and cannot be changed in one step, so the
 * order is such that what a crash leaves is mended by the next call: the member's side is written
 * first when a member is added, and last when one is removed. Thread-safe.
 */
final class Memberships {
  private static final int MEMBERS = 4; // position among the keys of a script
  private static final byte[] NONE = {};
  private static final ChangeRequest NO_REQUEST = new ChangeRequest("", "");

  private final PlannedCall calls;
  private final OperatorCall operator;
  private final ScriptRunner runner;
  private final Keys keys;
  private final Payers payers;
  private final Requests requests;

  Memberships(
      PlannedCall calls, OperatorCall operator, ScriptRunner runner, Keys keys, StoreClock clock) {
    this.calls = calls;
    this.operator = operator;
    this.runner = runner;
    this.keys = keys;
    this.payers = new Payers(runner, keys, clock);
    this.requests = new Requests(runner, keys);
  }

  CompletionStage<Changed<Member>> add(
      String account,
      String member,
      Amounts caps,
      boolean paysForItself,
      boolean move,
      ChangeRequest request) {
    return requests
        .doneBefore(account, request)
        .thenCompose(
            before ->
                before
                    ? toldAgain(account, member)
                    : added(account, member, caps, paysForItself, move, request));
  }

  /** The member may have been removed since. */
  private CompletionStage<Changed<Member>> toldAgain(String account, String member) {
    return stored(account, member)
        .thenCompose(
            stored ->
                stored == null
                    ? CompletableFuture.completedStage(
                        new Member(account, member, Amounts.NONE, List.of(), false))
                    : get(account, member))
        .thenApply(now -> new Changed<>(now, true));
  }

  private CompletionStage<Changed<Member>> added(
      String account,
      String member,
      Amounts caps,
      boolean paysForItself,
      boolean move,
      ChangeRequest request) {
    return operator
        .look(account, answer -> true) // or the member would point to nothing
        .thenCompose(there -> paysForItself ? apart(account, member) : join(account, member, move))
        .thenCompose(
            side ->
                enlist(account, member, "add", caps, request)
                    .handle((same, thrown) -> restored(account, member, side, same, thrown))
                    .thenCompose(done -> done)
                    .thenCompose(
                        same ->
                            leaveBehind(account, side, member)
                                .thenCompose(
                                    done ->
                                        paysForItself
                                            ? CompletableFuture.completedStage(side)
                                            : confirmed(account, member))
                                .thenCompose(done -> get(account, member))
                                .thenApply(now -> new Changed<>(now, same && !side.changed))));
  }

  /**
   * What was written on the member's side is taken back if the account did not take it in; unless it
   * is not known whether it did.
   */
  private CompletionStage<Boolean> restored(
      String account, String member, Side side, Boolean same, @Nullable Throwable thrown) {
    if (thrown == null) {
      return CompletableFuture.completedStage(same);
    }
    Fault fault = RedisFaults.of(thrown).fault();
    CompletionStage<?> back =
        !side.changed || fault == Fault.STORE_TIMEOUT || fault == Fault.STORE_UNAVAILABLE
            ? CompletableFuture.completedStage(null)
            : side.before.isEmpty() ? leave(account, member) : point(side.before, member, true);
    return back.handle((done, again) -> done)
        .thenCompose(done -> CompletableFuture.failedStage(thrown));
  }

  /** Somebody may have removed the member between the two sides; another payer is let be. */
  private CompletionStage<Side> confirmed(String account, String member) {
    return point(account, member, false);
  }

  /** The member's side: it belongs to the account and goes on paying for itself. */
  private CompletionStage<Side> apart(String account, String member) {
    return leave(account, member)
        .thenCompose(
            left ->
                runner
                    .read(
                        commands ->
                            commands.hset(keys.belongs(member), utf8(account), utf8("0")))
                    .thenApply(done -> new Side(true, left, left ? account : "")));
  }

  /** The member's side: the account pays. */
  private CompletionStage<Side> join(String account, String member, boolean move) {
    return point(account, member, move)
        .thenCompose(
            side ->
                side.done
                    ? CompletableFuture.completedStage(side)
                    : isMember(side.before, member)
                        .thenCompose(
                            still -> {
                              if (still) {
                                throw hasPayer(member, side.before);
                              }
                              // A payer that knows nothing of it.
                              return point(account, member, true);
                            }));
  }

  /** Makes an account the payer; of a member that has another one only if it moves. */
  private CompletionStage<Side> point(String account, String member, boolean move) {
    return calls.run(
        Script.JOIN,
        Target.JOINING,
        member,
        "",
        (plan, actor) -> new byte[][] {NONE, NONE, NONE, utf8(account), utf8(move ? "1" : "0")},
        answer -> {
          ReplyReader reply = answer.reply();
          calls.forget(member);
          return switch (reply.code()) {
            case OK -> new Side(true, !reply.text(2).equals(account), reply.text(2));
            case OTHER_PAYER -> new Side(false, false, reply.text(2));
            default -> throw OperatorCall.fault(member, NO_REQUEST, reply);
          };
        });
  }

  /**
   * What became of the member's side.
   *
   * @param done whether it is as it was to be
   * @param changed whether it was otherwise before
   * @param before the payer that it had before; empty for none
   */
  private record Side(boolean done, boolean changed, String before) {}

  private static FaultException hasPayer(String member, String payer) {
    return FaultException.of(
        Fault.MEMBER_HAS_PAYER,
        "member "
            + member
            + " is paid for by account "
            + payer
            + ": remove it there first, or set move",
        Map.of("payer", payer));
  }

  /** A member that has moved is no member of the account that it came from. */
  private CompletionStage<?> leaveBehind(String account, Side side, String member) {
    return side.before.isEmpty() || side.before.equals(account)
        ? CompletableFuture.completedStage(null)
        : enlist(side.before, member, "remove", Amounts.NONE, NO_REQUEST)
            .handle((done, thrown) -> done);
  }

  /** The account's side. Returns whether it was so before. */
  private CompletionStage<Boolean> enlist(
      String account, String member, String what, Amounts caps, ChangeRequest request) {
    return operator.change(
        Script.ENLIST,
        account,
        request,
        answer -> {
          ReplyReader reply = answer.reply();
          return switch (reply.code()) {
            case OK -> reply.replayed();
            case NO_MEMBER -> throw noMember(account, member);
            default -> throw OperatorCall.fault(account, request, reply);
          };
        },
        utf8(member),
        utf8(what),
        Packer.amounts(caps));
  }

  private static FaultException noMember(String account, String member) {
    return FaultException.of(
        Fault.MEMBER_NOT_FOUND, "account " + account + " has no member " + member);
  }

  private CompletionStage<Boolean> isMember(String account, String member) {
    return stored(account, member)
        .thenApply(stored -> stored != null && StoredMember.of(stored).listed());
  }

  private CompletionStage<byte @Nullable []> stored(String account, String member) {
    return runner.read(commands -> commands.hget(keys.of(account)[MEMBERS], utf8(member)));
  }

  CompletionStage<Changed<Member>> cap(
      String account, String member, Amounts caps, ChangeRequest request) {
    return enlist(account, member, "cap", caps, request)
        .thenCompose(
            replayed -> get(account, member).thenApply(now -> new Changed<>(now, replayed)));
  }

  /** Returns whether this very request had removed it before. */
  CompletionStage<Boolean> remove(String account, String member, ChangeRequest request) {
    return enlist(account, member, "remove", Amounts.NONE, request)
        .handle(
            (replayed, thrown) ->
                mended(account, member).thenApply(done -> rethrown(replayed, thrown)))
        .thenCompose(done -> done);
  }

  /** The member's side follows the account's: a request that is repeated may come after another. */
  private CompletionStage<?> mended(String account, String member) {
    return isMember(account, member)
        .thenCompose(
            still ->
                still ? CompletableFuture.completedStage(false) : leave(account, member));
  }

  /** The member's side is mended even where the account knows of no such member. */
  private static Boolean rethrown(Boolean replayed, @Nullable Throwable thrown) {
    if (thrown != null) {
      throw RedisFaults.of(thrown);
    }
    return replayed;
  }

  /** Returns whether the account was its payer. */
  private CompletionStage<Boolean> leave(String account, String member) {
    return payers
        .leave(member, account, 0)
        .thenApply(
            reply -> {
              calls.forget(member);
              return StoredValues.number(reply, 2) == 1;
            });
  }

  CompletionStage<Member> get(String account, String member) {
    return operator
        .look(account, answer -> StoredValues.account(answer.reply().stored()))
        .thenCompose(
            now ->
                stored(account, member)
                    .thenApply(
                        stored -> {
                          if (stored == null) {
                            throw noMember(account, member);
                          }
                          return StoredMember.of(stored)
                              .member(account, member, StoredValues.periods(now));
                        }));
  }

  /** A page; see {@link dev.tokenguard.store.AccountStore#listMembers}. */
  CompletionStage<Page<Member>> list(String account, String cursor, int size, boolean counted) {
    return operator
        .look(account, answer -> StoredValues.account(answer.reply().stored()))
        .thenCompose(
            now ->
                runner
                    .read(
                        commands ->
                            commands.hscan(
                                keys.of(account)[MEMBERS],
                                ScanCursor.of(cursor.isEmpty() ? "0" : cursor),
                                ScanArgs.Builder.limit(size)))
                    .thenApply(part -> page(account, part, StoredValues.periods(now), counted)));
  }

  private static Page<Member> page(
      String account,
      MapScanCursor<byte[], byte[]> part,
      Map<String, Long> periods,
      boolean counted) {
    List<Member> members = new ArrayList<>(part.getMap().size());
    part.getMap()
        .forEach(
            (name, packed) -> {
              StoredMember stored = StoredMember.of(packed);
              if (stored.listed() || counted) {
                members.add(stored.member(account, new String(name, UTF_8), periods));
              }
            });
    return new Page<>(members, part.isFinished() ? null : part.getCursor());
  }

  /** The accounts that the member was added to and has not left. */
  CompletionStage<List<String>> accountsOf(String member) {
    return payers
        .of(member)
        .thenCompose(
            accounts -> {
              List<CompletableFuture<Boolean>> is = new ArrayList<>(accounts.size());
              for (String account : accounts) {
                is.add(isMember(account, member).toCompletableFuture());
              }
              return CompletableFuture.allOf(is.toArray(CompletableFuture[]::new))
                  .thenApply(
                      done -> {
                        List<String> members = new ArrayList<>(accounts.size());
                        for (int i = 0; i < accounts.size(); i++) {
                          if (is.get(i).join()) {
                            members.add(accounts.get(i));
                          }
                        }
                        return members;
                      });
            });
  }
}
