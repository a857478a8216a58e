package dev.tokenguard.campaign;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.tokenguard.v1.AdjustBalanceResponse;
import dev.tokenguard.v1.Balance;
import dev.tokenguard.v1.CheckAndReserveResponse;
import dev.tokenguard.v1.CheckResponse;
import dev.tokenguard.v1.CommitResponse;
import dev.tokenguard.v1.ConsumeResponse;
import dev.tokenguard.v1.CreateGrantResponse;
import dev.tokenguard.v1.Denial;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.ExtendResponse;
import dev.tokenguard.v1.GetBalanceResponse;
import dev.tokenguard.v1.RefundResponse;
import dev.tokenguard.v1.Reservation;
import dev.tokenguard.v1.ReservationState;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes down in a call what a server answered. */
final class Answers {

  /** The one token type of a campaign. */
  static final String TYPE = "tokens";

  private Answers() {}

  static void note(Call call, Object answer) {
    call.told = Told.OK;
    if (answer instanceof CheckAndReserveResponse told) {
      call.pending = told.getReplicationPending();
      call.revision = told.getRevision();
      call.replayed = told.getReplayed();
      reservation(call, told.getReservation());
      denial(call, told.hasDenial() ? told.getDenial() : null);
      balance(call, told.getBalancesList());
    } else if (answer instanceof CommitResponse told) {
      call.pending = told.getReplicationPending();
      call.revision = told.getRevision();
      call.replayed = told.getReplayed();
      call.late = told.getLate();
      call.charged = of(told.getChargedMap());
      call.returned = of(told.getReturnedMap());
      call.overdrawn = of(told.getOverdrawnMap());
      reservation(call, told.getReservation());
      balance(call, told.getBalancesList());
    } else if (answer instanceof RefundResponse told) {
      call.pending = told.getReplicationPending();
      call.revision = told.getRevision();
      call.replayed = told.getReplayed();
      call.returned = of(told.getReturnedMap());
      reservation(call, told.getReservation());
      balance(call, told.getBalancesList());
    } else if (answer instanceof ExtendResponse told) {
      call.pending = told.getReplicationPending();
      call.revision = told.getRevision();
      reservation(call, told.getReservation());
      denial(call, told.hasDenial() ? told.getDenial() : null);
      balance(call, told.getBalancesList());
    } else if (answer instanceof ConsumeResponse told) {
      call.pending = told.getReplicationPending();
      call.revision = told.getRevision();
      call.replayed = told.getReplayed();
      reservation(call, told.getReservation());
      denial(call, told.hasDenial() ? told.getDenial() : null);
      balance(call, told.getBalancesList());
    } else if (answer instanceof CheckResponse told) {
      call.revision = told.getRevision();
      denial(call, told.hasDenial() ? told.getDenial() : null);
      balance(call, told.getBalancesList());
    } else if (answer instanceof GetBalanceResponse told) {
      call.revision = told.getAccount().getRevision();
      balance(call, told.getAccount().getBalancesList());
    } else if (answer instanceof CreateGrantResponse told) {
      call.pending = told.getReplicationPending();
      call.revision = told.getRevision();
      call.replayed = told.getReplayed();
      balance(call, List.of(told.getBalance()));
    } else if (answer instanceof AdjustBalanceResponse told) {
      call.pending = told.getReplicationPending();
      call.revision = told.getRevision();
      call.replayed = told.getReplayed();
      balance(call, List.of(told.getBalance()));
    } else {
      throw new IllegalArgumentException("what is " + answer);
    }
  }

  private static long of(Map<String, Long> amounts) {
    return amounts.getOrDefault(TYPE, 0L);
  }

  private static void reservation(Call call, Reservation reservation) {
    call.reserved = of(reservation.getAmountsMap());
    call.expireMillis =
        reservation.getExpireTime().getSeconds() * 1000
            + reservation.getExpireTime().getNanos() / 1_000_000;
    call.state = state(reservation.getState().name());
  }

  private static HoldState state(String name) {
    return switch (name.replace("RESERVATION_STATE_", "")) {
      case "OPEN" -> HoldState.OPEN;
      case "COMMITTED" -> HoldState.COMMITTED;
      case "REFUNDED" -> HoldState.REFUNDED;
      case "EXPIRED" -> HoldState.EXPIRED;
      default -> HoldState.NONE;
    };
  }

  static HoldState state(ReservationState state) {
    return state(state.name());
  }

  private static void denial(Call call, @Nullable Denial denial) {
    if (denial != null) {
      boolean expected = denial.getReason() == DenialReason.DENIAL_REASON_INSUFFICIENT_TOKENS;
      call.told = expected ? Told.DENIED : Told.BROKEN;
      call.charged = denial.getRequired();
    }
  }

  private static void balance(Call call, List<Balance> balances) {
    for (Balance balance : balances) {
      if (balance.getTokenType().equals(TYPE)) {
        call.granted = balance.getLifetime().getGranted();
        call.consumed = balance.getLifetime().getConsumed();
        call.held = balance.getLifetime().getHeld();
        call.available = balance.getAvailable();
        call.debt = balance.getDebt();
        call.lapsed = balance.getLifetime().getLapsed();
      }
    }
  }

  /** What a fault says; of one that nobody is to be told, the whole text is given to the log. */
  static void note(Call call, Throwable fault) {
    Status status = Status.fromThrowable(fault);
    ErrorInfo info = info(fault);
    if (info == null) {
      boolean refused = String.valueOf(status.getCause()).contains("Connection refused");
      switch (status.getCode()) {
        case UNAVAILABLE -> call.told = refused ? Told.NOT_DONE : Told.UNKNOWN;
        case DEADLINE_EXCEEDED, CANCELLED, UNKNOWN, INTERNAL -> call.told = Told.UNKNOWN;
        default -> broken(call, fault);
      }
      return;
    }
    switch (info.getReason()) {
      case "OVERLOADED",
          "SHUTTING_DOWN",
          "DEADLINE_PASSED",
          "TOO_MANY_RESERVATIONS",
          "TOO_MANY_GRANTS",
          "ACCOUNT_NOT_FOUND" ->
          call.told = Told.NOT_DONE;
      case "STORE_UNAVAILABLE", "STORE_TIMEOUT" -> call.told = Told.UNKNOWN;
      case "RESERVATION_NOT_FOUND" -> call.told = Told.NOT_FOUND;
      case "RESERVATION_ENDED" -> {
        call.told = Told.ENDED;
        call.state = state(info.getMetadataOrDefault("state", ""));
      }
      case "INSUFFICIENT_TOKENS" -> call.told = Told.INSUFFICIENT;
      default -> broken(call, fault);
    }
  }

  private static void broken(Call call, Throwable fault) {
    call.told = Told.BROKEN;
    System.out.println("BROKEN " + call.account + " " + call + ": " + fault);
  }

  private static @Nullable ErrorInfo info(Throwable fault) {
    com.google.rpc.Status status = StatusProto.fromThrowable(fault);
    try {
      for (com.google.protobuf.Any detail :
          status == null ? List.<com.google.protobuf.Any>of() : status.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          return detail.unpack(ErrorInfo.class);
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
    return null;
  }
}
