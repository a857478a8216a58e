package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.tokenguard.v1.AccountBalances;
import dev.tokenguard.v1.CheckAndReserveRequest;
import dev.tokenguard.v1.CheckAndReserveResponse;
import dev.tokenguard.v1.CheckRequest;
import dev.tokenguard.v1.CheckResponse;
import dev.tokenguard.v1.CommitRequest;
import dev.tokenguard.v1.CommitResponse;
import dev.tokenguard.v1.ConsumeRequest;
import dev.tokenguard.v1.ConsumeResponse;
import dev.tokenguard.v1.CreateDisplayTokenRequest;
import dev.tokenguard.v1.CreateDisplayTokenResponse;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.ExtendRequest;
import dev.tokenguard.v1.ExtendResponse;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.GetBalanceResponse;
import dev.tokenguard.v1.RefundRequest;
import dev.tokenguard.v1.RefundResponse;
import dev.tokenguard.v1.Reservation;
import dev.tokenguard.v1.ReservationState;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import dev.tokenguard.v1.WatchBalanceRequest;
import dev.tokenguard.v1.WatchBalanceResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Plays TokenGuard's part of the contract as far as the client's own logic needs it: reservations
 * that end once, and statuses that a test puts in its way. Every feature costs one {@code image}.
 */
final class FakeTokenGuard extends TokenGuardServiceGrpc.TokenGuardServiceImplBase {

  /** What happens to one call. */
  interface Fate {
    /** It is answered as usual. */
    Fate ANSWERED = answer -> answer.get();

    /** The work is done and the answer lost. */
    Fate ANSWER_LOST =
        answer -> {
          var unused = answer.get();
          throw status(Status.Code.UNAVAILABLE, "");
        };

    /** Nothing is done, and no answer comes. */
    Fate SILENCE = answer -> null;

    /** The work is done, and no answer comes. */
    Fate DONE_IN_SILENCE =
        answer -> {
          var unused = answer.get();
          return null;
        };

    /** Fails. */
    static Fate fails(Status.Code code, String reason, Message... details) {
      return answer -> {
        throw status(code, reason, details);
      };
    }

    static Fate unavailable() {
      return fails(Status.Code.UNAVAILABLE, "STORE_UNAVAILABLE");
    }

    /** The answer; null for silence. */
    @Nullable Message decide(Supplier<? extends Message> answer);
  }

  final List<Message> requests = new ArrayList<>();
  final List<StreamObserver<WatchBalanceResponse>> watchers = new ArrayList<>();
  final Map<String, Reservation> reservations = new HashMap<>();
  private final Map<String, CheckAndReserveRequest> made = new HashMap<>();
  private final Queue<Fate> fates = new ArrayDeque<>();
  private Fate otherwise = Fate.ANSWERED;
  @Nullable DenialReason denial;

  /** What changes say of replicas. */
  boolean replicationPending;

  private long revision;

  /** What happens to the next calls, in order. */
  synchronized void next(Fate... next) {
    fates.addAll(List.of(next));
  }

  /** What happens to every call that is not spoken for. */
  synchronized void always(Fate fate) {
    otherwise = fate;
  }

  synchronized <M extends Message> List<M> requests(Class<M> type) {
    return requests.stream().filter(type::isInstance).map(type::cast).toList();
  }

  synchronized ReservationState state(String id) {
    return requireNonNull(reservations.get(id)).getState();
  }

  synchronized void end(String id, ReservationState state) {
    reservations.computeIfPresent(id, (key, was) -> was.toBuilder().setState(state).build());
  }

