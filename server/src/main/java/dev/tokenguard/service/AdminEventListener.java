package dev.tokenguard.service;

import dev.tokenguard.domain.AdminEvent;

/** Hears of admin events, for metrics. Must be thread-safe, fast, and never throw. */
public interface AdminEventListener {

  /** Hears nothing. */
  AdminEventListener NONE = new AdminEventListener() {};

  /** It is known what came of a change, or that it is not known. */
  default void ended(AdminEvent.Outcome outcome) {}

  /** What came of changes could not be written: so many events stay as they were begun. */
  default void unfinished(int events) {}
}
