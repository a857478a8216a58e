package dev.tokenguard.service;

import dev.tokenguard.domain.FaultException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Turns what checks throw into what stages fail with. */
final class Stages {

  private Stages() {}

  /** A stage that fails where its making does. */
  static <T> CompletionStage<T> of(Supplier<CompletionStage<T>> make) {
    try {
      return make.get();
    } catch (FaultException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
