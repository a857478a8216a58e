package dev.tokenguard.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import dev.tokenguard.config.Settings.Appendfsync;
import dev.tokenguard.config.Settings.Embedded;
import dev.tokenguard.embedded.EmbeddedRedis;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.AdminEvent;
import dev.tokenguard.v1.AdminEventOutcome;
import dev.tokenguard.v1.BatchCreateAccountsRequest;
import dev.tokenguard.v1.BatchCreateAccountsResponse;
import dev.tokenguard.v1.CreateAccountRequest;
import dev.tokenguard.v1.GetAccountRequest;
import dev.tokenguard.v1.ListAdminEventsRequest;
import dev.tokenguard.v1.ListAdminEventsResponse;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TokenAdminServiceGrpc.TokenAdminServiceBlockingStub;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is lost between a server and its Redis: no change is there without its event. */
class AdminEventsUnderFaultsTest {
  private static final int ACCOUNTS = 500;

  private EmbeddedRedis redis;
  private CuttingProxy proxy;
  private WireServer server;
  private Direct direct;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    redis = EmbeddedRedis.start(new Embedded(folder, "", Appendfsync.ALWAYS, port));
    URI uri = URI.create(redis.uri());
    proxy = new CuttingProxy(uri.getPort());
    server =
        WireServer.start(
            folder,
            "sweep.enabled=false",
            "redis.uri=" + redis.uri().replace(":" + uri.getPort(), ":" + proxy.port()));
    direct = new Direct(redis.uri());
    create("warm");
  }

  @AfterEach
  void stop() throws Exception {
    direct.close();
    server.close();
    proxy.close();
    redis.close();
  }

  private TokenAdminServiceBlockingStub operator() {
    return TokenAdminServiceGrpc.newBlockingStub(server.caller().operators())
        .withDeadlineAfter(Await.LONG.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static CreateAccountRequest creation(String id) {
    return CreateAccountRequest.newBuilder()
        .setAccount(Account.newBuilder().setAccountId(id))
        .setRequestId("r-" + id)
        .build();
  }

  private void create(String id) {
    assertTrue(operator().createAccount(creation(id)).hasAccount());
  }

  private List<AdminEvent> events(String account) {
    List<AdminEvent> all = new ArrayList<>();
    ListAdminEventsRequest.Builder request =
        ListAdminEventsRequest.newBuilder().setPageSize(1000).setAccountId(account);
    do {
      ListAdminEventsResponse page = operator().listAdminEvents(request.build());
      all.addAll(page.getEventsList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return all;
  }

  private List<String> outcomes(String account) {
    return events(account).stream()
        .map(event -> event.getOutcome().name().replace("ADMIN_EVENT_OUTCOME_", ""))
        .toList();
  }

  private boolean exists(String account) {
    try {
      return operator()
          .getAccount(GetAccountRequest.newBuilder().setAccountId(account).build())
          .hasAccount();
    } catch (StatusRuntimeException e) {
      assertEquals("ACCOUNT_NOT_FOUND", WireFault.of(e).reason());
      return false;
    }
  }

  /** Redis has the event, and the server does not know: so it makes no change. */
  @Test
  void theWordThatItIsRecordedIsLost() throws Exception {
    long scripts = direct.scriptsRun();
    proxy.loseReplies();
    ListenableFuture<?> lost =
        TokenAdminServiceGrpc.newFutureStub(server.caller().operators())
            .createAccount(creation("acme"));
    Await.until("the event is stored", () -> direct.scriptsRun() > scripts);
    proxy.cut();
    assertThrows(
        ExecutionException.class, () -> lost.get(Await.LONG.toSeconds(), TimeUnit.SECONDS));
    server.caller().awaitHealth(ServingStatus.SERVING);

    assertEquals(List.of("UNKNOWN"), outcomes("acme"));
    assertEquals(false, exists("acme"));
    create("acme");
    assertEquals(List.of("DONE", "UNKNOWN"), outcomes("acme"));
  }

  /** In the middle of a batch: what was done, what was not, and what nobody knows. */
  @Test
  void theWordOfChangesIsLost() throws Exception {
    BatchCreateAccountsRequest.Builder batch = BatchCreateAccountsRequest.newBuilder();
    for (int i = 0; i < ACCOUNTS; i++) {
      batch.addRequests(creation("b-" + i));
    }
    long scripts = direct.scriptsRun();
    ListenableFuture<BatchCreateAccountsResponse> answer =
        TokenAdminServiceGrpc.newFutureStub(server.caller().operators())
            .batchCreateAccounts(batch.build());
    Await.until("some are made", () -> direct.scriptsRun() > scripts + ACCOUNTS / 5);
    proxy.loseReplies();
    Await.until(
        "their calls have failed",
        () -> server.caller().health("readiness") != ServingStatus.SERVING || answer.isDone());
    proxy.cut();
    answer.get(Await.LONG.toSeconds(), TimeUnit.SECONDS);
    server.caller().awaitHealth(ServingStatus.SERVING);

    Map<String, AdminEventOutcome> told = new TreeMap<>();
    events("").forEach(event -> told.put(event.getAccountId(), event.getOutcome()));
    assertEquals(ACCOUNTS + 1, told.size(), "every change that was asked for, and the first one");
    for (int i = 0; i < ACCOUNTS; i++) {
      AdminEventOutcome outcome = told.get("b-" + i);
      if (outcome != AdminEventOutcome.ADMIN_EVENT_OUTCOME_UNKNOWN) {
        assertEquals(
            outcome == AdminEventOutcome.ADMIN_EVENT_OUTCOME_DONE, exists("b-" + i), "b-" + i);
      }
    }

    BatchCreateAccountsResponse again = operator().batchCreateAccounts(batch.build());
    for (int i = 0; i < ACCOUNTS; i++) {
      assertTrue(!again.getResults(i).hasError(), again.getResults(i)::toString);
      assertEquals(
          again.getResults(i).getReplayed() ? "REPLAYED" : "DONE", outcomes("b-" + i).get(0));
    }
  }

  @Test
  void redisIsKilledAndComesBack() throws Exception {
    create("kept");
    List<AdminEvent> before = events("");
    ProcessHandle.of(direct.pid()).orElseThrow().destroyForcibly();
    server.caller().awaitHealth(ServingStatus.NOT_SERVING);
    server.caller().awaitHealth(ServingStatus.SERVING);

    assertEquals(before, events(""));
    create("later");
    assertEquals(List.of("DONE"), outcomes("later"));
  }
}
