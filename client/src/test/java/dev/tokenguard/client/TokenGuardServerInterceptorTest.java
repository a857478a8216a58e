package dev.tokenguard.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.StringValue;
import dev.tokenguard.client.FakeTokenGuard.Fate;
import dev.tokenguard.client.TokenGuardServerInterceptor.CallValue;
import dev.tokenguard.v1.CheckAndReserveRequest;
import dev.tokenguard.v1.CommitRequest;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.ExtendRequest;
import dev.tokenguard.v1.RefundRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A gRPC service whose methods are guarded: {@code Draw} (unary) and {@code Film} (streams). */
class TokenGuardServerInterceptorTest extends ClientFixture {

  private static final MethodDescriptor<StringValue, StringValue> DRAW =
      method("Draw", MethodDescriptor.MethodType.UNARY);
  private static final MethodDescriptor<StringValue, StringValue> FILM =
      method("Film", MethodDescriptor.MethodType.BIDI_STREAMING);
  private static final MethodDescriptor<StringValue, StringValue> FREE =
      method("Free", MethodDescriptor.MethodType.UNARY);

  private final List<String> seen = new ArrayList<>();
  private BiConsumer<String, StreamObserver<StringValue>> draw =
      (prompt, answer) -> {
        answer.onNext(StringValue.of("drawn: " + prompt));
        answer.onCompleted();
      };
  private @Nullable ServerCallStreamObserver<StringValue> film;
  private Server studio;
  private ManagedChannel toStudio;

  @BeforeEach
  void openStudio() throws IOException {
    String name = InProcessServerBuilder.generateName();
    ServerServiceDefinition service =
        ServerServiceDefinition.builder("studio.v1.Studio")
            .addMethod(DRAW, ServerCalls.asyncUnaryCall(this::onDraw))
            .addMethod(FREE, ServerCalls.asyncUnaryCall(this::onDraw))
            .addMethod(FILM, ServerCalls.asyncBidiStreamingCall(this::onFilm))
            .build();
    TokenGuardServerInterceptor guard =
        TokenGuardServerInterceptor.builder(client)
            .guard(DRAW, "draw")
            .guard("studio.v1.Studio/Film", "film")
            .account(CallValue.header("x-account"))
            .member(CallValue.header("x-member"))
            .reservationId(CallValue.header("x-request-id"))
            .locale(CallValue.header("accept-language"))
            .build();
    studio =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            .addService(ServerInterceptors.intercept(service, guard))
            .build()
            .start();
    toStudio = InProcessChannelBuilder.forName(name).directExecutor().build();
  }

  @AfterEach
  void closeStudio() {
    toStudio.shutdownNow();
    studio.shutdownNow();
  }

  private void onDraw(StringValue prompt, StreamObserver<StringValue> answer) {
    seen.add(prompt.getValue());
    draw.accept(prompt.getValue(), answer);
  }

  private StreamObserver<StringValue> onFilm(StreamObserver<StringValue> answers) {
    film = (ServerCallStreamObserver<StringValue>) answers;
    film.setOnCancelHandler(() -> seen.add("cancelled"));
    return new StreamObserver<>() {
      @Override
      public void onNext(StringValue scene) {
        seen.add(scene.getValue());
      }

      @Override
      public void onError(Throwable thrown) {}

      @Override
      public void onCompleted() {
        seen.add("end");
        answers.onCompleted();
      }
    };
  }

  @Test
  void commitsACallThatClosesWell() {
    assertEquals("drawn: cat", call(DRAW, "cat", "x-account", "ann", "x-member", "bob"));

    CheckAndReserveRequest reserved = server.requests(CheckAndReserveRequest.class).get(0);
    assertEquals("ann", reserved.getAccountId());
    assertEquals("bob", reserved.getMemberId());
    assertEquals("draw", reserved.getFeature());
    assertEquals(reserved.getReservationId(), commits().get(0).getReservationId());
    assertFalse(commits().get(0).hasActual());
    assertEquals(0, time.waiting(), "no heartbeat is left");
  }

  @Test
  void commitsWhatTheHandlerUsed() {
    draw =
        (prompt, answer) -> {
          Reservation reservation = TokenGuardServerInterceptor.reservation();
          assertNotNull(reservation);
          reservation.used("image", 4);
          answer.onNext(StringValue.of("drawn"));
          answer.onCompleted();
        };

    call(DRAW, "cat", "x-account", "ann");

    assertEquals(Map.of("image", 4L), commits().get(0).getActual().getAmountsMap());
  }

