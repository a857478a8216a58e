package dev.tokenguard.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.StartException;
import dev.tokenguard.config.Settings.Appendfsync;
import dev.tokenguard.config.Settings.Embedded;
import dev.tokenguard.embedded.EmbeddedRedis;
import dev.tokenguard.store.redis.RedisLink;
import dev.tokenguard.testing.CapturedLog;
import dev.tokenguard.testing.TestCa;
import dev.tokenguard.testing.TestCa.Pair;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A Redis behind TLS, as managed ones are. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisTlsTest {
  private static final TestCa CA = new TestCa("ca");
  private static final Pattern PASSWORD = Pattern.compile("://[^:]*:(.*)@.*:(\\d+)");

  private EmbeddedRedis redis;
  private String password;
  private int port;
  private @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  RedisTlsTest() {}

  @BeforeAll
  void start(@TempDir Path ofClass) throws Exception {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    redis = EmbeddedRedis.start(new Embedded(ofClass, "", Appendfsync.EVERYSEC, port));
    var matcher = PASSWORD.matcher(redis.uri());
    assertTrue(matcher.find(), redis.uri());
    password = matcher.group(1);
  }

  @AfterAll
  void stop() {
    redis.close();
  }

  @BeforeEach
  void writeCa() {
    CA.writeTo(folder);
  }

  @Test
  void servesOverTls() throws Exception {
    try (TlsProxy proxy = new TlsProxy(port, 0, CA.localhost(), null);
        WireServer server = start(uri("127.0.0.1", proxy), ca())) {
      assertTrue(server.caller().reserve("ann", "create_website", "r1").hasReservation());
      assertEquals(200, server.httpStatus("/readyz"));
    }
    try (TlsProxy proxy = new TlsProxy(port, 0, CA.localhost(), null);
        WireServer server = start(uri("localhost", proxy), ca())) {
      assertTrue(server.caller().commit("ann", "r1").getChargedMap().containsKey("website"));
    }
  }

  @Test
  void aCertificateOfAnotherHostIsRefused() throws Exception {
    Pair elsewhere = CA.issue("EC", Duration.ofDays(1), TestCa.dns("redis.example"));
    try (TlsProxy proxy = new TlsProxy(port, 0, elsewhere, null)) {
      String where = "127.0.0.1:" + proxy.port();
      assertEquals(
          "the certificate of Redis at "
              + where
              + " is for another host; put the host that it names into redis.uri, or give Redis one"
              + " that names this host (redis.tls_verify_host=false accepts any host of the CA)",
          refusal(uri("127.0.0.1", proxy), ca()));
      assertTrue(
          refusal(uri("localhost", proxy), ca()).contains("is for another host"), "a name too");
      try (CapturedLog log = new CapturedLog("dev.tokenguard.store.redis");
          WireServer server = start(uri("127.0.0.1", proxy), ca(), "redis.tls_verify_host=false")) {
        assertTrue(server.caller().reserve("bob", "chat", "r1").hasReservation());
        assertTrue(
            log.messages().stream().anyMatch(each -> each.contains("Redis may be anybody")),
            log.messages()::toString);
      }
    }
  }

  @Test
  void anUnknownCaIsRefused() throws Exception {
    try (TlsProxy proxy = new TlsProxy(port, 0, new TestCa("other").localhost(), null)) {
      String said =
          "the certificate of Redis at 127.0.0.1:"
              + proxy.port()
              + " comes from a CA that is not known here; name the file of its CA in redis.tls_ca";
      assertEquals(said, refusal(uri("127.0.0.1", proxy), ca()));
      assertEquals(said, refusal(uri("127.0.0.1", proxy)), "with the CAs that Java knows");
      // Whose host is not asked for is asked for its CA all the same.
      assertEquals(said, refusal(uri("127.0.0.1", proxy), ca(), "redis.tls_verify_host=false"));
    }
  }

  @Test
  void anExpiredCertificateIsRefused() throws Exception {
    Pair expired =
        CA.issue("EC", Duration.ofMinutes(-1), TestCa.dns("localhost"), TestCa.ip("127.0.0.1"));
    try (TlsProxy proxy = new TlsProxy(port, 0, expired, null)) {
      assertEquals(
          "the certificate of Redis at 127.0.0.1:"
              + proxy.port()
              + " has expired; give Redis a new one",
          refusal(uri("127.0.0.1", proxy), ca()));
    }
  }

  /** Redis waits for the end of a line that never comes, as it would if it were just slow. */
  @Test
  void aRedisThatSpeaksNoTlsIsToldOf() throws Exception {
    try (CapturedLog log = new CapturedLog(RedisLink.class);
        WireServer server =
            start(
                "rediss://:" + password + "@127.0.0.1:" + port,
                ca(),
                "redis.connect_timeout=300ms")) {
      Await.untilEquals(503, () -> server.httpStatus("/readyz"));
      assertTrue(
          server
              .http("/readyz")
              .body()
              .contains("or speak no TLS there; then use its tls-port, or redis:// in redis.uri"));
      assertTrue(
          log.messages().stream().anyMatch(each -> each.contains("or speak no TLS there")),
          log.messages()::toString);
    }
  }

  @Test
  void aClientCertificateIsShownIfRedisWantsOne() throws Exception {
    TestCa clients = new TestCa("clients");
    try (TlsProxy proxy = new TlsProxy(port, 0, CA.localhost(), clients)) {
      String refusal = refusal(uri("127.0.0.1", proxy), ca());
      assertTrue(refusal.contains("it may want a certificate of a CA that it knows; see"), refusal);

      Pair pair = clients.issue("EC", Duration.ofDays(1), TestCa.dns("tokenguard"));
      pair.writeTo(folder);
      try (WireServer server =
          start(
              uri("127.0.0.1", proxy),
              ca(),
              "redis.tls_certificate=" + folder.resolve("tls.crt"),
              "redis.tls_key=" + folder.resolve("tls.key"))) {
        assertTrue(server.caller().reserve("eve", "chat", "r1").hasReservation());
        String metric =
            "tokenguard_certificate_expires_timestamp_seconds{use=\"redis\"} "
                + (double) pair.certificate().getNotAfter().toInstant().getEpochSecond();
        assertTrue(server.http("/metrics").body().contains(metric));
      }
    }
  }

  /** While it runs nothing is given up: it says why, again and again, and goes on when it can. */
  @Test
  void aCertificateThatGoesBadLaterIsToldOf() throws Exception {
    TlsProxy proxy = new TlsProxy(port, 0, CA.localhost(), null);
    int own = proxy.port();
    try (CapturedLog log = new CapturedLog(RedisLink.class);
        WireServer server = start(uri("127.0.0.1", proxy), ca())) {
      proxy.close();
      Pair expired =
          CA.issue("EC", Duration.ofMinutes(-1), TestCa.dns("localhost"), TestCa.ip("127.0.0.1"));
      try (TlsProxy bad = new TlsProxy(port, own, expired, null)) {
        assertEquals(own, bad.port());
        Await.untilEquals(
            true, () -> server.http("/readyz").body().contains("has expired; give Redis a new"));
        assertTrue(
            log.messages().stream().anyMatch(each -> each.contains("has expired")),
            log.messages()::toString);
      }
      try (TlsProxy good = new TlsProxy(port, own, CA.localhost(), null)) {
        Await.untilEquals(200, () -> server.httpStatus("/readyz"));
        assertEquals(own, good.port());
        assertTrue(server.caller().reserve("gus", "chat", "r1").hasReservation());
      }
    }
  }

  @Test
  void filesThatCannotBeUsedAreRefusedAtStart() throws Exception {
    try (TlsProxy proxy = new TlsProxy(port, 0, CA.localhost(), null)) {
      Path missing = folder.resolve("missing");
      assertEquals(
          "redis.tls_ca: " + missing + ": no such file",
          refusal(uri("127.0.0.1", proxy), "redis.tls_ca=" + missing));
      assertEquals(
          "redis.password_file: " + missing + ": no such file",
          refusal("rediss://127.0.0.1:" + proxy.port(), ca(), "redis.password_file=" + missing));
      Path empty = Files.writeString(folder.resolve("empty"), "\n");
      assertEquals(
          "redis.password_file: " + empty + ": cannot be read: it is empty",
          refusal("rediss://127.0.0.1:" + proxy.port(), ca(), "redis.password_file=" + empty));
    }
  }

  private String ca() {
    return "redis.tls_ca=" + folder.resolve("ca.crt");
  }

  private String uri(String host, TlsProxy proxy) {
    return "rediss://:" + password + "@" + host + ":" + proxy.port();
  }

  private WireServer start(String uri, String... more) throws Exception {
    List<String> settings = new ArrayList<>(List.of(more));
    settings.add("redis.uri=" + uri);
    return WireServer.startPast(redis.uri(), folder, settings.toArray(String[]::new));
  }

  private String refusal(String uri, String... more) throws IOException {
    return String.valueOf(
        assertThrows(StartException.class, () -> start(uri, more).close()).getMessage());
  }
}
