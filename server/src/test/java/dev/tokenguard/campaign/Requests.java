package dev.tokenguard.campaign;

import com.google.protobuf.Duration;
import com.google.protobuf.MessageLite;
import dev.tokenguard.v1.AdjustBalanceRequest;
import dev.tokenguard.v1.CheckAndReserveRequest;
import dev.tokenguard.v1.CheckRequest;
import dev.tokenguard.v1.CommitRequest;
import dev.tokenguard.v1.ConsumeRequest;
import dev.tokenguard.v1.CreateGrantRequest;
import dev.tokenguard.v1.ExtendRequest;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.RefundRequest;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TokenAmounts;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import io.grpc.MethodDescriptor;

/** The messages that calls are sent as, and the names that ids have in them. */
final class Requests {

  /** What the catalog of a campaign calls the one thing that is guarded. */
  static final String FEATURE = "work";

  private Requests() {}

  /** The account with a number. */
  static String account(int number) {
    return "a" + number;
  }

  /** A reservation or a request with a number. */
  static String name(long id) {
    return "x" + Long.toString(id, Character.MAX_RADIX);
  }

  /** The number of a name; 0 of none. */
  static long id(String name) {
    return name.isEmpty() ? 0 : Long.parseLong(name.substring(1), Character.MAX_RADIX);
  }

  static MethodDescriptor<?, ?> method(Rpc rpc) {
    return switch (rpc) {
      case RESERVE -> TokenGuardServiceGrpc.getCheckAndReserveMethod();
      case COMMIT -> TokenGuardServiceGrpc.getCommitMethod();
      case REFUND -> TokenGuardServiceGrpc.getRefundMethod();
      case EXTEND -> TokenGuardServiceGrpc.getExtendMethod();
      case CONSUME -> TokenGuardServiceGrpc.getConsumeMethod();
      case CHECK -> TokenGuardServiceGrpc.getCheckMethod();
      case BALANCE -> TokenGuardServiceGrpc.getGetBalanceMethod();
      case GRANT -> TokenAdminServiceGrpc.getCreateGrantMethod();
      case ADJUST -> TokenAdminServiceGrpc.getAdjustBalanceMethod();
    };
  }

  static MessageLite of(Call call) {
    String account = account(call.account);
    String name = name(call.id);
    return switch (call.rpc) {
      case RESERVE ->
          CheckAndReserveRequest.newBuilder()
              .setAccountId(account)
              .setFeature(FEATURE)
              .setReservationId(name)
              .putAmounts(Answers.TYPE, call.amount)
              .setTtl(ttl(call))
              .build();
      case COMMIT -> {
        CommitRequest.Builder commit =
            CommitRequest.newBuilder().setAccountId(account).setReservationId(name);
        if (call.amount != Call.WHOLE) {
          commit.setActual(TokenAmounts.newBuilder().putAmounts(Answers.TYPE, call.amount));
        }
        yield commit.build();
      }
      case REFUND ->
          RefundRequest.newBuilder().setAccountId(account).setReservationId(name).build();
      case EXTEND ->
          ExtendRequest.newBuilder()
              .setAccountId(account)
              .setReservationId(name)
              .putAmounts(Answers.TYPE, call.amount)
              .setTtl(ttl(call))
              .build();
      case CONSUME ->
          ConsumeRequest.newBuilder()
              .setAccountId(account)
              .setFeature(FEATURE)
              .setReservationId(name)
              .putAmounts(Answers.TYPE, call.amount)
              .build();
      case CHECK ->
          CheckRequest.newBuilder()
              .setAccountId(account)
              .setFeature(FEATURE)
              .putAmounts(Answers.TYPE, call.amount)
              .build();
      case BALANCE -> GetBalanceRequest.newBuilder().setAccountId(account).build();
      case GRANT ->
          CreateGrantRequest.newBuilder()
              .setAccountId(account)
              .setTokenType(Answers.TYPE)
              .setAmount(call.amount)
              .setReason("campaign")
              .setRequestId(name)
              .build();
      case ADJUST ->
          AdjustBalanceRequest.newBuilder()
              .setAccountId(account)
              .setTokenType(Answers.TYPE)
              .setAmount(call.amount)
              .setReason("campaign")
              .setRequestId(name)
              .build();
    };
  }

  private static Duration ttl(Call call) {
    return Duration.newBuilder()
        .setSeconds(call.ttlMillis / 1000)
        .setNanos((int) (call.ttlMillis % 1000) * 1_000_000)
        .build();
  }
}