  @Test
  void refundsACallThatFails() {
    draw =
        (prompt, answer) ->
            answer.onError(Status.FAILED_PRECONDITION.withDescription("no").asException());

    assertEquals(
        Status.Code.FAILED_PRECONDITION, refused(DRAW, "x-account", "ann").getStatus().getCode());
    assertEquals("FAILED_PRECONDITION", refunds().get(0).getReason());
    assertEquals(List.of(), commits());
    assertEquals(0, time.waiting(), "no heartbeat is left");
  }

  @Test
  void refundsACallWhoseHandlerThrows() {
    draw =
        (prompt, answer) -> {
          throw new IllegalStateException("broken");
        };

    assertEquals(Status.Code.UNKNOWN, refused(DRAW, "x-account", "ann").getStatus().getCode());
    assertEquals(1, refunds().size());
  }

  @Test
  void refundsACallWhoseHandlerThrowsOnTheThreadOfTheDecision() {
    draw =
        (prompt, answer) -> {
          throw new IllegalStateException("broken");
        };
    server.next(Fate.unavailable());
    var answer = ClientCalls.futureUnaryCall(start(DRAW, "x-account", "ann"), value("cat"));

    time.pass(Duration.ofSeconds(1));

    assertTrue(answer.isDone());
    assertThrows(Exception.class, answer::get);
    assertEquals(1, refunds().size());
  }

  @Test
  void refundsACallThatIsCancelled() {
    ClientCall<StringValue, StringValue> call = start(FILM, "x-account", "ann");
    StreamObserver<StringValue> scenes = ClientCalls.asyncBidiStreamingCall(call, new Ignored());
    scenes.onNext(value("one"));

    call.cancel("enough", null);

    assertEquals(List.of("one", "cancelled"), seen);
    assertEquals("the call was cancelled", refunds().get(0).getReason());
    assertEquals(0, time.waiting(), "no heartbeat is left");
  }

  @Test
  void keepsLongCallsAlive() {
    StreamObserver<StringValue> scenes =
        ClientCalls.asyncBidiStreamingCall(start(FILM, "x-account", "ann"), new Ignored());
    time.pass(Duration.ofMinutes(10));
    scenes.onNext(value("late"));
    scenes.onCompleted();

    assertEquals(3, server.requests(ExtendRequest.class).size(), "a third of ten minutes each");
    assertEquals(List.of("late", "end"), seen);
    assertEquals(1, commits().size());
  }

  @Test
  void keepsWhatComesBeforeTheDecision() {
    server.next(Fate.unavailable());
    StreamObserver<StringValue> scenes =
        ClientCalls.asyncBidiStreamingCall(start(FILM, "x-account", "ann"), new Ignored());
    scenes.onNext(value("one"));
    scenes.onNext(value("two"));
    scenes.onCompleted();
    assertEquals(List.of(), seen);
    assertNull(film);

    time.pass(Duration.ofSeconds(1));

    assertEquals(List.of("one", "two", "end"), seen);
    assertEquals(1, commits().size());
  }

  @Test
  void neverStartsACallThatIsCancelledBeforeTheDecision() {
    server.next(Fate.unavailable());
    ClientCall<StringValue, StringValue> call = start(FILM, "x-account", "ann");
    var unused = ClientCalls.asyncBidiStreamingCall(call, new Ignored());

    call.cancel("enough", null);
    time.pass(Duration.ofSeconds(1));

    assertNull(film);
    assertEquals(1, refunds().size());
  }