  static StatusRuntimeException status(Status.Code code, String reason, Message... details) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder().setCode(code.value()).setMessage("as told");
    if (!reason.isEmpty()) {
      status.addDetails(
          Any.pack(ErrorInfo.newBuilder().setDomain("tokenguard.dev").setReason(reason).build()));
    }
    for (Message detail : details) {
      status.addDetails(Any.pack(detail));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  static RetryInfo retryAfter(Duration delay) {
    return RetryInfo.newBuilder().setRetryDelay(Protos.duration(delay)).build();
  }

  private static StatusRuntimeException ended(Reservation reservation) {
    return status(
        Status.Code.FAILED_PRECONDITION,
        "",
        ErrorInfo.newBuilder()
            .setReason("RESERVATION_ENDED")
            .putMetadata("state", reservation.getState().name().substring(18))
            .build());
  }

  @SuppressWarnings("unchecked") // Each method passes the supplier of its own answer.
  private <A extends Message> void serve(
      Message request, StreamObserver<A> observer, Supplier<A> answer) {
    Message decided;
    synchronized (this) {
      requests.add(request);
      Fate fate = fates.poll();
      try {
        decided = (fate == null ? otherwise : fate).decide(answer);
      } catch (StatusRuntimeException e) {
        observer.onError(e);
        return;
      }
    }
    if (decided != null) {
      observer.onNext((A) decided);
      observer.onCompleted();
    }
  }

  private dev.tokenguard.v1.Denial denial(String feature) {
    return dev.tokenguard.v1.Denial.newBuilder()
        .setReason(denial)
        .setFeature(feature)
        .setTokenType("image")
        .setRequired(1)
        .setMessage("no images left")
        .setLocale("en")
        .build();
  }

  @Override
  public void checkAndReserve(
      CheckAndReserveRequest request, StreamObserver<CheckAndReserveResponse> observer) {
    serve(request, observer, () -> reserve(request));
  }

  private CheckAndReserveResponse reserve(CheckAndReserveRequest request) {
    CheckAndReserveResponse.Builder answer = CheckAndReserveResponse.newBuilder();
    if (denial != null) {
      return answer.setDenial(denial(request.getFeature())).build();
    }
    String id = request.getReservationId();
    CheckAndReserveRequest earlier = made.putIfAbsent(id, request);
    if (earlier != null && !earlier.equals(request)) {
      throw status(Status.Code.ALREADY_EXISTS, "IDEMPOTENCY_MISMATCH");
    }
    answer.setReplayed(earlier != null);
    long seconds = request.hasTtl() ? request.getTtl().getSeconds() : 600;
    reservations.computeIfAbsent(
        id,
        key ->
            Reservation.newBuilder()
                .setReservationId(id)
                .setAccountId(request.getAccountId())
                .setMemberId(request.getMemberId())
                .setFeature(request.getFeature())
                .putAllAmounts(
                    request.getAmountsCount() == 0 ? Map.of("image", 1L) : request.getAmountsMap())
                .setState(ReservationState.RESERVATION_STATE_OPEN)
                .setCreateTime(Timestamp.newBuilder().setSeconds(1000))
                .setExpireTime(Timestamp.newBuilder().setSeconds(1000 + seconds))
                .build());
    return answer
        .setReservation(reservations.get(id))
        .setRevision(++revision)
        .setReplicationPending(replicationPending)
        .build();
  }

  private Reservation open(String id, ReservationState or) {
    Reservation reservation = reservations.get(id);
    if (reservation == null) {
      throw status(Status.Code.NOT_FOUND, "RESERVATION_NOT_FOUND");
    }
    if (reservation.getState() != ReservationState.RESERVATION_STATE_OPEN
        && reservation.getState() != or) {
      throw ended(reservation);
    }
    return reservation;
  }

  @Override
  public void commit(CommitRequest request, StreamObserver<CommitResponse> observer) {
    serve(
        request,
        observer,
        () -> {
          ReservationState state = ReservationState.RESERVATION_STATE_COMMITTED;
          Reservation was = open(request.getReservationId(), state);
          Reservation now = was.toBuilder().setState(state).build();
          reservations.put(was.getReservationId(), now);
          return CommitResponse.newBuilder()
              .setReservation(now)
              .putAllCharged(
                  request.hasActual() ? request.getActual().getAmountsMap() : was.getAmountsMap())
              .setReplayed(was.getState() == state)
              .setReplicationPending(replicationPending)
              .setRevision(++revision)
              .build();
        });
  }

  @Override
  public void refund(RefundRequest request, StreamObserver<RefundResponse> observer) {
    serve(
        request,
        observer,
        () -> {
          ReservationState state = ReservationState.RESERVATION_STATE_REFUNDED;
          Reservation was = open(request.getReservationId(), state);
          Reservation now = was.toBuilder().setState(state).build();
          reservations.put(was.getReservationId(), now);
          return RefundResponse.newBuilder()
              .setReservation(now)
              .putAllReturned(was.getAmountsMap())
              .setReplayed(was.getState() == state)
              .setReplicationPending(replicationPending)
              .setRevision(++revision)
              .build();
        });
  }

  @Override
  public void extend(ExtendRequest request, StreamObserver<ExtendResponse> observer) {
    serve(
        request,
        observer,
        () -> {
          Reservation was =
              open(request.getReservationId(), ReservationState.RESERVATION_STATE_OPEN);
          if (denial != null) {
            return ExtendResponse.newBuilder().setDenial(denial(was.getFeature())).build();
          }
          Reservation now = was.toBuilder().putAllAmounts(request.getAmountsMap()).build();
          reservations.put(was.getReservationId(), now);
          return ExtendResponse.newBuilder()
              .setReservation(now)
              .setRevision(++revision)
              .setReplicationPending(replicationPending)
              .build();
        });
  }

  @Override
  public void consume(ConsumeRequest request, StreamObserver<ConsumeResponse> observer) {
    serve(
        request,
        observer,
        () ->
            denial != null
                ? ConsumeResponse.newBuilder().setDenial(denial(request.getFeature())).build()
                : ConsumeResponse.newBuilder()
                    .setReservation(
                        Reservation.newBuilder()
                            .setReservationId(request.getReservationId())
                            .putAmounts("image", 1))
                    .setRevision(++revision)
                    .setReplicationPending(replicationPending)
                    .build());
  }

  @Override
  public void check(CheckRequest request, StreamObserver<CheckResponse> observer) {
    serve(
        request,
        observer,
        () ->
            denial != null
                ? CheckResponse.newBuilder().setDenial(denial(request.getFeature())).build()
                : CheckResponse.newBuilder().setAllowed(true).putRequired("image", 1).build());
  }

  @Override
  public void getBalance(GetBalanceRequest request, StreamObserver<GetBalanceResponse> observer) {
    serve(
        request,
        observer,
        () -> GetBalanceResponse.newBuilder().setAccount(balances(request.getAccountId())).build());
  }

  @Override
  public void createDisplayToken(
      CreateDisplayTokenRequest request, StreamObserver<CreateDisplayTokenResponse> observer) {
    serve(
        request,
        observer,
        () ->
            CreateDisplayTokenResponse.newBuilder()
                .setToken("tgd_" + request.getAccountId())
                .setExpireTime(Timestamp.newBuilder().setSeconds(1_000_000))
                .build());
  }

  @Override
  public void watchBalance(
      WatchBalanceRequest request, StreamObserver<WatchBalanceResponse> observer) {
    synchronized (this) {
      requests.add(request);
      watchers.add(observer);
    }
  }

  static AccountBalances balances(String accountId) {
    return AccountBalances.newBuilder().setAccountId(accountId).setRevision(7).build();
  }
}
