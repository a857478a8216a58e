package dev.tokenguard.wire;

import static dev.tokenguard.wire.Json.ADMIN;
import static dev.tokenguard.wire.Json.GUARD;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.auth.Rights;
import dev.tokenguard.testing.Keys;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.GetBalanceResponse;
import dev.tokenguard.wire.Json.Reply;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Unary RPCs in JSON, by the rules of the Connect protocol. */
class JsonOverTheWireTest {
  @TempDir static Path folder;
  private static WireServer server;
  private static Json json;

  @BeforeAll
  static void start() throws Exception {
    server = WireServer.start(folder, "http.receive_timeout=1s");
    json = new Json(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aReservationFromBeginToEnd() {
    String mine = "\"accountId\":\"ann\",\"reservationId\":\"r1\"";
    Reply reserved =
        json.call(GUARD + "CheckAndReserve", "{" + mine + ",\"feature\":\"create_website\"}");
    assertEquals("RESERVATION_STATE_OPEN", reserved.at("reservation.state"));
    assertEquals("1", reserved.at("reservation.amounts.website"));
    assertEquals("1", json.call(GUARD + "Commit", "{" + mine + "}").at("charged.website"));
    Reply balance =
        json.call(GUARD + "GetBalance", "{\"accountId\":\"ann\",\"tokenTypes\":[\"website\"]}");
    assertEquals("4", balance.at("account.balances[0].available"));
    assertEquals("0", balance.at("account.balances[0].held"), "zeros are written");

    // The other verb on an ended reservation, and another request by the same id.
    Reply ended = json.send(json.post(GUARD + "Refund", "{" + mine + "}", null));
    assertEquals(400, ended.status());
    assertEquals("failed_precondition", ended.at("code"));
    Reply mismatch =
        json.send(
            json.post(
                GUARD + "CheckAndReserve", "{" + mine + ",\"feature\":\"illustrate\"}", null));
    assertEquals(409, mismatch.status());
    assertEquals("already_exists", mismatch.at("code"));
    assertEquals("IDEMPOTENCY_MISMATCH", mismatch.at("details[0].debug.reason"));
  }

  @Test
  void aDenialIsAnOutcome() {
    Reply denied =
        json.call(
            GUARD + "CheckAndReserve",
            "{\"accountId\":\"bob\",\"reservationId\":\"r1\",\"feature\":\"shoot\"}");
    assertEquals("DENIAL_REASON_FEATURE_NOT_IN_PLAN", denied.at("denial.reason"));
  }

  @Test
  void wholeNumbersKeepTheirDigits() {
    long most = (1L << 53) - 1;
    json.call(ADMIN + "CreateAccount", "{\"account\":{\"accountId\":\"rich\",\"plan\":\"free\"}}");
    for (String amount : List.of("\"" + (most - 1_000_001) + "\"", "1")) {
      json.call(
          ADMIN + "CreateGrant",
          "{\"accountId\":\"rich\",\"tokenType\":\"tokens\",\"amount\":"
              + amount
              + ",\"reason\":\"purchase\",\"requestId\":\"g"
              + amount.length()
              + "\"}");
    }
    Reply balance = json.call(GUARD + "GetBalance", "{\"accountId\":\"rich\"}");
    assertTrue(balance.body().toString().contains("\"available\":\"" + most + "\""));
  }

  /** What cannot be read, and what its caller is told of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"acountId":"ann"}                           | acountId             | no such field
          {"accountId":"ann","amounts":{"image":"x"}}  | amounts.image        | Not an int64
          {"accountId":"ann","amounts":{"image":1.5}}  | amounts.image        | Not an int64
          {"accountId":"ann","amounts":[1]}            | amounts              | map
          {"accountId":{},"feature":"x"}               | accountId            | Invalid value
          {"accountId":"a","accountId":"b"}            | `` | the name at $.accountId is there twice
          {"accountId":"a","account_id":"b"}           | `` | already
          {"accountId":"a",}                           | `` | no JSON
          {"accountId":"a"} {}                         | `` | no JSON
          {'accountId':'a'}                            | `` | no JSON
          {"amounts":{"image":1e999999999}}            | `` | the number 1e999999999
          [1]                                          | `` | no JSON object
          "x"                                          | `` | no JSON object
          ``                                           | `` | it ends in the middle
          {"a":                                        | `` | it ends in the middle
          """)
  void saysWhatCannotBeRead(String message, String field, String said) {
    Reply reply = json.send(json.post(GUARD + "Consume", message, Keys.ADMIN));
    assertEquals(400, reply.status());
    assertEquals("invalid_argument", reply.at("code"));
    assertTrue(reply.at("message").contains(said), reply.at("message"));
    assertEquals(field.isEmpty() ? List.of() : List.of(field), reply.fields());
  }

  @Test
  void saysWhereInAListAFieldIsUnknown() {
    Reply reply =
        json.send(
            json.post(
                ADMIN + "BatchCreateAccounts",
                """
                {"requests":[{"account":{"accountId":"x1"}},{"account":{"acountId":"x2","plan":3.5}}], "requestid":""}
                """,
                Keys.ADMIN));
    assertEquals(400, reply.status());
    assertEquals(
        Set.of("requests[1].account.acountId", "requestid"), new TreeSet<>(reply.fields()));
  }

  @Test
  void badInputIsToldAsOverGrpc() {
    Reply reply = json.send(json.post(GUARD + "GetBalance", "{\"accountId\":\"no good\"}", null));
    assertEquals(400, reply.status());
    assertEquals(List.of("account_id"), reply.fields());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Connect-Protocol-Version | 2    | 400 | invalid_argument
          Connect-Timeout-Ms       | soon | 400 | invalid_argument
          Connect-Timeout-Ms       | -1   | 400 | invalid_argument
          Connect-Timeout-Ms       | 12345678901 | 400 | invalid_argument
          Connect-Timeout-Ms       | 0    | 504 | deadline_exceeded
          Content-Encoding         | br   | 501 | unimplemented
          Content-Type             | text/plain | 415 | unimplemented
          Content-Type             | application/json; charset=latin1 | 415 | unimplemented
          Authorization            | Bearer nobody | 401 | unauthenticated
          """)
  void headersThatAreWrong(String name, String value, int status, String code) {
    Reply reply =
        json.send(
            json.post(
                GUARD + "GetBalance",
                "{\"accountId\":\"ann\"}",
                null,
                request -> request.setHeader(name, value)));
    assertEquals(status, reply.status(), reply.body().toString());
    assertEquals(code, reply.at("code"));
  }

  @Test
  void headersThatAreRight() {
    Reply reply =
        json.send(
            json.post(
                GUARD + "GetBalance",
                "{\"accountId\":\"ann\"}",
                null,
                request ->
                    request
                        .setHeader("Connect-Protocol-Version", "1")
                        .setHeader("Connect-Timeout-Ms", "30000")
                        .setHeader("Content-Type", "application/json; charset=\"UTF-8\"")));
    assertEquals(200, reply.status());
    assertEquals("no-store", reply.headers().firstValue("Cache-Control").orElse(""));
    assertTrue(reply.headers().firstValue("Trailer-tokenguard-version").isPresent());
  }

  @ParameterizedTest
  @CsvSource({
    "GET,    CheckAndReserve, 405, POST",
    "PUT,    GetBalance,      405, 'GET, POST'",
    "DELETE, GetBalance,      405, 'GET, POST'",
    "POST,   Nope,            404, ''",
    "GET,    Nope,            404, ''",
  })
  void pathsAndMethods(String method, String rpc, int status, String allow) {
    Reply reply =
        json.send(json.to("/" + GUARD + rpc).method(method, BodyPublishers.noBody()).build());
    assertEquals(status, reply.status());
    assertEquals("unimplemented", reply.at("code"));
    assertEquals(allow, reply.headers().firstValue("Allow").orElse(""));
  }

  @Test
  void whatChangesNothingCanBeAskedForWithGet() {
    String message = "{\"accountId\":\"get\"}";
    String plain = "?connect=v1&encoding=json&message=" + URLEncoder.encode(message, UTF_8);
    String packed =
        "?base64=1&message="
            + Base64.getUrlEncoder().withoutPadding().encodeToString(message.getBytes(UTF_8));
    for (String query : List.of(plain, packed)) {
      Reply reply = json.send(json.to("/" + GUARD + "GetBalance" + query).build());
      assertEquals(200, reply.status(), reply.body().toString());
      assertEquals("get", reply.at("account.accountId"));
    }
    for (String bad :
        List.of(
            "",
            "?message=%7B",
            "?encoding=xml&message=%7B%7D",
            "?message=%7B%7D&base64=1&connect=v2",
            "?message=*&base64=1",
            "?message=%7B%7D&compression=br")) {
      int status = json.send(json.to("/" + GUARD + "GetBalance" + bad).build()).status();
      assertTrue(status == 400 || status == 415 || status == 501, bad + " " + status);
    }
  }

  @Test
  void speaksTheBinaryFormToo() throws Exception {
    HttpRequest request =
        json.to("/" + GUARD + "GetBalance")
            .setHeader("Content-Type", "application/proto")
            .POST(
                BodyPublishers.ofByteArray(
                    GetBalanceRequest.newBuilder().setAccountId("bin").build().toByteArray()))
            .build();
    HttpResponse<byte[]> response =
        HttpClient.newHttpClient().send(request, BodyHandlers.ofByteArray());
    assertEquals("application/proto", response.headers().firstValue("Content-Type").orElse(""));
    assertEquals("bin", GetBalanceResponse.parseFrom(response.body()).getAccount().getAccountId());
  }

  @Test
  void takesAndGivesWhatIsPacked() throws Exception {
    HttpRequest request =
        json.to("/" + ADMIN + "GetCatalog")
            .setHeader("Authorization", "Bearer " + Keys.ADMIN)
            .setHeader("Content-Type", "application/json")
            .setHeader("Content-Encoding", "gzip")
            .setHeader("Accept-Encoding", "gzip")
            .POST(BodyPublishers.ofByteArray(gzip("{}".getBytes(UTF_8))))
            .build();
    HttpResponse<java.io.InputStream> response =
        HttpClient.newHttpClient().send(request, BodyHandlers.ofInputStream());
    assertEquals(200, response.statusCode());
    assertEquals("gzip", response.headers().firstValue("Content-Encoding").orElse(""));
    String body = new String(new GZIPInputStream(response.body()).readAllBytes(), UTF_8);
    assertTrue(body.contains("create_website"), body);
  }

  @Test
  void whatIsTooLongIsNotRead() throws Exception {
    String tooLong = "{\"accountId\":\"" + "x".repeat(2 << 20) + "\"}";
    for (int i = 0; i < 20; i++) { // the call that has begun may end first, with another word
      Reply plain = json.send(json.post(GUARD + "GetBalance", tooLong, null));
      assertEquals("resource_exhausted", plain.at("code"));
    }
    HttpRequest bomb =
        json.to("/" + GUARD + "GetBalance")
            .setHeader("Content-Type", "application/json")
            .setHeader("Content-Encoding", "gzip")
            .POST(BodyPublishers.ofByteArray(gzip(new byte[50 << 20])))
            .build();
    assertEquals("resource_exhausted", json.send(bomb).at("code"));
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  /** Whoever may not call is told so before the message is there; half of one is not waited for. */
  @Test
  void halfSentMessages() throws Exception {
    String head =
        "POST /"
            + GUARD
            + "GetBalance HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nContent-Length: 1000\r\n";
    try (Socket socket = connect()) {
      send(socket, head + "Authorization: Bearer tg_nobody\r\n\r\n{");
      String refused = read(socket);
      assertTrue(refused.startsWith("HTTP/1.1 401 "), refused);
      assertTrue(refused.contains("\r\nConnection: close\r\n"), refused);
    }
    try (Socket socket = connect()) {
      send(socket, head + "\r\n{");
      assertEquals("", read(socket), "closed without an answer");
    }
    Reply alive = json.send(json.post(GUARD + "GetBalance", "{\"accountId\":\"ann\"}", null));
    assertEquals(200, alive.status());
  }

  private static Socket connect() throws IOException {
    URI uri = URI.create(server.httpUri());
    Socket socket = new Socket(uri.getHost(), uri.getPort());
    socket.setSoTimeout((int) Await.LONG.toMillis());
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(UTF_8));
    out.flush();
  }

  private static String read(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), UTF_8);
  }

  /** A page can have its own domain point to this machine; it is not trusted for that. */
  @Test
  void localCallersThatNameADomainNeedACredential() throws Exception {
    String rest =
        "Content-Type: application/json\r\nConnection: close\r\nContent-Length: 19\r\n\r\n{\"accountId\":\"ann\"}";
    for (String host : List.of("localhost:80", "127.0.0.1", "[::1]:7780", "my-laptop")) {
      try (Socket socket = connect()) {
        send(socket, "POST /" + GUARD + "GetBalance HTTP/1.1\r\nHost: " + host + "\r\n" + rest);
        assertTrue(read(socket).startsWith("HTTP/1.1 200 "), host);
      }
    }
    try (Socket socket = connect()) {
      send(socket, "POST /" + GUARD + "GetBalance HTTP/1.1\r\nHost: evil.example\r\n" + rest);
      assertTrue(read(socket).startsWith("HTTP/1.1 401 "));
    }
  }

  static Stream<String> rpcs() {
    return Rights.table().keySet().stream().filter(call -> call.startsWith("tokenguard."));
  }

  /** An empty message, as over gRPC: the same code, and HTTP's status of it. */
  @ParameterizedTest
  @MethodSource("rpcs")
  void everyRpcAnswersAsOverGrpc(String rpc) {
    HttpResponse<String> response = json.text(json.post(rpc, "{}", Keys.ADMIN));
    Status.Code code = Bytes.call(rpc, Keys.with(Keys.ADMIN, server.caller().channel()));
    if (code == Status.Code.OK) {
      assertEquals(200, response.statusCode(), response.body());
    } else {
      assertTrue(
          response
              .body()
              .startsWith("{\"code\":\"" + code.name().toLowerCase(java.util.Locale.ROOT) + "\""),
          response.body());
    }
    int stranger = json.text(json.post(rpc, "{}", "tg_nobody")).statusCode();
    assertEquals(401, stranger);
  }

  @Test
  void otherPathsAreNotTouched() {
    assertFalse(json.text(json.to("/tokenguard.v1.Nope/X").build()).body().isEmpty());
    assertEquals(404, json.text(json.to("/tokenguard.v1.Nope/X").build()).statusCode());
  }
}
