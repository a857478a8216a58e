package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.store.ChangeRequest;
import dev.tokenguard.store.StoreListener;
import dev.tokenguard.store.redis.PlannedCall.Answer;
import dev.tokenguard.store.redis.PlannedCall.Target;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Scripts that operators run on an account: what is the same for all of them. Thread-safe. */
record OperatorCall(PlannedCall calls, Duration memory, StoreListener listener) {
  /** REQUEST of {@code layout.lua}: no reservation's id begins so. */
  private static final String REQUEST = "!";

  private static final byte[] FRAME = {}; // filled in by PlannedCall, as is VIA
  private static final byte[] VIA = {};

  /** Runs a script that changes an account, once for each request. */
  <T> CompletionStage<T> change(
      Script script,
      String account,
      ChangeRequest request,
      Function<Answer, T> read,
      byte[]... arguments) {
    byte[][] all = arguments(request, arguments);
    return calls.run(
        script,
        Target.OPERATED,
        account,
        "",
        (plan, member) -> all.clone(),
        answer -> read.apply(heard(answer)));
  }

  /** The account as it is now, what was due being done. */
  <T> CompletionStage<T> look(String account, Function<Answer, T> read) {
    return calls.run(
        Script.BALANCE,
        Target.OPERATED,
        account,
        "",
        (plan, member) -> new byte[][] {FRAME, {}, VIA},
        answer -> {
          if (answer.reply().code() != ReplyCode.OK || answer.reply().revision() == 0) {
            throw FaultException.noAccount(account);
          }
          return read.apply(heard(answer));
        });
  }

  private Answer heard(Answer answer) {
    if (answer.reply().hasEvents()) {
      listener.due(answer.account(List.of()));
    }
    return answer;
  }

  /** Frame, subject, via, what identifies the request, and what the script itself takes. */
  byte[][] arguments(ChangeRequest request, byte[]... arguments) {
    byte[][] all = new byte[4 + arguments.length][];
    all[0] = FRAME;
    all[1] = subject(request);
    all[2] = VIA;
    all[3] = Packer.pack(out -> out.packString(request.fingerprint()).packLong(memory.toMillis()));
    System.arraycopy(arguments, 0, all, 4, arguments.length);
    return all;
  }

  /** The field under which a request is remembered. */
  static byte[] subject(ChangeRequest request) {
    return request.id().isEmpty() ? new byte[0] : (REQUEST + request.id()).getBytes(UTF_8);
  }

  /** The faults that all such scripts have in common. */
  static FaultException fault(String account, ChangeRequest request, ReplyReader reply) {
    return switch (reply.code()) {
      case NO_ACCOUNT -> FaultException.noAccount(account);
      case MISMATCH -> mismatch(request);
      case STALE ->
          FaultException.of(
              Fault.STALE_VERSION,
              "account "
                  + account
                  + " has version "
                  + reply.number(2)
                  + " by now: read it again and decide again");
      case TOO_MANY_MEMBERS -> RedisTokenStore.tooManyMembers(account, reply);
      default -> FaultException.of(Fault.INTERNAL, "a script answered " + reply.code());
    };
  }

  static FaultException mismatch(ChangeRequest request) {
    return FaultException.of(
        Fault.IDEMPOTENCY_MISMATCH,
        "request_id "
            + request.id()
            + " was used with another request: repeat the same request, or make a new id");
  }

  static byte[] ascii(long number) {
    return utf8(Long.toString(number));
  }

  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
