package dev.tokenguard.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tokens that were found good by one set of keys, until they expire: looking at a signature costs
 * many times what looking here does, and callers show the same token again and again. Knows tokens
 * by their hashes, so that a dump of the memory gives none away. Bounded; only good tokens take
 * room. Thread-safe.
 */
final class VerifiedTokens {
  private static final int MAX = 4096;

  private record Entry(Credential credential, Instant expires) {}

  private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  /** How a token is known here. */
  static String hash(String token) {
    try {
      // One character a byte: the shortest form that has equals.
      return new String(
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(US_ASCII)), ISO_8859_1);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Whose token it is, if it was found good and has not expired. */
  synchronized Optional<Credential> get(String hash, Instant now) {
    Entry entry = entries.get(hash);
    if (entry == null) {
      return Optional.empty();
    }
    if (!now.isBefore(entry.expires)) {
      entries.remove(hash);
      return Optional.empty();
    }
    return Optional.of(entry.credential);
  }

  /** A token was found good. */
  synchronized void put(String hash, Credential credential, Instant expires) {
    entries.put(hash, new Entry(credential, expires));
    if (entries.size() > MAX) {
      entries.remove(entries.keySet().iterator().next());
    }
  }

  synchronized int size() {
    return entries.size();
  }
}
