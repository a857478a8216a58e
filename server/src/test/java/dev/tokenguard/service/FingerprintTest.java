package dev.tokenguard.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Amounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FingerprintTest {

  private static final Map<String, String> NO_METADATA = Map.of();

  @Test
  void isTheSameForTheSameRequestInAnyOrder() {
    Map<String, String> oneOrder = new LinkedHashMap<>();
    oneOrder.put("job", "1");
    oneOrder.put("model", "x");
    Map<String, String> otherOrder = new LinkedHashMap<>();
    otherOrder.put("model", "x");
    otherOrder.put("job", "1");
    Amounts amounts = Amounts.of(Map.of("website", 1L, "image", 3L));
    assertEquals(
        Fingerprint.of("reserve", "m", "f", amounts, Duration.ofSeconds(60), oneOrder),
        Fingerprint.of("reserve", "m", "f", amounts, Duration.ofMinutes(1), otherOrder));
  }

  @Test
  void differsWhereverRequestsDiffer() {
    Amounts one = Amounts.of("website", 1);
    Duration minute = Duration.ofMinutes(1);
    List<String> all = new ArrayList<>();
    all.add(Fingerprint.of("reserve", "", "create", Amounts.NONE, null, NO_METADATA));
    all.add(Fingerprint.of("consume", "", "create", Amounts.NONE, null, NO_METADATA));
    all.add(Fingerprint.of("reserve", "m", "create", Amounts.NONE, null, NO_METADATA));
    all.add(Fingerprint.of("reserve", "", "m", Amounts.NONE, null, NO_METADATA));
    all.add(Fingerprint.of("reserve", "", "create", one, null, NO_METADATA));
    all.add(Fingerprint.of("reserve", "", "create", Amounts.of("website", 2), null, NO_METADATA));
    all.add(Fingerprint.of("reserve", "", "create", Amounts.of("image", 1), null, NO_METADATA));
    all.add(Fingerprint.of("reserve", "", "create", Amounts.NONE, minute, NO_METADATA));
    all.add(
        Fingerprint.of("reserve", "", "create", Amounts.NONE, minute.plusNanos(1), NO_METADATA));
    all.add(Fingerprint.of("reserve", "", "create", Amounts.NONE, null, Map.of("a", "b")));
    all.add(Fingerprint.of("reserve", "", "create", Amounts.NONE, null, Map.of("ab", "")));
    all.add(Fingerprint.of("reserve", "", "create", Amounts.NONE, null, Map.of("", "ab")));
    all.add(Fingerprint.of("reserve", "", "create", Amounts.NONE, null, Map.of("a", "", "b", "")));
    assertEquals(all.size(), new HashSet<>(all).size(), all.toString());
  }

  @Test
  void doesNotLetNeighboursRunTogether() {
    assertNotEquals(
        Fingerprint.of("reserve", "ab", "c", Amounts.NONE, null, NO_METADATA),
        Fingerprint.of("reserve", "a", "bc", Amounts.NONE, null, NO_METADATA));
  }

  /** Sidecars of two versions share a store: a change of these values breaks repeated calls. */
  @Test
  void staysWhatItIsFromVersionToVersion() {
    assertEquals(
        "9_Ge_3vvKU0",
        Fingerprint.of("reserve", "", "create_website", Amounts.NONE, null, NO_METADATA));
    assertEquals(
        "OHFNE6c49hk",
        Fingerprint.of(
            "consume",
            "user:7",
            "create_shop",
            Amounts.of(Map.of("website", 1L, "image", 3L)),
            Duration.ofSeconds(90),
            Map.of("job", "é")));
  }

  @Test
  void fitsTheStore() {
    String fingerprint = Fingerprint.of("reserve", "", "f", Amounts.NONE, null, NO_METADATA);
    assertTrue(fingerprint.matches("[A-Za-z0-9_-]{11}"), fingerprint);
  }
}
