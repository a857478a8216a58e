package dev.tokenguard.bench;

import java.time.Duration;

/** What the processes behind a row have spent so far. */
interface Costs {

  /** What Redis did, all processes of it together. */
  RedisStats redis() throws BenchException;

  /** Processor time of the servers; zero if it is not known. */
  Duration servers();
}
