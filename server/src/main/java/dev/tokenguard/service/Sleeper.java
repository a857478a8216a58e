package dev.tokenguard.service;

import java.time.Duration;

/** Lets time pass; a test brings one that takes none. */
@FunctionalInterface
interface Sleeper {
  /** Returns when so much time has passed. */
  void sleep(Duration time) throws InterruptedException;
}
