package dev.tokenguard.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tokenguard.auth.ApiKey;
import dev.tokenguard.auth.Rights;
import dev.tokenguard.domain.Role;
import dev.tokenguard.testing.Keys;
import dev.tokenguard.v1.CreateDisplayTokenRequest;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every RPC and every HTTP path, by every role and by nobody. */
class RightsOverTheWireTest {
  private static final Map<Role, String> KEYS = new EnumMap<>(Role.class);

  /** Any request of a call that a display token may make: its first field is the account. */
  private static final GetBalanceRequest SHOWN =
      GetBalanceRequest.newBuilder().setAccountId("shown").build();

  @TempDir static Path folder;
  private static WireServer server;

  @BeforeAll
  static void start() throws Exception {
    StringBuilder credentials = new StringBuilder("keys:\n");
    for (Role role : Role.ASSIGNABLE) {
      String key = ApiKey.create();
      KEYS.put(role, key);
      credentials.append(
          "  %s: {role: %s, sha256: %s}\n".formatted("the-" + role, role, ApiKey.sha256(key)));
    }
    Path file = Files.writeString(folder.resolve("keys.yaml"), credentials);
    server =
        WireServer.start(
            folder.resolve("redis"),
            "auth.credentials_file=" + file,
            "auth.local_guard=false",
            "grpc.reflection=true");
    KEYS.put(
        Role.DISPLAY,
        TokenGuardServiceGrpc.newBlockingStub(Keys.with(key(Role.ADMIN), server.caller().channel()))
            .createDisplayToken(
                CreateDisplayTokenRequest.newBuilder().setAccountId("shown").build())
            .getToken());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String key(Role role) {
    return Objects.requireNonNull(KEYS.get(role));
  }

  static Stream<String> rpcs() {
    return Rights.table().keySet().stream().filter(call -> !call.startsWith("GET "));
  }

  @ParameterizedTest
  @MethodSource("rpcs")
  void onlyWhoTheTableSaysMayCall(String call) {
    for (Role role : Role.values()) {
      boolean may = Objects.requireNonNull(Rights.table().get(call)).roles().contains(role);
      // An empty request is no good one: who may call hears that. A display token sees one account.
      byte[] request = role == Role.DISPLAY ? SHOWN.toByteArray() : new byte[0];
      Status.Code code = Bytes.call(call, Keys.with(key(role), server.caller().channel()), request);
      boolean heard = code != Status.Code.PERMISSION_DENIED && code != Status.Code.UNAUTHENTICATED;
      assertEquals(may, heard, () -> role + ": " + code);
      if (!may) {
        assertEquals(Status.Code.PERMISSION_DENIED, code, role.toString());
      }
    }
    assertEquals(Status.Code.UNAUTHENTICATED, Bytes.call(call, server.caller().channel()));
    Channel forger = Keys.with(ApiKey.create(), server.caller().channel());
    assertEquals(Status.Code.UNAUTHENTICATED, Bytes.call(call, forger));
  }

  /** Of two headers a proxy in front may have looked at another than the server would. */
  @Test
  void oneCredentialACall() throws Exception {
    String rpc = "tokenguard.v1.TokenAdminService/GetCatalog";
    Channel once = Keys.with(key(Role.ADMIN), server.caller().channel());
    assertEquals(Status.Code.OK, Bytes.call(rpc, once));
    assertEquals(Status.Code.UNAUTHENTICATED, Bytes.call(rpc, Keys.with(key(Role.ADMIN), once)));
    assertEquals(Status.Code.UNAUTHENTICATED, Bytes.call(rpc, Keys.with(ApiKey.create(), once)));
    String viewer = "Bearer " + key(Role.VIEWER);
    HttpRequest twice =
        HttpRequest.newBuilder(URI.create(server.httpUri() + "/metrics"))
            .header("Authorization", viewer)
            .header("Authorization", viewer)
            .build();
    assertEquals(
        401,
        HttpClient.newHttpClient()
            .send(twice, HttpResponse.BodyHandlers.discarding())
            .statusCode());
  }

  @Test
  void healthIsForEverybody() {
    for (String call : Rights.open()) {
      if (call.endsWith("/Check")) {
        assertEquals(Status.Code.OK, Bytes.call(call, server.caller().channel()));
      }
    }
  }

  @Test
  void httpGoesByTheSameTable() throws Exception {
    Set<String> open = new TreeSet<>(Set.of("/", "/livez", "/readyz"));
    for (String path : new String[] {"/", "/livez", "/readyz", "/metrics"}) {
      assertEquals(open.contains(path) ? 200 : 401, http(path, ""), path);
      assertEquals(open.contains(path) ? 200 : 401, http(path, ApiKey.create()), path);
      for (Role role : Role.ASSIGNABLE) {
        assertEquals(200, http(path, key(role)), path);
      }
      assertEquals(open.contains(path) ? 200 : 403, http(path, key(Role.DISPLAY)), path);
    }
    assertEquals(
        open,
        new TreeSet<>(
            Rights.open().stream()
                .filter(call -> call.startsWith("GET "))
                .map(call -> call.substring(4))
                .toList()));
  }

  private static int http(String path, String key) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.httpUri() + path));
    if (!key.isEmpty()) {
      request.header("Authorization", "Bearer " + key);
    }
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() == 401) {
      assertEquals("Bearer", response.headers().firstValue("WWW-Authenticate").orElse(""));
    }
    return response.statusCode();
  }

  @Test
  void everyRefusalIsCounted() throws Exception {
    Bytes.call("tokenguard.v1.TokenAdminService/GetSweep", server.caller().channel());
    Bytes.call(
        "tokenguard.v1.TokenAdminService/GetSweep",
        Keys.with(key(Role.GUARD), server.caller().channel()));
    HttpRequest scrape =
        HttpRequest.newBuilder(URI.create(server.httpUri() + "/metrics"))
            .header("Authorization", "Bearer " + key(Role.VIEWER))
            .build();
    String metrics =
        HttpClient.newHttpClient().send(scrape, HttpResponse.BodyHandlers.ofString()).body();
    for (String reason : new String[] {"no_credential", "not_allowed", "bad_credential"}) {
      assertEquals(
          1,
          Arrays.stream(metrics.split("\n"))
              .filter(
                  line ->
                      line.startsWith(
                          "tokenguard_auth_failures_total{reason=\""
                              + reason.toLowerCase(Locale.ROOT)
                              + "\"}"))
              .count(),
          reason);
    }
  }
}
