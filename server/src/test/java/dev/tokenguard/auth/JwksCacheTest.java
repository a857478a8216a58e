package dev.tokenguard.auth;

import static dev.tokenguard.auth.JwtFixture.NOON;
import static dev.tokenguard.auth.JwtFixture.assertMatches;
import static dev.tokenguard.testing.TokenIssuer.token;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.testing.CapturedLog;
import dev.tokenguard.testing.ManualClock;
import dev.tokenguard.testing.TokenIssuer;
import dev.tokenguard.testing.TokenIssuer.Key;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When keys are looked for, and what is told meanwhile. */
class JwksCacheTest {
  private static final Key OLD = Key.of("old", "ES256");
  private static final Key NEW = Key.of("new", "ES256");

  private final ManualClock clock = new ManualClock(NOON);
  private final TokenIssuer issuer = new TokenIssuer(clock);
  private final Queue<Runnable> toDo = new ArrayDeque<>();
  private final List<Boolean> heard = new ArrayList<>();
  private final CapturedLog log = new CapturedLog(JwksCache.class).from(Level.INFO);
  private CompletionStage<String> answer = ofKeys(OLD);
  private int looks;
  private final JwksCache cache = JwtFixture.cache(this::fetch, heard::add, clock);
  private final JwtVerifier verifier = JwtFixture.verifier(clock, "tokenguard_role", cache);

  private CompletionStage<String> fetch() {
    looks++;
    return answer;
  }

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void nobodyWaitsForTheFirstKeys() throws Exception {
    CompletableFuture<String> coming = new CompletableFuture<>();
    answer = coming;
    cache.lookOn(toDo::add);

    assertUnavailable(OLD);
    assertEquals(0, looks, "the caller's thread does not look");
    work();
    assertEquals(1, looks);
    assertUnavailable(OLD);
    assertEquals(0, toDo.size(), "one look at a time");
    coming.complete(TokenIssuer.jwks(OLD));
    assertGood(OLD);
  }

  @Test
  void aNewKeyIsLookedForAtOnce() throws Exception {
    started();
    answer = ofKeys(OLD, NEW);
    clock.pass(Duration.ofSeconds(10));

    assertUnavailable(NEW);
    work();

    assertGood(NEW);
    assertGood(OLD);
    assertEquals(2, looks);
  }

  @Test
  void aKeyThatALookDidNotFindIsRefused() throws Exception {
    started();
    clock.pass(Duration.ofSeconds(10));
    assertUnavailable(NEW);
    clock.pass(Duration.ofMillis(1));
    work();

    assertMatches("does not, or no longer", assertThrows(CredentialException.class, this::newOne));
    clock.pass(Duration.ofMillis(9_999));
    assertThrows(CredentialException.class, this::newOne);
    assertEquals(2, looks);
    clock.pass(Duration.ofMillis(1));
    assertUnavailable(NEW);
    answer = ofKeys(NEW);
    work();
    assertGood(NEW);
  }

  /** A key may be published right after a look: nobody is refused for it. */
  @Test
  void aLookFromBeforeSaysNothingOfAKey() throws Exception {
    started();
    answer = ofKeys(NEW);
    clock.pass(Duration.ofSeconds(1));

    assertUnavailable(NEW);
    work();
    assertEquals(1, looks, "but the next look is not before its time");
    assertUnavailable(NEW);
    clock.pass(Duration.ofSeconds(9));
    assertUnavailable(NEW);
    work();
    assertGood(NEW);
  }

  @Test
  void whoMakesUpIdsCausesOneLookInTenSeconds() throws Exception {
    started();
    for (int i = 0; i < 5000; i++) {
      clock.pass(Duration.ofMillis(10));
      String header = "{\"alg\":\"ES256\",\"kid\":\"forged-" + i + "\"}";
      try {
        verifier.verify(TokenIssuer.base64(header) + ".e30.AAAA");
      } catch (CredentialException | FaultException e) {
        work();
      }
    }

    assertEquals(6, looks);
    assertGood(OLD);
  }

