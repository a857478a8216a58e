package dev.tokenguard.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * API keys: {@code tg_} and 256 random bits. That many cannot be guessed, so that a plain hash of
 * them tells nothing to whoever reads the file of credentials, and needs no salt.
 */
public final class ApiKey {
  /** What every key begins with, so that people and secret scanners know one when they see it. */
  public static final String PREFIX = "tg_";

  private static final int BYTES = 32;

  private ApiKey() {}

  /** A new key, which nobody has. */
  public static String create() {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /** Its SHA-256 in lower-case hex, as the file of credentials keeps it. */
  public static String sha256(String key) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
