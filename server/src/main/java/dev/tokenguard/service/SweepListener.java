package dev.tokenguard.service;

import java.time.Duration;
import java.time.Instant;

/** Hears how the background walk is doing, for metrics. Called on its thread. */
public interface SweepListener {
  /** Hears nothing. */
  SweepListener NONE = new SweepListener() {};

  /** Whether it is this server that walks. */
  default void holder(boolean held) {}

  /**
   * Some accounts were looked at.
   *
   * @param touched of how many something was done
   * @param returned holds that were returned because their time was over
   */
  default void looked(long accounts, long touched, long returned) {}

  /** All accounts were looked at; so many are off. */
  default void walked(Instant ended, Duration took, long drifted) {}
}
