package dev.tokenguard.wire;

import static dev.tokenguard.wire.Caller.commitRequest;
import static dev.tokenguard.wire.Caller.reserveRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.UnknownFieldSet;
import dev.tokenguard.v1.CheckAndReserveRequest;
import dev.tokenguard.v1.CommitRequest;
import dev.tokenguard.v1.ExtendRequest;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.RefundRequest;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every row of the table of bad input, against the real thing: refused, and nothing written. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InputOverTheWireTest {

  private static final long MAX = (1L << 53) - 1;
  private static final String ALL_ID_CHARACTERS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:@+|~=-";

  private WireServer server;
  private Caller caller;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    server = WireServer.start(folder);
    caller = server.caller();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @AfterEach
  void theServerLivesOnAndNothingIsWritten() {
    assertEquals(ServingStatus.SERVING, caller.health("readiness"));
    assertEquals(List.of(), server.redis().keys("tg:{bad}*"));
  }

  static List<String> badIds() {
    return List.of(
        "a".repeat(129),
        "a".repeat(5000),
        "a b",
        " a",
        "a{b",
        "}",
        "{a}",
        "a\n",
        "a\u0000",
        "\u007f",
        "a/b",
        "a#b",
        "a,b",
        "a*b",
        "a'b",
        "a\"b",
        "a\\b",
        "é",
        "توکن",
        "\ud83d\ude00",
        "\u200b");
  }

  @ParameterizedTest
  @MethodSource("badIds")
  void anIdThatIsNone(String id) {
    List<Executable> calls =
        List.of(
            () -> caller.reserve(id, "chat", id),
            () -> caller.consume(id, "chat", id),
            () -> caller.commit(id, id),
            () -> caller.refund(id, id),
            () -> caller.extend(id, id, Map.of()));
    for (Executable call : calls) {
      WireFault fault = WireFault.of(call);
      assertEquals("INVALID_ARGUMENT INVALID_REQUEST", fault.name());
      assertEquals(List.of("account_id", "reservation_id"), fault.fields());
      assertFalse(fault.retry());
    }
    WireFault balance =
        WireFault.of(
            () ->
                caller
                    .stub()
                    .getBalance(
                        GetBalanceRequest.newBuilder().setAccountId(id).setMemberId(id).build()));
    assertEquals(List.of("account_id", "member_id"), balance.fields());
  }

  @Test
  void theOddestIdsThatAreOnes() {
    for (String id :
        List.of(
            "a".repeat(128),
            ALL_ID_CHARACTERS,
            ".",
            "-",
            "--config",
            "=1+1",
            "0",
            "00",
            "1e5",
            "nil",
            "a:a",
            "~")) {
      assertTrue(caller.reserve(id, "generate", id).hasReservation(), id);
      assertTrue(caller.reserve(id, "generate", id).getReplayed(), id);
      assertEquals(id, caller.commit(id, id).getReservation().getReservationId());
      assertEquals(10, Books.of(caller.balance(id), "tokens").getConsumed(), id);
    }
    assertFalse(caller.reserve("0", "generate", "00").getReplayed(), "0 and 00 are two ids");
    assertFalse(caller.reserve("1e5", "generate", "100000").getReplayed());
    assertFalse(caller.reserve("1e5", "generate", "1e05").getReplayed());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void anAmountOfNothing(long amount) {
    assertEquals(
        List.of("amounts[\"tokens\"]"),
        invalid(() -> caller.reserve("bad", "generate", "r", "tokens", amount)));
    assertEquals(
        List.of("amounts[\"tokens\"]"),
        invalid(() -> caller.extend("bad", "r", Map.of("tokens", amount))));
    if (amount < 0) {
      assertEquals(
          List.of("actual.amounts[\"tokens\"]"),
          invalid(() -> caller.commit("bad", "r", Map.of("tokens", amount))));
    }
  }

  @Test
  void theLargestAmountIsExact() {
    assertTrue(caller.reserve("rich", "generate", "r", "tokens", MAX).hasDenial());
    assertEquals(
        MAX, caller.reserve("rich", "generate", "r", "tokens", MAX).getDenial().getRequired());
    caller.reserve("rich", "generate", "r");
    assertEquals(
        Map.of("tokens", MAX), caller.commit("rich", "r", Map.of("tokens", MAX)).getChargedMap());
    assertEquals(
        "granted 1000000, consumed 9007199254740991, held 0, available 0, debt 9007199253740991",
        caller.balance("rich", "tokens"));
    assertTrue(caller.commit("rich", "r", Map.of("tokens", MAX)).getReplayed());
    assertEquals(
        "ALREADY_EXISTS IDEMPOTENCY_MISMATCH",
        WireFault.of(() -> caller.commit("rich", "r", Map.of("tokens", MAX - 1))).name(),
        "one less is another amount");
  }

  @Test
  void aSumAboveTheMaximum() {
    caller.reserve("richer", "chat", "r0");
    caller.reserve("richer", "generate", "r1");
    caller.reserve("richer", "generate", "r2");
    caller.commit("richer", "r1", Map.of("tokens", MAX));
    WireFault sum = WireFault.of(() -> caller.commit("richer", "r2", Map.of("tokens", MAX)));
    assertEquals("OUT_OF_RANGE AMOUNT_OUT_OF_RANGE", sum.name());
    assertEquals(
        "granted 1000000, consumed 9007199254740991, held 10, available 0, debt 9007199253741001",
        caller.balance("richer", "tokens"));
    assertEquals(Map.of("tokens", 10L), caller.refund("richer", "r2").getReturnedMap());
  }

  @ParameterizedTest
  @ValueSource(longs = {MAX + 1, MAX + 2, Long.MAX_VALUE})
  void anAmountAboveTheMaximum(long amount) {
    List<Executable> calls =
        List.of(
            () -> caller.reserve("bad", "generate", "r", "tokens", amount),
            () -> caller.commit("bad", "r", Map.of("tokens", amount)),
            () -> caller.extend("bad", "r", Map.of("tokens", amount)));
    for (Executable call : calls) {
      WireFault fault = WireFault.of(call);
      assertEquals("OUT_OF_RANGE AMOUNT_OUT_OF_RANGE", fault.name());
      assertFalse(fault.retry());
    }
  }

  @Test
  void whatTheCatalogDoesNotKnow() {
    assertEquals(List.of("feature"), invalid(() -> caller.reserve("bad", "creat_website", "r")));
    WireFault near = WireFault.of(() -> caller.reserve("bad", "creat_website", "r"));
    assertTrue(near.message().contains("create_website"), near::message);
    assertEquals(
        List.of("amounts[\"token\"]"),
        invalid(() -> caller.reserve("bad", "generate", "r", "token", 1)));
    assertEquals(
        List.of("actual.amounts[\"\"]"), invalid(() -> caller.commit("bad", "r", Map.of("", 1L))));
    assertEquals(
        List.of("token_types[1]"),
        invalid(
            () ->
                caller
                    .stub()
                    .getBalance(
                        GetBalanceRequest.newBuilder()
                            .setAccountId("bad")
                            .addTokenTypes("tokens")
                            .addTokenTypes("Tokens")
                            .build())));
  }

  static Stream<Duration> badTtls() {
    return Stream.of(
        duration(0, 0),
        duration(0, 999_999_999),
        duration(-1, 0),
        duration(86_400, 1),
        duration(86_401, 0),
        duration(Long.MAX_VALUE, 0),
        duration(Long.MIN_VALUE, 0),
        duration(Long.MAX_VALUE, Integer.MAX_VALUE),
        duration(Long.MIN_VALUE, Integer.MIN_VALUE),
        duration(1, -1));
  }

  @ParameterizedTest
  @MethodSource("badTtls")
  void aTtlOutOfBounds(Duration ttl) {
    assertEquals(
        List.of("ttl"),
        invalid(
            () ->
                caller
                    .stub()
                    .checkAndReserve(reserveRequest("bad", "chat", "r").setTtl(ttl).build())));
    assertEquals(
        List.of("ttl"),
        invalid(
            () ->
                caller
                    .stub()
                    .extend(
                        ExtendRequest.newBuilder()
                            .setAccountId("bad")
                            .setReservationId("r")
                            .setTtl(ttl)
                            .build())));
  }

  @Test
  void theShortestAndTheLongestTtl() {
    for (long seconds : List.of(1L, 86_400L)) {
      assertTrue(
          caller
              .stub()
              .checkAndReserve(
                  reserveRequest("patient", "chat", "r" + seconds)
                      .setTtl(duration(seconds, 0))
                      .build())
              .hasReservation());
    }
  }

  @Test
  void tooMuchMetadata() {
    List<Map<String, String>> tooMuch =
        List.of(
            entries(17, 1),
            Map.of("", "v"),
            Map.of("k".repeat(65), "v"),
            Map.of("k", "v".repeat(513)),
            Map.of("k", "ก".repeat(171)),
            entries(5, 450));
    for (Map<String, String> metadata : tooMuch) {
      for (Executable call :
          List.<Executable>of(
              () ->
                  caller
                      .stub()
                      .checkAndReserve(
                          reserveRequest("bad", "chat", "r").putAllMetadata(metadata).build()),
              () ->
                  caller
                      .stub()
                      .commit(
                          CommitRequest.newBuilder()
                              .setAccountId("bad")
                              .setReservationId("r")
                              .putAllMetadata(metadata)
                              .build()))) {
        List<String> fields = invalid(call);
        assertEquals(1, fields.size());
        assertTrue(fields.get(0).startsWith("metadata"), fields::toString);
      }
    }
    assertTrue(
        caller
            .stub()
            .checkAndReserve(
                reserveRequest("talker", "chat", "r").putAllMetadata(entries(16, 120)).build())
            .hasReservation());
    assertEquals(
        List.of("reason"),
        invalid(
            () ->
                caller
                    .stub()
                    .refund(
                        RefundRequest.newBuilder()
                            .setAccountId("bad")
                            .setReservationId("r")
                            .setReason("x".repeat(257))
                            .build())));
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() {
    CheckAndReserveRequest request =
        CheckAndReserveRequest.newBuilder()
            .setMemberId("{}")
            .putAmounts("x", -1)
            .setTtl(duration(0, 0))
            .putMetadata("", "")
            .build();
    assertEquals(
        List.of(
            "account_id",
            "member_id",
            "feature",
            "reservation_id",
            "amounts[\"x\"]",
            "amounts[\"x\"]",
            "ttl",
            "metadata[\"\"]"),
        invalid(() -> caller.stub().checkAndReserve(request)));
  }

  @Test
  void aFieldOfALaterVersionIsPassedOver() {
    CheckAndReserveRequest request =
        reserveRequest("newer", "chat", "r")
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        999,
                        UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(ByteString.copyFromUtf8("x"))
                            .build())
                    .build())
            .build();
    assertTrue(caller.stub().checkAndReserve(request).hasReservation());
    assertTrue(caller.reserve("newer", "chat", "r").getReplayed());
  }

  @Test
  void aDeadlineThatHasPassedWritesNothing() {
    CheckAndReserveRequest request = reserveRequest("bad", "generate", "r").build();
    assertEquals(
        Status.Code.DEADLINE_EXCEEDED,
        WireFault.of(() -> caller.stub(-1).checkAndReserve(request)).code());
    // A client that does not look at its own deadline, as most others do.
    Metadata timeout = new Metadata();
    timeout.put(Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER), "0n");
    WireFault fault =
        WireFault.of(
            () ->
                TokenGuardServiceGrpc.newBlockingStub(caller.channel())
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(timeout))
                    .checkAndReserve(request));
    assertEquals(Status.Code.DEADLINE_EXCEEDED, fault.code());
  }

  @Test
  void anOversizedMessage() {
    CheckAndReserveRequest huge =
        reserveRequest("bad", "chat", "r").putMetadata("k", "v".repeat(1_100_000)).build();
    assertEquals(
        Status.Code.RESOURCE_EXHAUSTED,
        WireFault.of(() -> caller.stub().checkAndReserve(huge)).code());
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("x-much", Metadata.ASCII_STRING_MARSHALLER), "v".repeat(100_000));
    assertThrows(
        StatusRuntimeException.class,
        () ->
            caller
                .stub()
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .checkAndReserve(reserveRequest("bad", "chat", "r").build()));
  }

  @Test
  void anUnknownMethodOrService() {
    for (String name :
        List.of("tokenguard.v1.TokenGuardService/Spend", "tokenguard.v2.Nothing/Commit", "x/y")) {
      StatusRuntimeException e =
          assertThrows(StatusRuntimeException.class, () -> callRaw(name, new byte[0]));
      assertEquals(Status.Code.UNIMPLEMENTED, e.getStatus().getCode(), name);
    }
  }

  @Test
  void bytesThatAreNoMessage() {
    Random random = new Random(7);
    for (int i = 0; i < 50; i++) {
      byte[] garbage = new byte[random.nextInt(200)];
      random.nextBytes(garbage);
      StatusRuntimeException e =
          assertThrows(
              StatusRuntimeException.class,
              () -> callRaw("tokenguard.v1.TokenGuardService/CheckAndReserve", garbage));
      assertNotEquals(Status.Code.UNAVAILABLE, e.getStatus().getCode());
      assertNotEquals(Status.Code.DEADLINE_EXCEEDED, e.getStatus().getCode());
    }
  }

  @Test
  void garbageOnThePort() throws IOException {
    int port = Integer.parseInt(server.target().substring(server.target().indexOf(':') + 1));
    byte[] random = new byte[100_000];
    new Random(7).nextBytes(random);
    List<byte[]> openings =
        List.of(
            random,
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8),
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8),
            new byte[] {0x16, 3, 1, 2, 0},
            new byte[0]);
    for (byte[] opening : openings) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.getOutputStream().write(opening);
        socket.shutdownOutput();
        socket.getInputStream().readAllBytes();
      } catch (IOException e) {
        // It may hang up in the middle.
      }
    }
    assertTrue(caller.reserve("after-garbage", "chat", "r").hasReservation());
  }

  @Test
  void commitOfNothingKnownIsNotFoundWhateverItNames() {
    assertEquals(
        Status.Code.NOT_FOUND,
        WireFault.of(
                () -> caller.stub().commit(commitRequest("nobody", "r", Map.of("tokens", MAX))))
            .code());
    assertEquals(List.of(), server.redis().keys("tg:{nobody}*"), "and leaves no account behind");
  }

  private byte[] callRaw(String fullMethod, byte[] request) {
    MethodDescriptor.Marshaller<byte[]> bytes =
        new MethodDescriptor.Marshaller<>() {
          @Override
          public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
          }

          @Override
          public byte[] parse(InputStream stream) {
            try {
              return stream.readAllBytes();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    return ClientCalls.blockingUnaryCall(
        caller.channel(),
        MethodDescriptor.newBuilder(bytes, bytes)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(fullMethod)
            .build(),
        CallOptions.DEFAULT,
        request);
  }

  private static List<String> invalid(Executable call) {
    WireFault fault = WireFault.of(call);
    assertEquals("INVALID_ARGUMENT INVALID_REQUEST", fault.name(), fault::message);
    assertFalse(fault.retry());
    return fault.fields();
  }

  private static Duration duration(long seconds, int nanos) {
    return Duration.newBuilder().setSeconds(seconds).setNanos(nanos).build();
  }

  private static Map<String, String> entries(int count, int bytes) {
    return IntStream.range(0, count)
        .boxed()
        .collect(Collectors.toMap(i -> "k" + i, i -> "v".repeat(bytes)));
  }
}
