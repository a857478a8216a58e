package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Guards the methods of a service that speaks gRPC itself: reserves before a call starts, commits
 * when it closes with {@code OK}, refunds when it closes otherwise or is cancelled. The hold is
 * kept alive while the call lasts.
 *
 * <pre>{@code
 * ServerInterceptors.intercept(
 *     videoService,
 *     TokenGuardServerInterceptor.builder(client)
 *         .guard(VideoServiceGrpc.getRenderMethod(), "render_video")
 *         .account(CallValue.header("x-account-id"))
 *         .build());
 * }</pre>
 *
 * <p>What the client of a guarded call sees:
 *
 * <table>
 *   <caption>Outcome and status</caption>
 *   <tr><td>too few tokens</td><td>{@code RESOURCE_EXHAUSTED}, the message in the caller's language, a
 *       {@code tokenguard.v1.Denial} in the status details</td></tr>
 *   <tr><td>denied otherwise</td><td>{@code PERMISSION_DENIED}, likewise</td></tr>
 *   <tr><td>no account</td><td>{@code UNAUTHENTICATED}</td></tr>
 *   <tr><td>the reservation id is in use, or was</td><td>{@code ALREADY_EXISTS}</td></tr>
 *   <tr><td>TokenGuard cannot be reached</td><td>{@code UNAVAILABLE}, or the call runs unmetered: see
 *       {@link FailurePolicy}</td></tr>
 *   <tr><td>bad id in a header</td><td>{@code INVALID_ARGUMENT}</td></tr>
 *   <tr><td>any other fault</td><td>{@code INTERNAL}</td></tr>
 * </table>
 *
 * <p>A handler reports what it used through {@link #reservation}. Thread-safe; blocks no thread:
 * what a call receives before the decision is kept for it.
 */
public final class TokenGuardServerInterceptor implements ServerInterceptor {

  private static final Context.Key<Reservation> RESERVATION =
      Context.key("dev.tokenguard.reservation");

  private final TokenGuardClient client;
  private final Map<String, String> features;
  private final CallValue account;
  private final CallValue member;
  private final CallValue reservationId;
  private final CallValue locale;

  private TokenGuardServerInterceptor(Builder builder) {
    this.client = builder.client;
    this.features = Map.copyOf(builder.features);
    this.account = builder.account;
    this.member = builder.member;
    this.reservationId = builder.reservationId;
    this.locale = builder.locale;
  }

  /** Starts to build an interceptor on a client, which stays the caller's to close. */
  public static Builder builder(TokenGuardClient client) {
    return new Builder(client);
  }

  /** In the handler of a guarded call: its reservation. Elsewhere null. */
  public static @Nullable Reservation reservation() {
    return RESERVATION.get();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String feature = features.get(call.getMethodDescriptor().getFullMethodName());
    if (feature == null) {
      return next.startCall(call, headers);
    }
    GuardedCall<Q, A> guarded = new GuardedCall<>(call, headers, next, RESERVATION);
    String accountId = account.of(call, headers);
    if (accountId == null) {
      guarded.refuse(DenialStatus.noAccount());
    } else {
      guarded.reserve(
          client,
          ReserveRequest.of(accountId, feature)
              .withMember(member.of(call, headers))
              .withReservationId(reservationId.of(call, headers))
              .withLocale(locale.of(call, headers)));
    }
    return guarded;
  }

  /** Something that a call says of itself. Must be thread-safe and must not block. */
  @FunctionalInterface
  public interface CallValue {

    /** Nothing. */
    CallValue NONE = (call, headers) -> null;

    /**
     * The value; null if there is none. The context is that of the call, with what earlier
     * interceptors put there, as who was authenticated.
     */
    @Nullable String of(ServerCall<?, ?> call, Metadata headers);

    /**
     * The value of a header. Whoever calls can set it: trust it only behind something that checks.
     */
    static CallValue header(String name) {
      Metadata.Key<String> key = Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
      return (call, headers) -> {
        String value = headers.get(key);
        return value == null || value.isBlank() ? null : value.strip();
      };
    }
  }

  /** Builds a {@link TokenGuardServerInterceptor}. Not thread-safe. */
  public static final class Builder {

    private final TokenGuardClient client;
    private final Map<String, String> features = new HashMap<>();
    private CallValue account = CallValue.NONE;
    private CallValue member = CallValue.NONE;
    private CallValue reservationId = CallValue.NONE;
    private CallValue locale = CallValue.NONE;

    private Builder(TokenGuardClient client) {
      this.client = requireNonNull(client, "client");
    }

    /** Guards a method. */
    public Builder guard(MethodDescriptor<?, ?> method, String feature) {
      return guard(method.getFullMethodName(), feature);
    }

    /**
     * Guards a method. Methods without a feature are not guarded.
     *
     * @param fullMethodName as {@code video.v1.VideoService/Render}
     * @param feature a feature of the catalog
     */
    public Builder guard(String fullMethodName, String feature) {
      features.put(fullMethodName, requireNonNull(feature, "feature"));
      return this;
    }

    /** Who pays. Required: a call that names nobody is refused. */
    public Builder account(CallValue newAccount) {
      account = requireNonNull(newAccount, "account");
      return this;
    }

    /** On whose behalf. Default: nobody's. */
    public Builder member(CallValue newMember) {
      member = requireNonNull(newMember, "member");
      return this;
    }

    /**
     * The caller's id of the work, so that a call that is made twice is charged once. Default: a
     * new id for every call.
     */
    public Builder reservationId(CallValue newReservationId) {
      reservationId = requireNonNull(newReservationId, "reservationId");
      return this;
    }

    /** In which language a denial is told, a BCP 47 tag. Default: the client's. */
    public Builder locale(CallValue newLocale) {
      locale = requireNonNull(newLocale, "locale");
      return this;
    }

    /**
     * Builds the interceptor.
     *
     * @throws IllegalStateException if it was not said who pays
     */
    public TokenGuardServerInterceptor build() {
      if (account == CallValue.NONE) {
        throw new IllegalStateException("account: not set (expected: a CallValue)");
      }
      return new TokenGuardServerInterceptor(this);
    }
  }
}
