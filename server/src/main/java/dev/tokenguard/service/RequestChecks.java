package dev.tokenguard.service;

import static dev.tokenguard.service.Wording.bytes;
import static dev.tokenguard.service.Wording.quoted;
import static dev.tokenguard.service.Wording.seconds;
import static dev.tokenguard.service.Wording.unknown;

import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.FaultException.Violation;
import dev.tokenguard.domain.Feature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Collects everything that is wrong with one request. Not thread-safe: one for each request.
 *
 * <p>Malformed input goes before amounts that are too large: {@link #throwIfWrong} tells of all
 * that is malformed, and of amounts only when nothing else is wrong.
 */
final class RequestChecks {

  /** ASCII characters of an id, besides letters and digits. */
  private static final String ID_PUNCTUATION = "._:@+|~=-";

  private static final boolean[] ID_CHARACTERS = idCharacters();

  private final Catalog catalog;
  private final Limits limits;
  private final String path;
  private final List<Violation> malformed = new ArrayList<>(0);
  private final List<Violation> tooLarge = new ArrayList<>(0);

  RequestChecks(Catalog catalog, Limits limits) {
    this(catalog, limits, "");
  }

  /**
   * Checks of a part of a request.
   *
   * @param path put before the name of every field: {@code requests[3].} for an item of a batch
   */
  RequestChecks(Catalog catalog, Limits limits, String path) {
    this.catalog = catalog;
    this.limits = limits;
    this.path = path;
  }

  Catalog catalog() {
    return catalog;
  }

  /** An id that must be there. */
  RequestChecks id(String field, String id) {
    if (id.isEmpty()) {
      malformed(field, "is required");
    } else {
      optionalId(field, id);
    }
    return this;
  }

  /** An id that may be left out. */
  RequestChecks optionalId(String field, String id) {
    if (id.length() > Limits.MAX_ID_LENGTH) {
      malformed(
          field, id.length() + " characters (expected: at most " + Limits.MAX_ID_LENGTH + ")");
    } else {
      for (int i = 0; i < id.length(); i++) {
        char c = id.charAt(i);
        if (c >= ID_CHARACTERS.length || !ID_CHARACTERS[c]) {
          malformed(
              field,
              quoted(id)
                  + " (expected: ASCII letters, digits and . _ : @ + | ~ = - but character "
                  + (i + 1)
                  + " is another)");
          break;
        }
      }
    }
    return this;
  }

  /** The feature of the catalog; null, and a violation, if there is none. */
  @Nullable Feature feature(String name) {
    Feature feature = name.isEmpty() ? null : catalog.features().get(name);
    if (name.isEmpty()) {
      malformed("feature", "is required");
    } else if (feature == null) {
      malformed("feature", unknown("feature", name, catalog.features().keySet()));
    }
    return feature;
  }

  /**
   * Amounts by token type. What it returns is of use only if nothing was wrong.
   *
   * @param least the least that makes sense: 1 where tokens are asked for, 0 where they were used
   */
  Amounts amounts(String field, Map<String, Long> amounts, long least) {
    if (amounts.isEmpty()) {
      return Amounts.NONE;
    }
    if (amounts.size() > Limits.MAX_TOKEN_TYPES) {
      malformed(
          field,
          amounts.size() + " token types (expected: at most " + Limits.MAX_TOKEN_TYPES + ")");
      return Amounts.NONE;
    }
    int wrongBefore = malformed.size() + tooLarge.size();
    new TreeMap<>(amounts).forEach((type, amount) -> amount(field, type, amount, least));
    return malformed.size() + tooLarge.size() == wrongBefore ? Amounts.of(amounts) : Amounts.NONE;
  }

  private void amount(String map, String type, long amount, long least) {
    String field = map + "[" + quoted(type) + "]";
    if (!catalog.tokenTypes().containsKey(type)) {
      malformed(field, unknown("token type", type, catalog.tokenTypes().keySet()));
    }
    amount(field, amount, least);
  }

  /** One amount of tokens; {@code least} as for {@link #amounts}. */
  RequestChecks amount(String field, long amount, long least) {
    if (amount < least) {
      malformed(field, amount + " (expected: at least " + least + ")");
    } else {
      atMost(field, amount);
    }
    return this;
  }

  private void atMost(String field, long amount) {
    if (amount > limits.maxAmount()) {
      tooLarge(field, amount + " (expected: at most " + limits.maxAmount() + ")");
    }
  }

  /** Tokens more, or less if negative. */
  RequestChecks change(String field, long amount) {
    if (amount == 0) {
      malformed(field, "0 (expected: more or less than that)");
    } else if (amount > limits.maxAmount() || amount < -limits.maxAmount()) {
      tooLarge(field, amount + " (expected: at most " + limits.maxAmount() + " more or less)");
    }
    return this;
  }

  /** A token type of the catalog. */
  RequestChecks tokenType(String field, String type) {
    if (type.isEmpty()) {
      malformed(field, "is required");
    } else if (!catalog.tokenTypes().containsKey(type)) {
      malformed(field, unknown("token type", type, catalog.tokenTypes().keySet()));
    }
    return this;
  }

  /** Token types to look at. */
  RequestChecks tokenTypes(String field, List<String> types) {
    if (types.size() > Limits.MAX_TOKEN_TYPES) {
      malformed(
          field, types.size() + " token types (expected: at most " + Limits.MAX_TOKEN_TYPES + ")");
      return this;
    }
    for (int i = 0; i < types.size(); i++) {
      if (!catalog.tokenTypes().containsKey(types.get(i))) {
        malformed(
            field + "[" + i + "]",
            unknown("token type", types.get(i), catalog.tokenTypes().keySet()));
      }
    }
    return this;
  }

  /** How long to hold; the default if the caller does not say. */
  Duration ttl(String field, @Nullable Duration ttl) {
    if (ttl == null) {
      return limits.defaultTtl();
    }
    if (ttl.compareTo(Limits.MIN_TTL) < 0 || ttl.compareTo(limits.maxTtl()) > 0) {
      malformed(
          field,
          seconds(ttl)
              + " (expected: "
              + seconds(Limits.MIN_TTL)
              + " to "
              + seconds(limits.maxTtl())
              + ")");
    }
    return ttl;
  }

  /** Metadata for the ledger. */
  RequestChecks metadata(String field, Map<String, String> metadata) {
    if (metadata.isEmpty()) {
      return this;
    }
    if (metadata.size() > Limits.MAX_METADATA_ENTRIES) {
      malformed(
          field,
          metadata.size() + " entries (expected: at most " + Limits.MAX_METADATA_ENTRIES + ")");
      return this;
    }
    int[] sum = new int[1];
    new TreeMap<>(metadata)
        .forEach((key, value) -> sum[0] += entry(field + "[" + quoted(key) + "]", key, value));
    if (sum[0] > Limits.MAX_METADATA_BYTES) {
      malformed(
          field, sum[0] + " bytes together (expected: at most " + Limits.MAX_METADATA_BYTES + ")");
    }
    return this;
  }

  private int entry(String field, String key, String value) {
    int keyBytes = bytes(key);
    int valueBytes = bytes(value);
    if (keyBytes < 1 || keyBytes > Limits.MAX_METADATA_KEY_BYTES) {
      malformed(
          field,
          "key of " + keyBytes + " bytes (expected: 1 to " + Limits.MAX_METADATA_KEY_BYTES + ")");
    }
    if (valueBytes > Limits.MAX_METADATA_VALUE_BYTES) {
      malformed(
          field,
          "value of "
              + valueBytes
              + " bytes (expected: at most "
              + Limits.MAX_METADATA_VALUE_BYTES
              + ")");
    }
    return keyBytes + valueBytes;
  }

  /** A text of at most so many UTF-8 bytes. */
  RequestChecks text(String field, String text, int maxBytes) {
    int bytes = bytes(text);
    if (bytes > maxBytes) {
      malformed(field, bytes + " bytes (expected: at most " + maxBytes + ")");
    }
    return this;
  }

  /**
   * Ends the checks.
   *
   * @throws FaultException with everything that is malformed, else with every amount that is too
   *     large
   */
  void throwIfWrong() {
    if (!malformed.isEmpty()) {
      throw FaultException.invalid(malformed);
    }
    if (!tooLarge.isEmpty()) {
      StringBuilder message = new StringBuilder();
      for (Violation violation : tooLarge) {
        message.append(message.isEmpty() ? "" : "; ");
        message.append(violation.field()).append(": ").append(violation.description());
      }
      throw FaultException.of(
          Fault.AMOUNT_OUT_OF_RANGE,
          message.toString(),
          Map.of(
              "field", tooLarge.get(0).field(), "max_amount", String.valueOf(limits.maxAmount())));
    }
  }

  void malformed(String field, String description) {
    malformed.add(new Violation(path + field, description));
  }

  private void tooLarge(String field, String description) {
    tooLarge.add(new Violation(path + field, description));
  }

  private static boolean[] idCharacters() {
    boolean[] allowed = new boolean[128];
    for (char c = 0; c < allowed.length; c++) {
      allowed[c] =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || ID_PUNCTUATION.indexOf(c) >= 0;
    }
    return allowed;
  }
}
