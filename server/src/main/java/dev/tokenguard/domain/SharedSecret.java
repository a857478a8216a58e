package dev.tokenguard.domain;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A secret that all servers of a namespace share: 256 random bits. Thread-safe; never blocks. A
 * stage fails with a {@link FaultException} and nothing else.
 */
public interface SharedSecret {

  /** The secret; it is made if there is none. Servers that ask together are told the same. */
  CompletionStage<byte[]> get();

  /** The secret; empty if there is none. */
  CompletionStage<Optional<byte[]>> find();
}
