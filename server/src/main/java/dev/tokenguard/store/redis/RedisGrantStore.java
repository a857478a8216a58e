package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.OperatorCall.ascii;
import static dev.tokenguard.store.redis.OperatorCall.utf8;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Balance;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Grant;
import dev.tokenguard.store.ChangeRequest;
import dev.tokenguard.store.GrantStore;
import dev.tokenguard.store.StoreListener;
import dev.tokenguard.store.redis.PlannedCall.Answer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/** Tokens that operators give and take, in Redis. Thread-safe; never blocks. */
final class RedisGrantStore implements GrantStore {
  private static final int GRANTS = 5; // position among the keys of a script

  private final OperatorCall operator;
  private final ScriptRunner runner;
  private final Keys keys;
  private final RedisTokenStore.Limits limits;

  RedisGrantStore(
      PlannedCall calls,
      ScriptRunner runner,
      Keys keys,
      RedisTokenStore.Limits limits,
      StoreListener listener) {
    this.operator = new OperatorCall(calls, limits.requestMemory(), listener);
    this.runner = runner;
    this.keys = keys;
    this.limits = limits;
  }

  @Override
  public CompletionStage<Granted> grant(GrantCommand command, ChangeRequest request) {
    return operator
        .change(
            Script.GRANT,
            command.account(),
            request,
            answer -> {
              if (answer.reply().code() != ReplyCode.OK) {
                throw fault(command.account(), command.tokenType(), request, answer.reply());
              }
              return answer;
            },
            StoredGrant.pack(command, request.id()),
            ascii(limits.grants()))
        .thenCompose(
            answer ->
                stored(command.account())
                    .thenApply(grants -> granted(command, request, answer, grants)));
  }

  private static Granted granted(
      GrantCommand command, ChangeRequest request, Answer answer, Map<Long, StoredGrant> grants) {
    ReplyReader reply = answer.reply();
    boolean replayed = StoredValues.number(reply.detail(), 0) == 1;
    long pocket = StoredValues.number(reply.detail(), 1);
    StoredGrant stored = grants.get(pocket);
    Grant grant =
        stored == null || !stored.id().equals(request.id())
            ? StoredGrant.of(command, request.id(), reply.now()).ended(command.account())
            : stored.grant(command.account(), pockets(reply).get(pocket), reply.now());
    return new Granted(
        grant,
        balance(answer, command.tokenType()),
        reply.revision(),
        replayed,
        reply.replicationPending());
  }

  @Override
  public CompletionStage<List<Grant>> list(String account) {
    return operator
        .look(account, Answer::reply)
        .thenCompose(
            reply ->
                stored(account)
                    .thenApply(
                        grants -> {
                          List<Grant> told = new ArrayList<>(grants.size());
                          Map<Long, StoredGrant> scheduled = new TreeMap<>(grants);
                          pockets(reply)
                              .forEach(
                                  (id, pocket) -> {
                                    StoredGrant grant = scheduled.remove(id);
                                    if (grant != null) {
                                      told.add(grant.grant(account, pocket, reply.now()));
                                    }
                                  });
                          for (StoredGrant grant : scheduled.values()) {
                            if (grant.from() > reply.now()) {
                              told.add(grant.grant(account, null, reply.now()));
                            }
                          }
                          return told;
                        }));
  }

  @Override
  public CompletionStage<Revoked> revoke(
      String account, String grant, String note, String actor, ChangeRequest request) {
    return stored(account)
        .thenCompose(
            grants -> {
              long pocket = 0;
              for (Map.Entry<Long, StoredGrant> entry : grants.entrySet()) {
                if (entry.getValue().id().equals(grant)) {
                  pocket = entry.getKey();
                }
              }
              return operator.change(
                  Script.REVOKE,
                  account,
                  request,
                  answer -> revoked(account, grant, request, answer),
                  ascii(pocket),
                  utf8(grant),
                  StoredGrant.metadata(note, actor));
            });
  }

