package dev.tokenguard.auth;

import java.util.concurrent.CompletionStage;

/** Where the keys that tokens are signed with come from. */
@FunctionalInterface
interface JwksSource {
  /** A larger document is none of keys. */
  int MAX_BYTES = 256 << 10;

  /**
   * The document of now; fails with an {@link java.io.IOException} that says why. Does not wait for
   * the network.
   */
  CompletionStage<String> fetch();
}
