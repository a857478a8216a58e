package dev.tokenguard.store.redis;

import dev.tokenguard.domain.FaultException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The masters that keep the state, whatever their number, and the connections to them. Thread-safe;
 * never blocks, but for {@link #close}.
 */
interface RedisServers extends AutoCloseable {

  /**
   * Connects to all of them, and looks whether they can be trusted. To be tried again when it
   * fails.
   */
  CompletionStage<Void> connect();

  /** Leads each command to the master of its key; null before the first connect. */
  @Nullable RedisClusterAsyncCommands<byte[], byte[]> commands();

  /** Names of all masters, for commands that name no key; none before the first connect. */
  SortedSet<String> masters();

  /** Leads commands to one master; fails if there is no connection to it. */
  CompletionStage<RedisClusterAsyncCommands<byte[], byte[]>> master(String name);

  /**
   * Whether a command for a key that was refused, as there was no connection, may be sent now: one
   * was just being made.
   *
   * @return done when that is known, soon; never fails
   */
  CompletionStage<Boolean> isWorthAnotherTry(byte[] key);

  /**
   * Writes something to every master.
   *
   * @return what is wrong with whom; empty if all is well. Never fails
   */
  CompletionStage<Map<String, FaultException>> probe();

  /**
   * Looks, while all seems well, whether another one is master by now, and goes over to it. To be
   * called once in a while.
   */
  void keepUp();

  /**
   * Looks anew who is master, since something is not well. Does nothing while it is still looking.
   *
   * @return done when it has looked; never fails
   */
  CompletionStage<?> lookAgain();

  /** What Redis it is; empty as long as that is not known. */
  String product();

  /** Where it leads, without credentials. */
  String describe();

  /** How many masters there are; 0 before the first connect. */
  int size();

  @Override
  void close();
}
