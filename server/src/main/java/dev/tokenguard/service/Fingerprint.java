package dev.tokenguard.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.domain.Amounts;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether two requests with the same id are the same request: equal requests have equal
 * fingerprints, and different ones differ but for one chance in 2^64.
 *
 * <p>What is taken in is what the caller wrote, not what it resolved to: a catalog that is changed
 * between a call and its repetition does not make another request of it. Account and reservation id
 * are not taken in, being the key under which fingerprints are compared; the language of a message
 * is not either.
 *
 * <p>The format is kept for days in stores that sidecars of several versions share: to change it is
 * to answer {@code IDEMPOTENCY_MISMATCH} to honest repetitions during a roll-out.
 */
final class Fingerprint {

  private static final int BITS = 64;

  /** Cloned for every use: a look-up of the algorithm costs more than the digest. */
  private static final MessageDigest SHA_256 = sha256();

  private final MessageDigest digest;

  private Fingerprint(MessageDigest digest) {
    this.digest = digest;
  }

  /**
   * The fingerprint of a request that has an outcome to remember.
   *
   * @param verb the RPC: a reserve and a consume are never the same request
   * @param amounts what the caller asked for; empty for the feature's cost
   * @param ttl what the caller asked for; null for the default
   * @return 11 ASCII characters
   */
  static String of(
      String verb,
      String member,
      String feature,
      Amounts amounts,
      @Nullable Duration ttl,
      Map<String, String> metadata) {
    return of(verb).text(member).text(feature).amounts(amounts).time(ttl).texts(metadata).end();
  }

  /** Begins the fingerprint of a request, or of anything else that is told apart by its parts. */
  static Fingerprint of(String verb) {
    return new Fingerprint(copyOf(SHA_256)).text(verb);
  }

  /** The fingerprint of all that was taken in: 11 ASCII characters. Nothing can be added then. */
  String end() {
    byte[] bits = Arrays.copyOf(digest.digest(), BITS / Byte.SIZE);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  Fingerprint amounts(Amounts amounts) {
    number(amounts.byType().size());
    amounts
        .byType()
        .forEach(
            (type, amount) -> {
              text(type);
              number(amount);
            });
    return this;
  }

  Fingerprint time(@Nullable Duration time) {
    flag(time != null);
    return time == null ? this : number(time.getSeconds()).number(time.getNano());
  }

  Fingerprint time(@Nullable Instant time) {
    flag(time != null);
    return time == null ? this : number(time.getEpochSecond()).number(time.getNano());
  }

  Fingerprint flag(boolean flag) {
    return number(flag ? 1 : 0);
  }

  Fingerprint texts(Collection<String> texts) {
    number(texts.size());
    texts.forEach(this::text);
    return this;
  }

  Fingerprint texts(Map<String, String> metadata) {
    SortedMap<String, String> sorted = new TreeMap<>(metadata);
    number(sorted.size());
    sorted.forEach(
        (key, value) -> {
          text(key);
          text(value);
        });
    return this;
  }

  /** Length first, so that no two sequences of texts run together into the same bytes. */
  Fingerprint text(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    number(bytes.length);
    digest.update(bytes);
    return this;
  }

  Fingerprint number(long number) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      digest.update((byte) (number >>> shift));
    }
    return this;
  }

  private static MessageDigest copyOf(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      return sha256();
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