  private static Revoked revoked(
      String account, String grant, ChangeRequest request, Answer answer) {
    ReplyReader reply = answer.reply();
    if (reply.code() == ReplyCode.NOT_FOUND) {
      throw FaultException.of(
          Fault.GRANT_NOT_FOUND,
          "account " + account + " has no grant " + grant + ", or nothing is left of it");
    }
    if (reply.code() != ReplyCode.OK) {
      throw fault(account, "", request, reply);
    }
    String[] outcome = StoredValues.text(reply.detail(), 1).split(" ", 2);
    return new Revoked(
        Long.parseLong(outcome[0]),
        balance(answer, outcome[1]),
        reply.revision(),
        StoredValues.number(reply.detail(), 0) == 1,
        reply.replicationPending());
  }

  @Override
  public CompletionStage<Adjusted> adjust(AdjustCommand command, ChangeRequest request) {
    byte[] metadata = StoredGrant.metadata(command.note(), command.actor());
    byte[] packed =
        Packer.pack(
            out ->
                out.packString(request.id())
                    .packString(command.tokenType())
                    .packLong(command.amount())
                    .packInt(command.allowDebt() ? 1 : 0)
                    .packString(command.reason())
                    .packRawStringHeader(metadata.length)
                    .addPayload(metadata)
                    .packInt(Grant.DEFAULT_PRIORITY));
    return operator.change(
        Script.ADJUST,
        command.account(),
        request,
        answer -> {
          ReplyReader reply = answer.reply();
          if (reply.code() != ReplyCode.OK) {
            throw fault(command.account(), command.tokenType(), request, reply);
          }
          return new Adjusted(
              balance(answer, command.tokenType()),
              reply.revision(),
              reply.replayed(),
              reply.replicationPending());
        },
        packed,
        ascii(limits.grants()));
  }

  private static Balance balance(Answer answer, String tokenType) {
    return answer.account(List.of(tokenType)).balances().get(0);
  }

  /** Pocket to grant. */
  private CompletionStage<Map<Long, StoredGrant>> stored(String account) {
    return runner
        .read(commands -> commands.hgetall(keys.of(account)[GRANTS]))
        .thenApply(
            fields -> {
              Map<Long, StoredGrant> grants = new TreeMap<>();
              fields.forEach(
                  (pocket, packed) ->
                      grants.put(
                          Long.valueOf(new String(pocket, US_ASCII)), StoredGrant.of(packed)));
              return grants;
            });
  }

  /** The pockets of all grants, by number; in burn order, by token type. */
  private static Map<Long, StoredValues.GrantPocket> pockets(ReplyReader reply) {
    Map<Long, StoredValues.GrantPocket> pockets = new LinkedHashMap<>();
    new TreeMap<>(StoredValues.account(reply.stored()).balances())
        .forEach(
            (type, balance) ->
                StoredValues.grants(balance).forEach(pocket -> pockets.put(pocket.id(), pocket)));
    return pockets;
  }

  private static FaultException fault(
      String account, String tokenType, ChangeRequest request, ReplyReader reply) {
    return switch (reply.code()) {
      case TOO_MANY ->
          FaultException.of(
              Fault.TOO_MANY_GRANTS,
              "account "
                  + account
                  + " has "
                  + reply.number(2)
                  + " grants, as many as it may have: revoke some, or raise limits.grants");
      case PAST ->
          FaultException.invalid(
              List.of(new FaultException.Violation("expire_time", "is not in the future")));
      case RANGE ->
          FaultException.of(
              Fault.AMOUNT_OUT_OF_RANGE,
              "what account " + account + " has of " + tokenType + " would pass " + Amounts.MAX);
      case TOO_FEW ->
          FaultException.of(
              Fault.INSUFFICIENT_TOKENS,
              "account "
                  + account
                  + " has "
                  + reply.number(2)
                  + " "
                  + tokenType
                  + " available: take less, or allow debt",
              Map.of("available", Long.toString(reply.number(2))));
      default -> OperatorCall.fault(account, request, reply);
    };
  }
}
