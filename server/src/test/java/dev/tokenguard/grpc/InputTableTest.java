package dev.tokenguard.grpc;

import static dev.tokenguard.grpc.TestServer.code;
import static dev.tokenguard.grpc.TestServer.reason;
import static dev.tokenguard.grpc.TestServer.retry;
import static dev.tokenguard.grpc.TestServer.violatedFields;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What callers in any language may send wrong, sent over the wire as they would. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InputTableTest {

  private final TestServer server;
  private final ForeignClient client;

  InputTableTest() throws IOException {
    server = new TestServer();
    client = new ForeignClient(server.channel());
  }

  @BeforeAll
  void theStoreIsNotAsked() {
    server.store.asked.clear();
  }

  @AfterAll
  void stop() throws InterruptedException {
    server.close();
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        bad("CheckAndReserve", "{}", "account_id", "feature", "reservation_id"),
        bad("Consume", "{}", "account_id", "feature", "reservation_id"),
        bad("Check", "{}", "account_id", "feature"),
        bad("Commit", "{}", "account_id", "reservation_id"),
        bad("Refund", "{}", "account_id", "reservation_id"),
        bad("Extend", "{}", "account_id", "reservation_id"),
        bad("GetBalance", "{}", "account_id"),
        bad("CheckAndReserve", reserve("account_id", "'" + "a".repeat(129) + "'"), "account_id"),
        bad("CheckAndReserve", reserve("account_id", "'a b'"), "account_id"),
        bad("CheckAndReserve", reserve("account_id", "'{a}'"), "account_id"),
        bad("CheckAndReserve", reserve("account_id", "'a\\n'"), "account_id"),
        bad("CheckAndReserve", reserve("account_id", "'توکن'"), "account_id"),
        bad("CheckAndReserve", reserve("member_id", "'a/b'"), "member_id"),
        bad("CheckAndReserve", reserve("reservation_id", "'#'"), "reservation_id"),
        bad("CheckAndReserve", reserve("feature", "'create_websites'"), "feature"),
        bad("CheckAndReserve", reserve("feature", "''"), "feature"),
        bad("CheckAndReserve", reserve("amounts", "{website: -1}"), "amounts[\"website\"]"),
        bad("CheckAndReserve", reserve("amounts", "{website: 0}"), "amounts[\"website\"]"),
        bad("Consume", consume("amounts", "{website: 0}"), "amounts[\"website\"]"),
        bad("Check", check("amounts", "{website: 0}"), "amounts[\"website\"]"),
        bad("Extend", settle("amounts", "{website: 0}"), "amounts[\"website\"]"),
        bad("Commit", settle("actual", "{amounts: {website: -1}}"), "actual.amounts[\"website\"]"),
        bad("CheckAndReserve", reserve("amounts", "{websit: 1}"), "amounts[\"websit\"]"),
        bad("CheckAndReserve", reserve("amounts", types(33)), "amounts"),
        bad("CheckAndReserve", reserve("ttl", "'0.5s'"), "ttl"),
        bad("CheckAndReserve", reserve("ttl", "'-1s'"), "ttl"),
        bad("CheckAndReserve", reserve("ttl", "'86401s'"), "ttl"),
        bad("CheckAndReserve", reserve("ttl", "'315576000000s'"), "ttl"),
        bad("Extend", settle("ttl", "'86401s'"), "ttl"),
        bad("CheckAndReserve", reserve("metadata", entries(17, 1)), "metadata"),
        bad("CheckAndReserve", reserve("metadata", entries(5, 500)), "metadata"),
        bad("Commit", settle("metadata", entries(17, 1)), "metadata"),
        bad("Refund", settle("reason", "'" + "x".repeat(257) + "'"), "reason"),
        bad("GetBalance", "{account_id: 'a', token_types: ['x']}", "token_types[0]"));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void isInvalidAndNamesEveryField(String method, String json, List<String> fields) {
    StatusRuntimeException e =
        assertThrows(StatusRuntimeException.class, () -> client.call(method, json));
    assertEquals(Status.Code.INVALID_ARGUMENT, code(e), e.getMessage());
    assertEquals("INVALID_REQUEST", reason(e));
    assertEquals(fields, violatedFields(e));
    assertTrue(retry(e).isEmpty(), "repeating does not help");
    assertEquals(List.of(), server.store.asked);
  }

  static Stream<Arguments> tooLarge() {
    String more = "9007199254740992";
    return Stream.of(
        Arguments.of("CheckAndReserve", reserve("amounts", "{website: '" + more + "'}")),
        Arguments.of("CheckAndReserve", reserve("amounts", "{website: '9223372036854775807'}")),
        Arguments.of("Consume", consume("amounts", "{website: '" + more + "'}")),
        Arguments.of("Check", check("amounts", "{website: '" + more + "'}")),
        Arguments.of("Extend", settle("amounts", "{website: '" + more + "'}")),
        Arguments.of("Commit", settle("actual", "{amounts: {website: '" + more + "'}}")));
  }

  @ParameterizedTest
  @MethodSource("tooLarge")
  void anAmountAboveTheMaximumIsOutOfRange(String method, String json) {
    StatusRuntimeException e =
        assertThrows(StatusRuntimeException.class, () -> client.call(method, json));
    assertEquals(Status.Code.OUT_OF_RANGE, code(e), e.getMessage());
    assertEquals("AMOUNT_OUT_OF_RANGE", reason(e));
    assertEquals(List.of(), server.store.asked);
  }

  /** Trailers above 8 KiB are lost on the way to many clients, and so is what was wrong. */
  @Test
  void theLongestListOfViolationsArrives() {
    Map<String, String> long33 = new TreeMap<>();
    for (int i = 0; i < 16; i++) {
      long33.put("\u0001".repeat(60) + i, "v".repeat(600));
    }
    String metadata =
        long33.entrySet().stream()
            .map(e -> "'" + e.getKey().replace("\u0001", "\\u0001") + "': '" + e.getValue() + "'")
            .collect(Collectors.joining(",", "{", "}"));
    String types =
        Stream.iterate(0, i -> i + 1)
            .limit(32)
            .map(i -> "'" + "\\u0001".repeat(48) + i + "': -1")
            .collect(Collectors.joining(",", "{", "}"));
    String json =
        "{account_id: '"
            + "#".repeat(128)
            + "', member_id: '"
            + "#".repeat(128)
            + "', feature: '"
            + "\\u0001".repeat(1000)
            + "', amounts: "
            + types
            + ", metadata: "
            + metadata
            + "}";
    StatusRuntimeException e =
        assertThrows(StatusRuntimeException.class, () -> client.call("CheckAndReserve", json));
    assertEquals(Status.Code.INVALID_ARGUMENT, code(e), e.getMessage());
    assertEquals("INVALID_REQUEST", reason(e));
    List<String> fields = violatedFields(e);
    assertEquals("account_id", fields.get(0));
    assertTrue(fields.size() > 5, fields.toString());
    assertEquals("", fields.get(fields.size() - 1), "says that there is more");
  }

  @Test
  void garbageOversizeAndUnknownMethodsHarmNobody() throws IOException {
    String reserve = "tokenguard.v1.TokenGuardService/CheckAndReserve";
    byte[] garbage = {(byte) 0xff, (byte) 0xff, (byte) 0xff, 1, 2, 3};
    byte[] oversized = new byte[200 << 10];
    for (StatusRuntimeException e :
        List.of(
            assertThrows(StatusRuntimeException.class, () -> client.callRaw(reserve, garbage)),
            assertThrows(StatusRuntimeException.class, () -> client.callRaw(reserve, oversized)),
            assertThrows(
                StatusRuntimeException.class,
                () -> client.callRaw("tokenguard.v1.TokenGuardService/Nope", new byte[0])),
            assertThrows(
                StatusRuntimeException.class, () -> client.callRaw("no.Such/Rpc", new byte[0])))) {
      assertTrue(code(e) != Status.Code.OK && code(e) != Status.Code.UNAVAILABLE, e.getMessage());
    }
    String json = client.call("GetBalance", "{account_id: 'a'}");
    assertTrue(json.contains("\"available\":\"5\""), json);
    server.store.asked.clear();
  }

  private static Arguments bad(String method, String json, String... fields) {
    return Arguments.of(method, json, List.of(fields));
  }

  private static String reserve(String field, String value) {
    return with("account_id: 'a', feature: 'create_website', reservation_id: 'r'", field, value);
  }

  private static String consume(String field, String value) {
    return reserve(field, value);
  }

  private static String check(String field, String value) {
    return with("account_id: 'a', feature: 'create_website'", field, value);
  }

  private static String settle(String field, String value) {
    return with("account_id: 'a', reservation_id: 'r'", field, value);
  }

  /** One field with another value. */
  private static String with(String fields, String field, String value) {
    String others =
        Stream.of(fields.split(", "))
            .filter(other -> !other.startsWith(field + ":"))
            .collect(Collectors.joining(", "));
    return "{" + others + ", " + field + ": " + value + "}";
  }

  private static String types(int count) {
    return Stream.iterate(0, i -> i + 1)
        .limit(count)
        .map(i -> "t" + i + ": 1")
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String entries(int count, int bytes) {
    return Stream.iterate(0, i -> i + 1)
        .limit(count)
        .map(i -> "k" + i + ": '" + "v".repeat(bytes) + "'")
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
