package dev.tokenguard.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.CommandRunner;
import dev.tokenguard.CommandRunner.Ran;
import dev.tokenguard.client.ClientTls;
import dev.tokenguard.client.NewAccount;
import dev.tokenguard.client.ReserveRequest;
import dev.tokenguard.client.TokenAdminClient;
import dev.tokenguard.client.TokenGuardClient;
import dev.tokenguard.client.TokenGuardException;
import dev.tokenguard.testing.TestCa;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Our clients and commands, and a server that knows them by their certificates alone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsClientsTest {
  private static final TestCa CA = new TestCa("ca");

  private Path folder;
  private WireServer server;

  @SuppressWarnings("NullAway.Init")
  TlsClientsTest() {}

  @BeforeAll
  void start(@TempDir Path ofClass) throws Exception {
    folder = ofClass;
    CA.writeTo(folder);
    new TestCa("other").writeTo(Files.createDirectory(folder.resolve("other")));
    CA.localhost().writeTo(folder);
    CA.issue("EC", Duration.ofDays(1), TestCa.uri("spiffe://x/operator"))
        .writeTo(Files.createDirectory(folder.resolve("client")));
    Path credentials =
        Files.writeString(
            folder.resolve("credentials.yaml"),
            "certificates: {operator: {role: admin, names: ['uri:spiffe://x/operator']}}\n");
    server =
        WireServer.start(
            folder.resolve("redis"),
            "grpc.unix_socket=" + folder.resolve("tg.sock"),
            "auth.credentials_file=" + credentials,
            "tls.certificate=" + folder.resolve("tls.crt"),
            "tls.key=" + folder.resolve("tls.key"),
            "tls.client_ca=" + folder.resolve("ca.crt"),
            "grpc.client_auth=required",
            "http.tls=false");
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void clientsShowTheirCertificate() {
    ClientTls tls =
        ClientTls.of(folder.resolve("ca.crt"))
            .withCertificate(folder.resolve("client/tls.crt"), folder.resolve("client/tls.key"));
    try (TokenGuardClient client = TokenGuardClient.builder(server.target()).tls(tls).build();
        TokenAdminClient admin = TokenAdminClient.builder(server.target()).tls(tls).build()) {
      assertEquals(0, client.reserve(ReserveRequest.of("ann", "chat")).orThrow().amounts().size());
      assertEquals(
          "bob", admin.accounts().create(NewAccount.of("bob")).getAccount().getAccountId());
    }
    try (TokenGuardClient client =
        TokenGuardClient.builder(server.target()).tls(tls.withServerName("localhost")).build()) {
      assertEquals(0, client.reserve(ReserveRequest.of("ann", "chat")).orThrow().amounts().size());
    }
  }

  @Test
  void clientsThatAreNotKnownAreRefused() {
    ClientTls nobody = ClientTls.of(folder.resolve("ca.crt"));
    ClientTls elsewhere =
        nobody
            .withCertificate(folder.resolve("client/tls.crt"), folder.resolve("client/tls.key"))
            .withServerName("elsewhere");
    for (ClientTls tls : new ClientTls[] {nobody, elsewhere, ClientTls.ofSystem()}) {
      try (TokenGuardClient client =
          TokenGuardClient.builder(server.target())
              .tls(tls)
              .deadline(Duration.ofSeconds(1))
              .build()) {
        assertThrows(
            TokenGuardException.class, () -> client.reserve(ReserveRequest.of("ann", "chat")));
      }
    }
  }

  @Test
  void filesThatCannotBeUsedAreToldOf() {
    String problem =
        String.valueOf(
            assertThrows(
                    IllegalArgumentException.class,
                    () ->
                        TokenGuardClient.builder(server.target())
                            .tls(ClientTls.of(folder.resolve("none")))
                            .build())
                .getMessage());
    assertTrue(problem.startsWith("ca: " + folder.resolve("none")), problem);
  }

  @Test
  void commandsSpeakTls() {
    String known =
        " --ca-file=F/ca.crt --client-cert=F/client/tls.crt --client-key=F/client/tls.key";
    assertRan(0, "SERVING", "health" + known);
    assertRan(0, "SERVING", "health --server-name=localhost" + known);
    assertRan(0, "website", "catalog show" + known);
    assertRan(1, "UNAVAILABLE", "health");
    assertRan(1, "UNAVAILABLE", "health --ca-file=F/ca.crt");
    assertRan(1, "UNAVAILABLE", "health --tls");
    assertRan(1, "cannot reach", "catalog show --tls");
    assertRan(1, "UNAVAILABLE", "health --server-name=elsewhere" + known);
    assertRan(1, "UNAVAILABLE", "health" + known.replace("F/ca.crt", "F/other/ca.crt"));
    assertRan(2, "--ca-file: ", "health --ca-file=F/none.crt");
    assertRan(2, "--ca-file: ", "catalog show --ca-file=F/none.crt");
    assertRan(2, "one of them alone", "health --client-cert=F/client/tls.crt");
    assertRan(
        2,
        "openssl pkcs8",
        "catalog show --client-cert=F/client/tls.crt --client-key=F/client/tls.crt");
    assertRan(0, "SERVING", "health --target=unix:F/tg.sock" + known);
  }

  private void assertRan(int exitCode, String says, String command) {
    String[] words = command.replace("F/", folder + "/").split(" ");
    boolean targeted = command.contains("--target");
    Ran ran =
        CommandRunner.run(
            java.util.stream.Stream.concat(
                    java.util.Arrays.stream(words),
                    targeted
                        ? java.util.stream.Stream.empty()
                        : java.util.stream.Stream.of("--target=" + server.target()))
                .toArray(String[]::new));
    assertEquals(exitCode, ran.exitCode(), () -> command + ": " + ran.said());
    assertTrue(ran.said().contains(says), () -> command + ": " + ran.said());
  }
}
