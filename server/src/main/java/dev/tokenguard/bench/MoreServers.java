package dev.tokenguard.bench;

import java.util.List;

/** What can be started beside the server that is measured. */
interface MoreServers {

  /** One that walks over all accounts and does nothing else; returns it when it serves. */
  ServerProcess walker() throws BenchException, InterruptedException;

  /** One like that which is measured, on the same Redis; returns it when it serves. */
  ServerProcess another() throws BenchException, InterruptedException;

  /** One on another Redis, with more flags; returns it when it serves. */
  ServerProcess on(String redisUri, List<String> flags) throws BenchException, InterruptedException;

  /** A Redis Cluster. */
  RedisGroup cluster(int masters) throws BenchException, InterruptedException;

  /** A Redis with a replica. */
  RedisGroup withReplica() throws BenchException, InterruptedException;
}
