package dev.tokenguard.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.client.ReserveRequest;
import dev.tokenguard.client.RetryPolicy;
import dev.tokenguard.client.TokenGuardClient;
import dev.tokenguard.testing.CapturedLog;
import dev.tokenguard.testing.TestCa;
import dev.tokenguard.testing.TestCa.Pair;
import dev.tokenguard.tls.CertificateFiles;
import io.grpc.TlsChannelCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Certificates that are replaced, as Kubernetes does, under a server that is called all the while.
 */
class CertificateRotationTest {
  private static final TestCa CA = new TestCa("ca");
  private static final int CALLERS = 8;
  private static final int ROTATIONS = 6;

  private final AtomicInteger swaps = new AtomicInteger();
  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  CertificateRotationTest() {}

  @Test
  void noCallFailsWhileCertificatesChange() throws Exception {
    swap(CA.localhost());
    try (WireServer server = start()) {
      ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
      AtomicInteger calls = new AtomicInteger();
      CountDownLatch ending = new CountDownLatch(1);
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        int number = i;
        Thread caller =
            new Thread(() -> callUntil(ending, server.target(), number, calls, failures));
        callers.add(caller);
        caller.start();
      }
      for (int i = 0; i < ROTATIONS; i++) {
        Pair next = CA.issue(i % 2 == 0 ? "RSA" : "EC", Duration.ofDays(2 + i), names());
        swap(next);
        Await.untilEquals(next.certificate(), () -> shownBy(server.target()));
        Await.untilEquals(next.certificate(), () -> shownBy(server.httpAddress()));
        int before = calls.get();
        Await.until("calls go on", () -> calls.get() > before + 10 * CALLERS);
      }
      ending.countDown();
      for (Thread caller : callers) {
        caller.join();
      }
      assertEquals(List.of(), List.copyOf(failures));
      String metrics = metrics(server);
      assertTrue(
          metrics.contains(
              "tokenguard_certificate_reloads_total{result=\"ok\",use=\"grpc\"} "
                  + ROTATIONS
                  + ".0\n"),
          metrics);
    }
  }

  @Test
  void aBadPairKeepsTheOldOne() throws Exception {
    Pair first = CA.localhost();
    swap(first);
    try (CapturedLog log = new CapturedLog(CertificateFiles.class);
        WireServer server = start()) {
      String expires =
          "tokenguard_certificate_expires_timestamp_seconds{use=\"http\"} "
              + (double) first.certificate().getNotAfter().toInstant().getEpochSecond()
              + "\n";
      assertTrue(metrics(server).contains(expires), metrics(server));

      Path bad = swap(CA.localhost());
      Files.writeString(bad.resolve("tls.key"), CA.localhost().keyPem());
      Await.untilEquals(
          true, () -> metrics(server).contains("tokenguard_certificate_rejected{use=\"grpc\"} 1"));
      assertEquals(first.certificate(), shownBy(server.target()));
      assertTrue(metrics(server).contains(expires), metrics(server));
      assertTrue(
          log.messages().stream().anyMatch(each -> each.contains("not the private key of")),
          log.messages()::toString);

      Pair good = CA.localhost();
      swap(good);
      Await.untilEquals(good.certificate(), () -> shownBy(server.target()));
      assertTrue(metrics(server).contains("tokenguard_certificate_rejected{use=\"grpc\"} 0"));
    }
  }

  private WireServer start() throws Exception {
    return WireServer.start(
        folder.resolve("redis"),
        "tls.certificate=" + folder.resolve("tls.crt"),
        "tls.key=" + folder.resolve("tls.key"),
        "tls.reload_interval=100ms");
  }

  private static org.bouncycastle.asn1.x509.GeneralName[] names() {
    return new org.bouncycastle.asn1.x509.GeneralName[] {
      TestCa.dns("localhost"), TestCa.ip("127.0.0.1")
    };
  }

  /** Calls again and again, on a new connection every so often: the old ones go on in any case. */
  private static void callUntil(
      CountDownLatch ending,
      String target,
      int number,
      AtomicInteger calls,
      ConcurrentLinkedQueue<Throwable> failures) {
    for (int round = 0; ending.getCount() > 0; round++) {
      try (TokenGuardClient client =
          TokenGuardClient.builder(target)
              .channelCredentials(
                  TlsChannelCredentials.newBuilder()
                      .trustManager(new ByteArrayInputStream(CA.pem().getBytes(US_ASCII)))
                      .build())
              .deadline(Duration.ofSeconds(30))
              .retry(RetryPolicy.NONE)
              .build()) {
        for (int i = 0; i < 20; i++) {
          client.consume(
              ReserveRequest.of("account-" + number, "chat")
                  .withReservationId("r-" + number + "-" + round + "-" + i));
          calls.incrementAndGet();
        }
      } catch (RuntimeException | IOException e) {
        failures.add(e);
      }
    }
  }

  /** Puts a pair in place as the kubelet does: a new folder, and a link to it that is swapped. */
  private Path swap(Pair pair) throws IOException {
    Path version = Files.createDirectory(folder.resolve("..version-" + swaps.incrementAndGet()));
    pair.writeTo(version);
    Path data = folder.resolve("..data");
    Path next = Files.createSymbolicLink(folder.resolve("..data_tmp"), version.getFileName());
    Files.move(next, data, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    for (String file : List.of("tls.crt", "tls.key")) {
      if (!Files.exists(folder.resolve(file))) {
        Files.createSymbolicLink(folder.resolve(file), Path.of("..data", file));
      }
    }
    return version;
  }

  private static SSLContext trusting() throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry("ca", CA.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** The certificate that a new connection is shown. */
  private static X509Certificate shownBy(String address) throws Exception {
    int colon = address.lastIndexOf(':');
    try (SSLSocket socket =
        (SSLSocket)
            trusting()
                .getSocketFactory()
                .createSocket(
                    address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)))) {
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private static String metrics(WireServer server) throws Exception {
    return HttpClient.newBuilder()
        .sslContext(trusting())
        .build()
        .send(
            HttpRequest.newBuilder(URI.create("https://" + server.httpAddress() + "/metrics"))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
