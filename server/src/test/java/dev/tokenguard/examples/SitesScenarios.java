package dev.tokenguard.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.tokenguard.auth.ApiKey;
import dev.tokenguard.client.AccountUpdate;
import dev.tokenguard.client.BalanceRequest;
import dev.tokenguard.client.NewGrant;
import dev.tokenguard.client.TokenAdminClient;
import dev.tokenguard.client.TokenGuardClient;
import dev.tokenguard.client.TransactionQuery;
import dev.tokenguard.examples.SitesService.Answer;
import dev.tokenguard.process.ServerProcess;
import dev.tokenguard.testing.Keys;
import dev.tokenguard.v1.AccountBalances;
import dev.tokenguard.v1.AccountStatus;
import dev.tokenguard.v1.Balance;
import dev.tokenguard.v1.Transaction;
import dev.tokenguard.v1.TransactionKind;
import dev.tokenguard.wire.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the website generator of every language does, with a server that asks for credentials. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SitesScenarios {

  private static final Set<String> FIELDS =
      Set.of(
          "success",
          "error_code",
          "tokens_remaining",
          "original_tokens",
          "consumed_tokens",
          "reset_time",
          "message");

  private static final String GUARD = ApiKey.create();

  /** Short, so that long work outlives it. */
  private static final String TTL_SECONDS = "3";

  private static final String BRIEF = brief("ocean", 3);
  private static final String LONG_BRIEF = brief("plum", 70);
  private static final String BAD_BRIEF = brief("sunrize", 1);

  /** Every account that a test used: their sums are held against the sites that were made. */
  private final List<String> accounts = new CopyOnWriteArrayList<>();

  private String[] settings = {};
  private Path serverFolder = Path.of("");
  private @Nullable ServerProcess server;
  private @Nullable TokenAdminClient admin;
  private @Nullable TokenGuardClient client;
  private @Nullable SitesService service;

  /** Whether the language is there; if not, says so on the console. */
  abstract boolean installed() throws Exception;

  /** Builds the example, and gives back how it is run. */
  abstract List<String> build() throws Exception;

  /** Whether its work is told when its client has gone. */
  boolean tellsWorkThatItsClientHasGone() {
    return true;
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    assumeTrue(installed());
    List<String> command = build();
    Path credentials =
        Files.writeString(
            folder.resolve("credentials.yaml"),
            "keys: {sites: {role: guard, sha256: %s}, tests: {role: admin, sha256: %s}}"
                .formatted(ApiKey.sha256(GUARD), ApiKey.sha256(Keys.ADMIN)));
    Path catalog =
        Files.writeString(
            folder.resolve("websites.yaml"),
            """
            token_types: {website: {title: Websites}}
            features: {create_website: {cost: {website: 1}}}
            plans: {free: {allowances: {website: {amount: 3, resets: every 30 days}}}}
            default_plan: free
            """);
    settings =
        new String[] {
          "--auth.credentials_file=" + credentials,
          "--auth.local_guard=false",
          "--catalog.file=" + catalog
        };
    serverFolder = folder.resolve("server");
    server = ServerProcess.serve(serverFolder, settings);
    admin = TokenAdminClient.builder(server.target()).bearerToken(() -> Keys.ADMIN).build();
    client = TokenGuardClient.builder(server.target()).bearerToken(() -> GUARD).build();
    service =
        SitesService.start(
            Files.createDirectories(folder.resolve("service")),
            command,
            Map.of(
                "TOKENGUARD_TARGET",
                server.target(),
                "TOKENGUARD_KEY",
                GUARD,
                "TOKENGUARD_TTL",
                TTL_SECONDS,
                "SECONDS_PER_SECTION",
                "0.1"));
  }

  @AfterAll
  void everySiteWasChargedOnceAndNothingElse() throws Exception {
    try {
      if (service != null) {
        long charged = accounts.stream().mapToLong(each -> balance(each).getConsumed()).sum();
        assertEquals(charged, service().made().size(), service()::log);
        for (String account : accounts) {
          assertEquals(0, balances(account).getOpenReservations(), account);
        }
      }
    } finally {
      for (AutoCloseable each :
          Stream.of(service, client, admin, server).filter(Objects::nonNull).toList()) {
        each.close();
      }
    }
  }

  @Test
  void aSiteIsBuiltAndChargedOnce() throws Exception {
    String account = account("once");
    Answer built = service().order(account, "order-1", BRIEF).get();
    assertEquals(201, built.status(), built.toString());
    assertTrue(built.body().get("success").getAsBoolean());
    String site = built.body().get("site").getAsString();
    Path page =
        service().made().stream().filter(each -> each.endsWith(site)).findFirst().orElseThrow();
    assertTrue(Files.readString(page).contains("Rim</title>"), () -> "in " + page);
    assertFalse(Files.readString(page).contains("<Baan>"), () -> "unescaped in " + page);
    assertBalance(account, 3, 1, 2);

    Answer again = service().order(account, "order-1", BRIEF).get();
    assertRefused(409, "RESERVATION_COMMITTED", again);
    assertBalance(account, 3, 1, 2);
  }

  @Test
  void aDoubleClickIsOneOrder() throws Exception {
    String account = account("double");
    CompletableFuture<Answer> first = service().order(account, "click", BRIEF);
    CompletableFuture<Answer> second = service().order(account, "click", BRIEF);
    List<Integer> statuses =
        Stream.of(first.get(), second.get()).map(Answer::status).sorted().toList();
    assertEquals(List.of(201, 409), statuses);
    assertBalance(account, 3, 1, 2);
  }

  @Test
  void aBadBriefIsRefunded() throws Exception {
    String account = account("bad");
    Answer failed = service().order(account, "bad-1", BAD_BRIEF).get();
    assertEquals(422, failed.status(), failed.toString());
    assertEquals("BAD_BRIEF", failed.body().get("error_code").getAsString());
    assertBalance(account, 3, 0, 3);
    assertEquals(
        List.of("bad-1"),
        transactions(account, TransactionKind.TRANSACTION_KIND_REFUND).stream()
            .map(Transaction::getReservationId)
            .toList());
    assertRefused(409, "RESERVATION_REFUNDED", service().order(account, "bad-1", BRIEF).get());
    assertEquals(201, service().order(account, "bad-2", BRIEF).get().status());
    assertBalance(account, 3, 1, 2);
  }

  @Test
  void whoHasNoTokensLeftIsToldWhatThereWas() throws Exception {
    String account = account("poor");
    for (int i = 0; i < 3; i++) {
      assertEquals(201, service().order(account, "", BRIEF).get().status());
    }
    Answer refused = service().order(account, "fourth", BRIEF).get();
    assertRefused(402, "INSUFFICIENT_TOKENS", refused);
    JsonObject body = refused.body();
    assertEquals(0, body.get("tokens_remaining").getAsLong());
    assertEquals(3, body.get("original_tokens").getAsLong());
    assertEquals(3, body.get("consumed_tokens").getAsLong());
    assertEquals(
        Instant.ofEpochSecond(balance(account).getResetTime().getSeconds()),
        Instant.parse(body.get("reset_time").getAsString()));
    assertTrue(body.get("message").getAsString().contains("1 needed"), body::toString);

    admin().grants().create(NewGrant.of(account, "website", 1, "purchase"));
    assertEquals(201, service().order(account, "fourth", BRIEF).get().status());
    assertBalance(account, 4, 4, 0);
  }

  @Test
  void forTheSuspendedNoWaitingHelps() throws Exception {
    String account = account("suspended");
    assertEquals(201, service().order(account, "", BRIEF).get().status());
    admin()
        .accounts()
        .update(AccountUpdate.of(account).withStatus(AccountStatus.ACCOUNT_STATUS_SUSPENDED));
    Answer refused = service().order(account, "", BRIEF).get();
    assertRefused(403, "ACCOUNT_SUSPENDED", refused);
    assertEquals(2, refused.body().get("tokens_remaining").getAsLong());
    assertEquals(3, refused.body().get("original_tokens").getAsLong());
    assertEquals(1, refused.body().get("consumed_tokens").getAsLong());
    assertTrue(refused.body().get("reset_time").isJsonNull(), refused::toString);
  }

  @Test
  void whatIsMalformedIsNotTried() throws Exception {
    assertRefused(401, "UNAUTHENTICATED", service().order("", "", BRIEF).get());
    assertRefused(400, "INVALID_ARGUMENT", service().order("mali", "a key", BRIEF).get());
  }

  @Test
  void longWorkIsKeptAlive() throws Exception {
    String account = account("long");
    assertEquals(201, service().order(account, "long", LONG_BRIEF).get().status());
    assertBalance(account, 3, 1, 2);
    assertEquals(List.of(), transactions(account, TransactionKind.TRANSACTION_KIND_EXPIRE));
  }

  @Test
  void aClientThatVanishes() throws Exception {
    String account = account("vanishing");
    CompletableFuture<Answer> order = service().order(account, "gone", LONG_BRIEF);
    Await.until("the work runs", () -> balance(account).getHeld() == 1);
    order.cancel(true);
    Await.until("it is over", () -> balances(account).getOpenReservations() == 0);
    int charged = tellsWorkThatItsClientHasGone() ? 0 : 1;
    assertBalance(account, 3, charged, 3 - charged);
  }

  @Test
  void tokenGuardIsKilledAndComesBack() throws Exception {
    String account = account("outage");
    CompletableFuture<Answer> running = service().order(account, "running", LONG_BRIEF);
    Await.until("the work runs", () -> balance(account).getHeld() == 1);
    ServerProcess killed = Objects.requireNonNull(server);
    killed.kill();

    Answer refused = service().order(account, "later", BRIEF).get();
    assertRefused(503, "TOKENGUARD_UNAVAILABLE", refused);
    int seconds =
        Integer.parseInt(refused.response().headers().firstValue("Retry-After").orElseThrow());
    assertTrue(seconds >= 1, () -> "Retry-After: " + seconds);
    assertTrue(service().isAlive());

    String[] again = Arrays.copyOf(settings, settings.length + 1);
    again[settings.length] = "--grpc.listen=" + killed.target();
    server = ServerProcess.serve(serverFolder, again);
    assertEquals(201, running.get().status(), "what ran went on");
    Await.until("it is charged", () -> balance(account).getConsumed() == 1);
    Await.until(
        "the same order can be made",
        () -> service().order(account, "later", BRIEF).join().status() == 201);
    assertBalance(account, 3, 2, 1);
  }

  private static void assertRefused(int status, String errorCode, Answer answer) {
    assertEquals(status, answer.status(), answer.toString());
    assertEquals(FIELDS, answer.body().keySet());
    JsonElement success = answer.body().get("success");
    assertFalse(success.getAsBoolean());
    assertEquals(errorCode, answer.body().get("error_code").getAsString());
    assertFalse(answer.body().get("message").getAsString().isBlank());
  }

  private void assertBalance(String account, long granted, long consumed, long available) {
    Balance balance = balance(account);
    assertEquals(
        List.of(granted, consumed, 0L, available),
        List.of(
            balance.getGranted(), balance.getConsumed(), balance.getHeld(), balance.getAvailable()),
        () -> "granted, consumed, held, available of " + account + "; " + service().log());
  }

  private String account(String name) {
    accounts.add(name);
    return name;
  }

  private AccountBalances balances(String account) {
    return Objects.requireNonNull(client).balance(BalanceRequest.of(account));
  }

  private Balance balance(String account) {
    return balances(account).getBalances(0);
  }

  private List<Transaction> transactions(String account, TransactionKind kind) {
    return admin()
        .history()
        .transactions(TransactionQuery.of(account).withKinds(List.of(kind)))
        .stream()
        .toList();
  }

  private TokenAdminClient admin() {
    return Objects.requireNonNull(admin);
  }

  private SitesService service() {
    return Objects.requireNonNull(service);
  }

  private static String brief(String palette, int sections) {
    String section = "{\"heading\": \"By the river\", \"text\": \"Rice & tea\"}";
    return "{\"title\": \"<Baan> Rim\", \"palette\": \"%s\", \"sections\": [%s]}"
        .formatted(palette, String.join(",", Collections.nCopies(sections, section)));
  }
}
