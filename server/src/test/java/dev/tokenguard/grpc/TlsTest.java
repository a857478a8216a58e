package dev.tokenguard.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.testing.ManualClock;
import dev.tokenguard.testing.TestCa;
import dev.tokenguard.testing.TestCa.Pair;
import dev.tokenguard.tls.CertificateFiles;
import dev.tokenguard.tls.ServerTls;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTest {
  private static final TestCa CA = new TestCa("ca");
  private static final TestCa OTHER = new TestCa("other");

  private final ManualClock clock = new ManualClock(Instant.now());
  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  TlsTest() {}

  /** Whether callers are asked for certificates. */
  enum Clients {
    NONE,
    OPTIONAL,
    REQUIRED
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void servesWithKeysOfEveryKind(String algorithm) throws Exception {
    Pair pair =
        CA.issue(algorithm, Duration.ofDays(1), TestCa.dns("localhost"), TestCa.ip("127.0.0.1"));
    try (TestServer server = start(pair, Clients.NONE)) {
      assertEquals("OK", call(server, CA, null, "127.0.0.1"));
      assertEquals("OK", call(server, CA, null, "localhost"));
    }
  }

  @Test
  void clientsRefuseAServerThatIsAnother() throws Exception {
    Pair elsewhere = CA.issue("EC", Duration.ofDays(1), TestCa.dns("elsewhere.example"));
    try (TestServer server = start(elsewhere, Clients.NONE)) {
      assertTrue(call(server, CA, null, "127.0.0.1").contains("No subject alternative names"));
      assertTrue(call(server, CA, null, "localhost").contains("No subject alternative DNS name"));
      assertTrue(call(server, OTHER, null, "elsewhere.example").contains("PKIX path"));
      assertEquals("OK", call(server, CA, null, "elsewhere.example"));
    }
  }

  @Test
  void clientsRefuseAnExpiredCertificate() throws Exception {
    Pair expired =
        CA.issue("EC", Duration.ofMinutes(-10), TestCa.dns("localhost"), TestCa.ip("127.0.0.1"));
    clock.pass(Duration.ofMinutes(-30)); // the server's clock, or it would not have started
    try (TestServer server = start(expired, Clients.NONE)) {
      assertTrue(call(server, CA, null, "localhost").contains("NotAfter"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // asked, what the caller has, what becomes of it
    "NONE, nothing, OK",
    "NONE, known, OK",
    "OPTIONAL, nothing, OK",
    "OPTIONAL, known, OK",
    "OPTIONAL, unknown, refused",
    "OPTIONAL, expired, refused",
    "REQUIRED, nothing, refused",
    "REQUIRED, known, OK",
    "REQUIRED, unknown, refused",
    "REQUIRED, expired, refused",
  })
  void callersShowCertificates(Clients asked, String shown, String outcome) throws Exception {
    Pair client =
        switch (shown) {
          case "known" -> CA.issue("EC", Duration.ofDays(1), TestCa.uri("spiffe://x/builder"));
          case "unknown" -> OTHER.issue("EC", Duration.ofDays(1), TestCa.uri("spiffe://x/evil"));
          case "expired" -> CA.issue("EC", Duration.ofMinutes(-1), TestCa.uri("spiffe://x/old"));
          default -> null;
        };
    try (TestServer server = start(CA.localhost(), asked)) {
      String found = call(server, CA, client, "localhost");
      assertEquals(outcome, found.equals("OK") ? "OK" : "refused", found);
      assertEquals(outcome.equals("OK") ? 1 : 0, server.store.asked.size());
    }
  }

  @Test
  void plainTextIsRefused() throws Exception {
    try (TestServer server = start(CA.localhost(), Clients.NONE)) {
      ManagedChannel channel =
          Grpc.newChannelBuilder(
                  "127.0.0.1:" + server.server.port(), InsecureChannelCredentials.create())
              .build();
      assertNotEquals("OK", call(channel));
      assertEquals("OK", call(server, CA, null, "localhost"));
    }
  }

  /** As bytes, for no Java of today would say such a hello. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({"TLS 1.0, 0301", "TLS 1.1, 0302"})
  void oldVersionsAreRefused(String name, String version) throws Exception {
    String hello =
        version // the newest version that the client knows
            + "00".repeat(32) // its random
            + "00" // no session
            + "0004c013002f" // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, TLS_RSA_WITH_AES_128_CBC_SHA
            + "0100"; // no compression
    String handshake = "01" + "%06x".formatted(hello.length() / 2) + hello;
    String sent = "16" + version + "%04x".formatted(handshake.length() / 2) + handshake;
    try (TestServer server = start(CA.localhost(), Clients.NONE);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
      socket.setSoTimeout((int) TestServer.LONG.toMillis());
      socket.getOutputStream().write(HexFormat.of().parseHex(sent));
      byte[] answer = socket.getInputStream().readAllBytes();

      assertEquals(21, answer[0], "an alert");
      assertEquals(70, answer[6], "protocol_version");
    }
  }

  @Test
  void theUnixSocketSpeaksPlainTextAllTheSame() throws Exception {
    ServerTls tls = tls(CA.localhost(), Clients.REQUIRED);
    try (TestServer server =
        new TestServer(
            GrpcOptions.tcp("127.0.0.1", 0).withSocket(folder.resolve("tg.sock")).withTls(tls))) {
      assertTrue(
          server.client().getBalance(request()).hasAccount(), "the test's own channel uses it");
    }
  }

  private ServerTls tls(Pair pair, Clients clients) throws Exception {
    pair.writeTo(folder);
    CA.writeTo(folder);
    return new ServerTls(
        CertificateFiles.load(
            folder.resolve("tls.crt"),
            folder.resolve("tls.key"),
            clients == Clients.NONE ? Optional.empty() : Optional.of(folder.resolve("ca.crt")),
            clock),
        clients != Clients.NONE,
        clients == Clients.REQUIRED);
  }

  private TestServer start(Pair pair, Clients clients) throws Exception {
    return new TestServer(GrpcOptions.tcp("127.0.0.1", 0).withTls(tls(pair, clients)));
  }

  private static GetBalanceRequest request() {
    return GetBalanceRequest.newBuilder().setAccountId("a").build();
  }

  /** OK, or the code and why. */
  private static String call(TestServer server, TestCa trusted, @Nullable Pair client, String name)
      throws Exception {
    TlsChannelCredentials.Builder credentials =
        TlsChannelCredentials.newBuilder()
            .trustManager(new ByteArrayInputStream(trusted.pem().getBytes("US-ASCII")));
    if (client != null) {
      // One that shows its certificate even to a server that says it does not know its CA.
      AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
      keys.updateIdentityCredentials(
          new X509Certificate[] {client.certificate()}, client.keys().getPrivate());
      credentials.keyManager(keys);
    }
    ManagedChannelBuilder<?> builder =
        Grpc.newChannelBuilder("127.0.0.1:" + server.server.port(), credentials.build());
    return call(builder.overrideAuthority(name).build());
  }

  private static String call(ManagedChannel channel) throws InterruptedException {
    try {
      return TokenGuardServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(TestServer.LONG.toSeconds(), TimeUnit.SECONDS)
              .getBalance(request())
              .hasAccount()
          ? "OK"
          : "nothing";
    } catch (StatusRuntimeException e) {
      assertEquals(Status.Code.UNAVAILABLE, e.getStatus().getCode());
      StringBuilder why = new StringBuilder(e.getStatus().toString());
      for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
        why.append(" <- ").append(cause.getMessage());
      }
      return why.toString();
    } finally {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }
}