  @Test
  void keysAreKeptWhileTheyCannotBeFetched() throws Exception {
    started();
    answer = CompletableFuture.failedFuture(new IOException("HTTP status 503"));
    clock.pass(Duration.ofMinutes(5));
    for (int i = 0; i < 3; i++) {
      cache.tick();
      assertGood(OLD);
    }
    assertUnavailable(NEW);
    assertEquals(4, looks);
    assertEquals(List.of(true, false, false, false), heard);
    assertEquals(1, logged("cannot be used"), "an outage is logged once");

    answer = ofKeys(NEW);
    cache.tick();

    assertGood(NEW);
    assertEquals(1, logged("can be used again"));
  }

  @Test
  void aDocumentThatIsNoneChangesNothing() throws Exception {
    started();
    for (String bad : List.of("", "<html>", "{\"keys\":[]}")) {
      answer = CompletableFuture.completedFuture(bad);
      cache.look();
      assertGood(OLD);
    }
    assertEquals(List.of(true, false, false, false), heard);
  }

  @Test
  void aSourceThatBreaksIsNoEnd() throws Exception {
    JwksCache broken =
        JwtFixture.cache(
            () -> {
              throw new IllegalStateException("broken");
            },
            heard::add,
            clock);
    broken.look();
    broken.look();

    assertEquals(List.of(false, false), heard);
    assertTrue(broken.trouble().contains("broken"));
  }

  /** A key that is taken back takes back the tokens that were found good before. */
  @Test
  void aKeyThatIsGoneIsGoneForTokensThatAreKnown() throws Exception {
    started();
    String token = token(OLD, issuer.claims("anna", "guard"));
    assertEquals("jwt:anna", verifier.verify(token).identity().name());
    answer = ofKeys(NEW);
    clock.pass(Duration.ofMinutes(5));
    cache.tick();

    clock.pass(Duration.ofSeconds(10));
    assertUnavailable(OLD);
    clock.pass(Duration.ofMillis(1));
    work();
    assertThrows(CredentialException.class, () -> verifier.verify(token));
  }

  @Test
  void looksGoOnAtTheirInterval() {
    cache.tick();
    cache.tick();
    clock.pass(Duration.ofMillis(299_999));
    cache.tick();
    assertEquals(1, looks);
    clock.pass(Duration.ofMillis(1));
    cache.tick();
    assertEquals(2, looks);
  }

  @Test
  void keysThatAreNotUsedAreTold() throws Exception {
    answer =
        CompletableFuture.completedFuture(
            TokenIssuer.document(
                List.of(Map.of("kty", "oct", "k", "AAAA", "kid", "secret"), OLD.jwk())));
    cache.look();

    assertEquals(1, logged("not used: key 1 'secret': a symmetric key"));
    assertGood(OLD);
  }

  private void started() {
    cache.lookOn(toDo::add);
    cache.tick();
    assertEquals(1, looks);
  }

  private void work() {
    while (!toDo.isEmpty()) {
      toDo.remove().run();
    }
  }

  private void newOne() throws CredentialException {
    verifier.verify(token(NEW, issuer.claims("anna", "guard")));
  }

  private void assertGood(Key key) throws CredentialException {
    assertEquals(
        "jwt:anna", verifier.verify(token(key, issuer.claims("anna", "guard"))).identity().name());
  }

  private void assertUnavailable(Key key) {
    FaultException e =
        assertThrows(
            FaultException.class,
            () -> verifier.verify(token(key, issuer.claims("anna", "guard"))));
    assertEquals(Fault.KEYS_UNAVAILABLE, e.fault());
  }

  private long logged(String part) {
    return log.messages().stream().filter(each -> each.contains(part)).count();
  }

  private static CompletionStage<String> ofKeys(Key... keys) {
    return CompletableFuture.completedFuture(TokenIssuer.jwks(keys));
  }
}
