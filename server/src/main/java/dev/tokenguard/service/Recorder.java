package dev.tokenguard.service;

import java.util.concurrent.CompletionStage;

/** Counts in memory, and tells the store from time to time. Thread-safe. */
public interface Recorder extends GuardListener {

  /**
   * Tells the store what was counted since the last time. What it does not take is told again the
   * next time. Does not fail.
   */
  CompletionStage<?> flush();
}
