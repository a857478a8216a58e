package dev.tokenguard.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.testing.JwksServer;
import dev.tokenguard.testing.ManualClock;
import dev.tokenguard.testing.TokenIssuer;
import dev.tokenguard.testing.TokenIssuer.Key;
import dev.tokenguard.wire.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys from a real server, which goes away, comes back and changes its mind. */
class JwksUrlTest {
  private static final Key OLD = Key.of("old", "ES256");
  private static final Key NEW = Key.of("new", "ES256");
  private static final String PASSWORD = "changeit";

  private final ManualClock clock = new ManualClock(JwtFixture.NOON);
  private final TokenIssuer issuer = new TokenIssuer(clock);

  @TempDir Path folder;

  @Test
  void anAnswerIsTheDocument() throws Exception {
    String document = TokenIssuer.jwks(OLD);
    try (JwksServer server = JwksServer.start(document)) {
      assertEquals(document, fetch(server, Optional.empty()));
    }
  }

  @Test
  void anythingElseIsNot() throws Exception {
    try (JwksServer server = JwksServer.start("");
        JwksServer other = JwksServer.start(TokenIssuer.jwks(NEW))) {
      server.answer(503, "down");
      assertEquals("HTTP status 503 (expected: 200 and a JWKS)", failure(server));
      server.answer(302, other.uri().toString());
      assertTrue(failure(server).contains("redirects are not followed"));
      assertEquals(0, other.requests());
      server.answer(200, " ".repeat(JwksSource.MAX_BYTES + 1));
      assertEquals("larger than 262144 bytes", failure(server));
      server.answer(200, " ".repeat(JwksSource.MAX_BYTES));
      assertEquals(JwksSource.MAX_BYTES, fetch(server, Optional.empty()).length());
    }
  }

  @Test
  void aServerIsWhomTheSettingsTrust() throws Exception {
    SSLContext tls = certificate();
    try (JwksServer server = JwksServer.start(tls, TokenIssuer.jwks(OLD))) {
      assertEquals(
          TokenIssuer.jwks(OLD), fetch(server, Optional.of(folder.resolve("authority.pem"))));
      assertThrows(CompletionException.class, () -> fetch(server, Optional.empty()));
    }
    IOException e =
        assertThrows(
            IOException.class,
            () ->
                new JwksUrl(
                    URI.create("https://localhost/"),
                    Optional.of(Files.writeString(folder.resolve("empty.pem"), ""))));
    assertTrue(String.valueOf(e.getMessage()).contains("auth.jwks_ca"), e.getMessage());
  }

  /** Callers that go on all the time see every key change, and nobody is refused for it. */
  @Test
  void keysChangeUnderLoad() throws Exception {
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    ExecutorService callers = Executors.newFixedThreadPool(3);
    AtomicBoolean enough = new AtomicBoolean();
    ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    AtomicInteger good = new AtomicInteger();
    try (JwksServer server = JwksServer.start(TokenIssuer.jwks(OLD))) {
      JwksCache cache =
          JwtFixture.cache(new JwksUrl(server.uri(), Optional.empty()), JwksListener.NONE, clock);
      JwtVerifier verifier = JwtFixture.verifier(clock, "tokenguard_role", cache);
      cache.lookOn(timer);
      Await.until("the first keys are there", () -> passes(verifier, token(OLD)));
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        running.add(
            callers.submit(
                () -> {
                  while (!enough.get()) {
                    try {
                      verifier.verify(token(OLD));
                      good.incrementAndGet();
                    } catch (CredentialException | FaultException e) {
                      wrong.add(String.valueOf(e.getMessage()));
                    }
                  }
                }));
      }
      server.answer(500, "");
      clock.pass(Duration.ofMinutes(5));
      cache.tick();
      Await.until("the outage is seen", () -> !cache.trouble().isEmpty());
      assertUnavailable(verifier, token(NEW));
      server.answer(200, TokenIssuer.jwks(OLD, NEW));
      clock.pass(Duration.ofSeconds(10));
      Await.until("the new key is there", () -> passes(verifier, token(NEW)));
      int before = good.get();
      Await.until("callers went on", () -> good.get() > before + 10);
      enough.set(true);
      for (Future<?> each : running) {
        each.get();
      }
      assertEquals(List.of(), List.copyOf(wrong));
      server.answer(200, TokenIssuer.jwks(NEW));
      clock.pass(Duration.ofMinutes(5));
      cache.tick();
      Await.until("the old key is gone", () -> !passes(verifier, token(OLD)));
    } finally {
      enough.set(true);
      callers.shutdownNow();
      timer.shutdownNow();
    }
  }

  @Test
  void aServerThatIsNotThereYetIsWaitedFor() throws Exception {
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    JwksServer gone = JwksServer.start("");
    gone.close();
    try {
      JwksCache cache =
          JwtFixture.cache(new JwksUrl(gone.uri(), Optional.empty()), JwksListener.NONE, clock);
      JwtVerifier verifier = JwtFixture.verifier(clock, "tokenguard_role", cache);
      cache.lookOn(timer);
      assertUnavailable(verifier, token(OLD));
      Await.until("it was looked for", () -> !cache.trouble().isEmpty());
      assertFalse(passes(verifier, token(OLD)));
      assertUnavailable(verifier, token(OLD));
    } finally {
      timer.shutdownNow();
    }
  }

  private String token(Key key) {
    return TokenIssuer.token(key, issuer.claims("anna", "guard"));
  }

  /** Whether a token is good now; that it is refused for good is a failure. */
  private static boolean passes(JwtVerifier verifier, String token) {
    try {
      verifier.verify(token);
      return true;
    } catch (FaultException e) {
      return false;
    } catch (CredentialException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertUnavailable(JwtVerifier verifier, String token) {
    assertEquals(
        Fault.KEYS_UNAVAILABLE,
        assertThrows(FaultException.class, () -> verifier.verify(token)).fault());
  }

  private static String fetch(JwksServer server, Optional<Path> ca) throws IOException {
    return new JwksUrl(server.uri(), ca).fetch().toCompletableFuture().join();
  }

  private static String failure(JwksServer server) {
    CompletionException e =
        assertThrows(CompletionException.class, () -> fetch(server, Optional.empty()));
    return String.valueOf(e.getCause() == null ? "" : e.getCause().getMessage());
  }

  /** A certificate of this machine that nobody else has signed. */
  private SSLContext certificate() throws Exception {
    Path store = folder.resolve("server.p12");
    keytool(
        "-genkeypair", "-keyalg", "EC", "-dname", "CN=jwks", "-ext", "san=dns:localhost", store);
    keytool("-exportcert", "-rfc", "-file", folder.resolve("authority.pem").toString(), store);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private static void keytool(Object... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "keytool").toString());
    for (int i = 0; i < arguments.length - 1; i++) {
      command.add(arguments[i].toString());
    }
    command.addAll(
        List.of(
            "-alias",
            "jwks",
            "-storetype",
            "PKCS12",
            "-storepass",
            PASSWORD,
            "-keystore",
            arguments[arguments.length - 1].toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output);
  }
}
