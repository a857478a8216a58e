package dev.tokenguard.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Map;
import java.util.TreeMap;

/** What keys take, as Redis tells: those of an account, and those that lie beside all accounts. */
final class KeySizes {
  /** More than there are parts of the index of accounts. */
  private static final int INDEX_PARTS = 64;

  /** What the last part of a key's name stands for; of usage it is a letter and a number. */
  private static final Map<Character, String> NAMES =
      Map.of(
          'a', "account",
          'h', "reservations",
          'd', "due times",
          'l', "ledger",
          'm', "members",
          'g', "grants",
          'u', "usage",
          'b', "memberships");

  private final RedisCalls redis;
  private final EvalTemplate template;
  private final String prefix;

  /**
   * Looks at keys.
   *
   * @param template a script call, whose keys are those of an account
   */
  KeySizes(RedisCalls redis, EvalTemplate template) {
    this.redis = redis;
    this.template = template;
    String key = new String(template.keys(template.account())[0], US_ASCII);
    this.prefix = key.substring(0, key.indexOf('{'));
  }

  /** Bytes of an account, by what they are for. */
  Map<String, Long> of(String account) throws BenchException {
    Map<String, Long> bytes = new TreeMap<>();
    for (byte[] key : template.keys(account)) {
      add(bytes, key);
    }
    add(bytes, (prefix + '{' + account + "}:b").getBytes(US_ASCII));
    return bytes;
  }

  private void add(Map<String, Long> bytes, byte[] key) throws BenchException {
    String text = new String(key, US_ASCII);
    String name = NAMES.get(text.charAt(text.lastIndexOf(':') + 1));
    if (name != null) {
      bytes.merge(name, redis.bytesOf(key), Long::sum);
    }
  }

  /** Bytes of some accounts together. */
  Map<String, Long> of(Iterable<String> accounts) throws BenchException {
    Map<String, Long> bytes = new TreeMap<>();
    for (String account : accounts) {
      of(account).forEach((name, each) -> bytes.merge(name, each, Long::sum));
    }
    return bytes;
  }

  /** What lists the accounts lies beside them, in numbered parts. */
  long ofIndex() throws BenchException {
    long bytes = 0;
    for (int part = 0; part < INDEX_PARTS; part++) {
      bytes += bytesOf("{index-" + part + "}");
    }
    return bytes;
  }

  /** What operators did is written down, up to a number of events: no part of any account. */
  long ofEvents() throws BenchException {
    String events = "{!admin-events}:";
    return bytesOf(events + "events") + bytesOf(events + "changes") + bytesOf(events + "attempts");
  }

  private long bytesOf(String key) throws BenchException {
    return redis.bytesOf((prefix + key).getBytes(US_ASCII));
  }
}
