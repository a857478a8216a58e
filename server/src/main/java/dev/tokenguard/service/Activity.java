package dev.tokenguard.service;

import dev.tokenguard.domain.ActivityPoint;
import dev.tokenguard.domain.ActivityResolution;
import dev.tokenguard.domain.FaultException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What happened over time. Thread-safe; never blocks. A stage fails with a {@link FaultException}
 * and nothing else.
 */
public interface Activity {

  /**
   * Points with anything in them, oldest first.
   *
   * @param from those that end after this
   * @param until those that begin before this
   */
  CompletionStage<List<ActivityPoint>> between(
      ActivityResolution resolution, Instant from, Instant until);
}
