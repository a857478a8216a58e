package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * The one place that builds names of keys: {@code <namespace>:{<account>}:<letter>}.
 *
 * <p>The braces are a hash tag: all keys of an account lie in one slot of a Redis Cluster. Account
 * ids hold no brace. What the letters stand for is in {@code lua/lib/layout.lua}.
 */
final class Keys {
  private final String prefix;
  private final String probe;

  Keys(String namespace) {
    this.prefix = namespace + ":{";
    this.probe = namespace + ":probe";
  }

  /** The five keys that every script takes, in the order of {@code layout.lua}. */
  byte[][] of(String account) {
    String tag = prefix + account + "}:";
    return new byte[][] {
      bytes(tag + 'a'), bytes(tag + 'h'), bytes(tag + 'd'), bytes(tag + 'l'), bytes(tag + 'm')
    };
  }

  /** A key that is written to see whether Redis takes writes. */
  byte[] probe() {
    return bytes(probe);
  }

  private static byte[] bytes(String ascii) {
    return ascii.getBytes(US_ASCII);
  }
}
