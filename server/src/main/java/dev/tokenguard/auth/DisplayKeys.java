package dev.tokenguard.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.SharedSecret;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What the display tokens of one namespace are signed with: kept in memory, and looked at again
 * from time to time, and when a token names another. Thread-safe; never blocks.
 */
final class DisplayKeys {
  /** How often tokens can make it look. Made-up ones must not make calls of the store. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  /**
   * A key.
   *
   * @param id by which tokens name it; tells nothing of the secret
   * @param secret what signs
   */
  record Key(String id, byte[] secret) {
    static Key of(byte[] secret) {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update("tokenguard display key".getBytes(US_ASCII));
        return new Key(HexFormat.of().formatHex(digest.digest(secret), 0, 8), secret);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
    }
  }

  private final SharedSecret secret;
  private final Clock clock;
  private @Nullable Key current;

  /** Whether the store has told whether there is one. */
  private boolean told;

  private boolean looking;
  private long nextLook;

  /** Knows none before it has looked. */
  DisplayKeys(SharedSecret secret, Clock clock) {
    this.secret = secret;
    this.clock = clock;
  }

  /** The key to sign with, as the store has it now. */
  CompletionStage<Key> forSigning() {
    return secret.get().thenApply(found -> learn(Key.of(found)));
  }

  /**
   * The key that a token names.
   *
   * @throws CredentialException if there is no such key
   * @throws FaultException KEYS_UNAVAILABLE while that cannot be told
   */
  Key withId(String id) throws CredentialException {
    synchronized (this) {
      if (current != null && current.id.equals(id)) {
        return current;
      }
    }
    boolean looks = lookIfDue();
    synchronized (this) {
      if (current != null && current.id.equals(id)) { // the store answered at once
        return current;
      }
      if (looks || looking || !told) {
        throw FaultException.of(
            Fault.KEYS_UNAVAILABLE,
            "whether this display token is good cannot be told yet; try again");
      }
    }
    throw new CredentialException(
        Refusal.BAD_CREDENTIAL,
        "authorization: display token: signed with a key that is not, or no longer, in use here");
  }

  private boolean lookIfDue() {
    synchronized (this) {
      if (looking || clock.millis() < nextLook) {
        return false;
      }
    }
    look();
    return true;
  }

  /** Looks whether the key is still the same. Does not fail. */
  CompletionStage<?> look() {
    synchronized (this) {
      looking = true;
      nextLook = clock.millis() + PAUSE.toMillis();
    }
    return secret.find().handle(this::looked);
  }

  private synchronized boolean looked(
      @Nullable Optional<byte[]> found, @Nullable Throwable thrown) {
    looking = false;
    if (found != null && thrown == null) {
      told = true;
      current = found.map(Key::of).orElse(null);
    }
    return told;
  }

  private synchronized Key learn(Key key) {
    told = true;
    current = key;
    return key;
  }
}