  @ParameterizedTest
  @CsvSource({
    "INSUFFICIENT_TOKENS, RESOURCE_EXHAUSTED",
    "MEMBER_LIMIT_REACHED, RESOURCE_EXHAUSTED",
    "FEATURE_NOT_IN_PLAN, PERMISSION_DENIED",
    "ACCOUNT_SUSPENDED, PERMISSION_DENIED"
  })
  void saysWhyACallIsDenied(Denial.Reason reason, Status.Code code)
      throws InvalidProtocolBufferException {
    server.denial = DenialReason.valueOf("DENIAL_REASON_" + reason);

    StatusRuntimeException refused = refused(DRAW, "x-account", "ann", "accept-language", "th");

    assertEquals(code, refused.getStatus().getCode());
    assertEquals("no images left", refused.getStatus().getDescription());
    com.google.rpc.Status details = StatusProto.fromThrowable(refused);
    assertNotNull(details);
    dev.tokenguard.v1.Denial denial = details.getDetails(0).unpack(dev.tokenguard.v1.Denial.class);
    assertEquals(reason, Protos.denial(denial).reason());
    assertEquals("image", denial.getTokenType());
    assertEquals(List.of(), seen);
    assertEquals("th", server.requests(CheckAndReserveRequest.class).get(0).getLocale());
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID_ARGUMENT, INVALID_REQUEST, INVALID_ARGUMENT",
    "ALREADY_EXISTS, IDEMPOTENCY_MISMATCH, ALREADY_EXISTS",
    "RESOURCE_EXHAUSTED, TOO_MANY_RESERVATIONS, RESOURCE_EXHAUSTED",
    "UNAUTHENTICATED, '', INTERNAL",
    "INTERNAL, ACCOUNT_CORRUPT, INTERNAL"
  })
  void saysThatACallCannotBeChecked(Status.Code told, String reason, Status.Code code) {
    server.next(Fate.fails(told, reason));

    assertEquals(code, refused(DRAW, "x-account", "ann").getStatus().getCode());
    assertEquals(List.of(), seen);
  }

  @Test
  void isUnavailableWhenTokenGuardIs() {
    server.always(Fate.unavailable());
    var answer = ClientCalls.futureUnaryCall(start(DRAW, "x-account", "ann"), value("cat"));

    time.pass(Duration.ofSeconds(1));

    Throwable thrown = assertThrows(Exception.class, answer::get).getCause();
    assertEquals(Status.Code.UNAVAILABLE, Status.fromThrowable(thrown).getCode());
    assertEquals(List.of(), seen);
  }

  @Test
  void refusesACallOfNobody() {
    assertEquals(Status.Code.UNAUTHENTICATED, refused(DRAW).getStatus().getCode());
    assertEquals(List.of(), server.requests);
  }

  @Test
  void refusesACallThatIsMadeTwice() {
    call(DRAW, "cat", "x-account", "ann", "x-request-id", "click-1");

    assertEquals(
        Status.Code.ALREADY_EXISTS,
        refused(DRAW, "x-account", "ann", "x-request-id", "click-1").getStatus().getCode());
    assertEquals(1, seen.size());
    assertEquals(1, commits().size());
  }

  @Test
  void leavesOtherMethodsAlone() {
    draw =
        (prompt, answer) -> {
          assertNull(TokenGuardServerInterceptor.reservation());
          answer.onNext(StringValue.of("free"));
          answer.onCompleted();
        };

    assertEquals("free", call(FREE, "cat"));
    assertEquals(List.of(), server.requests);
  }

  @Test
  void mustBeToldWhoPays() {
    assertThrows(IllegalStateException.class, TokenGuardServerInterceptor.builder(client)::build);
  }

  private String call(
      MethodDescriptor<StringValue, StringValue> method, String prompt, String... headers) {
    return ClientCalls.blockingUnaryCall(start(method, headers), value(prompt)).getValue();
  }

  private StatusRuntimeException refused(
      MethodDescriptor<StringValue, StringValue> method, String... headers) {
    return assertThrows(StatusRuntimeException.class, () -> call(method, "cat", headers));
  }

  private ClientCall<StringValue, StringValue> start(
      MethodDescriptor<StringValue, StringValue> method, String... headers) {
    Metadata metadata = new Metadata();
    for (int i = 0; i < headers.length; i += 2) {
      metadata.put(Metadata.Key.of(headers[i], Metadata.ASCII_STRING_MARSHALLER), headers[i + 1]);
    }
    return MetadataUtils.newAttachHeadersInterceptor(metadata)
        .interceptCall(method, CallOptions.DEFAULT, toStudio);
  }

  private static StringValue value(String text) {
    return StringValue.of(text);
  }

  private static MethodDescriptor<StringValue, StringValue> method(
      String name, MethodDescriptor.MethodType type) {
    return MethodDescriptor.<StringValue, StringValue>newBuilder()
        .setType(type)
        .setFullMethodName("studio.v1.Studio/" + name)
        .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
        .setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
        .build();
  }

  private List<CommitRequest> commits() {
    return server.requests(CommitRequest.class);
  }

  private List<RefundRequest> refunds() {
    return server.requests(RefundRequest.class);
  }

  private static final class Ignored implements StreamObserver<StringValue> {
    @Override
    public void onNext(StringValue value) {}

    @Override
    public void onError(Throwable thrown) {}

    @Override
    public void onCompleted() {}
  }
}
