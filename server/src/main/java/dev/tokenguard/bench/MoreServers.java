package dev.tokenguard.bench;

/** Servers that can be started beside the one that is measured, on the same Redis. */
interface MoreServers {

  /** One that walks over all accounts and does nothing else; returns it when it serves. */
  ServerProcess walker() throws BenchException, InterruptedException;

  /** One like that which is measured; returns it when it serves. */
  ServerProcess another() throws BenchException, InterruptedException;
}
