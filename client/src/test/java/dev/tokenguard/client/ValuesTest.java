package dev.tokenguard.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.v1.DenialReason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Values and pure rules: denials, ids, waits. */
class ValuesTest {

  @ParameterizedTest
  @CsvSource({
    "ACCOUNT_NOT_FOUND, 403",
    "ACCOUNT_SUSPENDED, 403",
    "SUBSCRIPTION_EXPIRED, 403",
    "NOT_A_MEMBER, 403",
    "FEATURE_NOT_IN_PLAN, 403",
    "MEMBER_LIMIT_REACHED, 402",
    "INSUFFICIENT_TOKENS, 402",
    "OTHER, 403"
  })
  void everyDenialHasItsHttpStatus(Denial.Reason reason, int status) {
    assertEquals(
        status,
        new Denial(reason, "f", null, Denial.Scope.ACCOUNT, 0, 0, null, "m", "en").httpStatus());
  }

  @ParameterizedTest
  @EnumSource(DenialReason.class)
  void everyDenialComesAndGoesAsItIs(DenialReason reason) {
    if (reason == DenialReason.UNRECOGNIZED) {
      return;
    }
    Denial denial =
        Protos.denial(
            dev.tokenguard.v1.Denial.newBuilder()
                .setReason(reason)
                .setFeature("paint")
                .setTokenType("image")
                .setScope(dev.tokenguard.v1.DenialScope.DENIAL_SCOPE_MEMBER)
                .setRequired(3)
                .setAvailable(2)
                .setResetTime(com.google.protobuf.Timestamp.newBuilder().setSeconds(99))
                .setMessage("no")
                .setLocale("en")
                .build());

    assertEquals(Instant.ofEpochSecond(99), denial.resetTime());
    assertEquals(denial, Protos.denial(Protos.denial(denial)));
  }

  @Test
  void whatADenialDoesNotSayIsNull() {
    Denial denial = Protos.denial(dev.tokenguard.v1.Denial.getDefaultInstance());

    assertNull(denial.tokenType());
    assertNull(denial.resetTime());
    assertEquals(Denial.Reason.OTHER, denial.reason());
  }

  @Test
  void idsAreUlidsInTheOrderTheyWereMade() {
    Instant now = Instant.ofEpochMilli(1_469_918_176_385L);
    Ulids ulids = new Ulids(Clock.fixed(now, ZoneOffset.UTC), new Random(1));

    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      ids.add(ulids.next());
    }

    assertEquals("01ARYZ6S41", ids.get(0).substring(0, 10), "the specification's own example");
    for (int i = 1; i < ids.size(); i++) {
      assertTrue(ids.get(i - 1).compareTo(ids.get(i)) < 0);
    }
    assertTrue(ids.get(0).matches("[0-9A-HJKMNP-TV-Z]{26}"));
  }

  @Test
  void idsRiseWhenTheirRandomBitsRunOut() {
    Random ones =
        new Random() {
          @Override
          public int nextInt(int bound) {
            return bound - 1;
          }

          @Override
          public long nextLong() {
            return -1;
          }
        };
    Ulids ulids = new Ulids(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), ones);

    assertEquals("0000000000ZZZZZZZZZZZZZZZZ", ulids.next());
    assertEquals("0000000001ZZZZZZZZZZZZZZZZ", ulids.next());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0.0, 25",
    "1, 1.0, 50",
    "2, 1.0, 100",
    "5, 1.0, 800",
    "6, 1.0, 1000",
    "6, 0.0, 500",
    "99, 1.0, 1000"
  })
  void waitsDoubleUpToTheLongest(int attempt, double random, long millis) {
    assertEquals(
        Duration.ofMillis(millis).toNanos(),
        Durations.backoffNanos(attempt, Duration.ofMillis(50), Duration.ofSeconds(1), random));
  }

  @Test
  void settingsOutOfBoundsAreNamed() {
    assertEquals(
        "maxAttempts: 0 (expected: >= 1)",
        assertThrows(IllegalArgumentException.class, () -> RetryPolicy.DEFAULT.withMaxAttempts(0))
            .getMessage());
    assertEquals(
        "attemptTimeout: PT0S (expected: > 0)",
        assertThrows(
                IllegalArgumentException.class,
                () -> RetryPolicy.DEFAULT.withAttemptTimeout(Duration.ZERO))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> TokenGuardClient.builder("localhost:1").deadline(Duration.ofSeconds(-1)));
  }

  @Test
  void retryDefaultsAreTheDocumentedOnes() {
    assertEquals(
        new RetryPolicy(4, Duration.ofSeconds(1), Duration.ofMillis(50), Duration.ofSeconds(1)),
        RetryPolicy.DEFAULT);
    assertEquals(1, RetryPolicy.NONE.maxAttempts());
  }

  @Test
  void aTextIsCutBetweenCharacters() {
    assertEquals("abc", Protos.cut("abc", 3));
    assertEquals("ab", Protos.cut("abc", 2));
    assertEquals("a", Protos.cut("aé", 2));
    assertEquals("", Protos.cut("😀", 3));
    assertEquals("😀", Protos.cut("😀!", 4));
  }
}
