package dev.tokenguard.store.redis;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.CommandArgs;

/** What EVAL and EVALSHA take; and how many replicas have what the script did. */
final class ScriptArguments extends CommandArgs<byte[], byte[]> {
  private final boolean changes;
  private final byte[] firstKey;
  private volatile long replicas;

  private ScriptArguments(boolean changes, byte[] firstKey) {
    super(ByteArrayCodec.INSTANCE);
    this.changes = changes;
    this.firstKey = firstKey;
  }

  /**
   * The arguments of a script that is known by its digest.
   *
   * @param changes whether it may change what must not be lost
   */
  static ScriptArguments ofDigest(Script script, byte[][] keys, byte[][] arguments) {
    ScriptArguments all = new ScriptArguments(script.changes(), keys[0]);
    all.add(script.digest());
    all.add(keys.length).addKeys(keys).addValues(arguments);
    return all;
  }

  /** The arguments of a script that is sent along. */
  static ScriptArguments ofSource(Script script, byte[][] keys, byte[][] arguments) {
    ScriptArguments all = new ScriptArguments(script.changes(), keys[0]);
    all.add(script.source());
    all.add(keys.length).addKeys(keys).addValues(arguments);
    return all;
  }

  /** The arguments of a command that only asks how many replicas have what was done so far. */
  static ScriptArguments ofKey(byte[] key) {
    ScriptArguments all = new ScriptArguments(true, key);
    all.addKey(key);
    return all;
  }

  boolean changes() {
    return changes;
  }

  /** A key in the slot of the first one, to be written before replicas are asked. */
  byte[] mark() {
    return Keys.markBeside(firstKey);
  }

  /** So many replicas have what the script did. */
  void replicated(long replicas) {
    this.replicas = replicas;
  }

  long replicas() {
    return replicas;
  }
}
