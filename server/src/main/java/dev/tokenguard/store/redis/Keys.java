package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/**
 * The one place that builds names of keys: {@code <namespace>:{<account>}:<letter>}.
 *
 * <p>The braces are a hash tag: all keys of an account lie in one slot of a Redis Cluster. Account
 * ids hold no brace. What the letters stand for is in {@code lua/lib/layout.lua}.
 */
final class Keys {
  /** Days of usage in one hash, as in {@code layout.lua}. */
  static final int USAGE_DAYS =
      Integer.parseInt(String.valueOf(ScriptAssembler.constant("USAGE_DAYS")));

  /** Days of activity in one hash. */
  static final int ACTIVITY_DAYS = 32;

  private static final String LETTERS = "ahdlmg";

  /** Where in {@link #of} is what, counted from 0. */
  static final int ACCOUNT = 0;

  static final int HOLDS = 1;
  static final int DUE = 2;
  static final int LEDGER = 3;
  static final int GRANTS = 5;

  private final String namespace;
  private final String prefix;
  private final String probe;

  Keys(String namespace) {
    this.namespace = namespace;
    this.prefix = namespace + ":{";
    this.probe = namespace + ":probe";
  }

  /** The keys that every script takes, in the order of {@code layout.lua}, and room for more. */
  private byte[][] of(String account, int more) {
    String tag = prefix + account + "}:";
    byte[][] keys = new byte[LETTERS.length() + more][];
    for (int i = 0; i < LETTERS.length(); i++) {
      keys[i] = bytes(tag + LETTERS.charAt(i));
    }
    return keys;
  }

  /** The keys that every script takes. */
  byte[][] of(String account) {
    return of(account, 0);
  }

  /** With the keys that count usage of a day, and of the days before and after it. */
  byte[][] withUsage(String account, long day) {
    byte[][] keys = of(account, 2);
    keys[LETTERS.length()] = usage(account, Math.floorDiv(day - 1, USAGE_DAYS));
    keys[LETTERS.length() + 1] = usage(account, Math.floorDiv(day + 1, USAGE_DAYS));
    return keys;
  }

  /** With the list of recent denials. */
  byte[][] withDenials(String account) {
    byte[][] keys = of(account, 1);
    keys[LETTERS.length()] = denials(account);
    return keys;
  }

  /** As {@link #withUsage}, with the list of recent denials. */
  byte[][] withUsageAndDenials(String account, long day) {
    byte[][] usage = withUsage(account, day);
    byte[][] keys = Arrays.copyOf(usage, usage.length + 1);
    keys[usage.length] = denials(account);
    return keys;
  }

  /** With the key that remembers which request deleted the account, and what goes with it. */
  byte[][] withDeleted(String account) {
    byte[][] keys = of(account, 2);
    keys[LETTERS.length()] = deleted(account);
    keys[LETTERS.length() + 1] = denials(account);
    return keys;
  }

  /** With the key that tells to which accounts a member was added. */
  byte[][] withBelongs(String member) {
    byte[][] keys = of(member, 1);
    keys[LETTERS.length()] = belongs(member);
    return keys;
  }

  /** The hash that counts the usage of {@link #USAGE_DAYS} days. */
  byte[] usage(String account, long bucket) {
    return bytes(prefix + account + "}:u" + bucket);
  }

  /** The hash that tells to which accounts a member was added. */
  byte[] belongs(String member) {
    return bytes(prefix + member + "}:b");
  }

  /** The string that remembers which request deleted an account. */
  byte[] deleted(String account) {
    return bytes(prefix + account + "}:x");
  }

  /** The list of an account's recent denials. */
  byte[] denials(String account) {
    return bytes(prefix + account + "}:r");
  }

  /** A part of the index of accounts. */
  byte[] index(int shard) {
    return bytes(prefix + "index-" + shard + '}');
  }

  /** The string that is the account. */
  byte[] account(String account) {
    return bytes(prefix + account + "}:a");
  }

  /** A pattern for the keys of all accounts: ids have no character that means something in it. */
  String allAccounts() {
    return namespace.replaceAll("[*?\\[\\]\\\\^]", "\\\\$0") + ":{*}:a";
  }

  /** The account of such a key. */
  String accountOf(byte[] key) {
    return new String(key, prefix.length(), key.length - prefix.length() - 3, US_ASCII);
  }

  /**
   * What {@code record.lua} takes: events, and which of them are changes and which attempts. No
   * account's id has the character after the brace.
   */
  byte[][] adminEvents() {
    String tag = prefix + "!admin-events}:";
    return new byte[][] {bytes(tag + "events"), bytes(tag + "changes"), bytes(tag + "attempts")};
  }

  /**
   * What {@code count.lua} takes: the activity of a day, by five minutes, and that of some days, by
   * day. No account's id has the character after the brace.
   */
  byte[][] activity(long day) {
    return new byte[][] {activityOfDay(day), activityOfDays(day)};
  }

  /** The hash of what happened on a day, by five minutes. */
  byte[] activityOfDay(long day) {
    return bytes(prefix + "!activity}:f" + day);
  }

  /** The hash of what happened on {@link #ACTIVITY_DAYS} days, of which this is one, by day. */
  byte[] activityOfDays(long day) {
    return bytes(prefix + "!activity}:d" + Math.floorDiv(day, ACTIVITY_DAYS));
  }

  /** The string that is the secret of display tokens. */
  byte[] displaySecret() {
    return bytes(namespace + ":display-secret");
  }

  /** Who walks over all accounts. */
  byte[] sweep() {
    return bytes(namespace + ":sweep");
  }

  /** What came of the last walk. */
  byte[] sweepReport() {
    return bytes(namespace + ":sweep:last");
  }

  /** What commits of a feature really used, on one day since the epoch, of all accounts. */
  byte[] estimates(long day, String feature) {
    return bytes(namespace + ":e:" + day + ":" + feature);
  }

  /** The hash of reservations, and of what operators asked for. */
  byte[] holds(String account) {
    return bytes(prefix + account + "}:h");
  }

  /** The list that is the ledger of an account. */
  byte[] ledger(String account) {
    return bytes(prefix + account + "}:l");
  }

  /** A key that is written to see whether Redis takes writes. */
  byte[] probe() {
    return bytes(probe);
  }

  /** A key that is written to learn what replicas have, in the slot of another key. */
  static byte[] markBeside(byte[] key) {
    int end = 0;
    while (key[end] != '}') { // every script that changes something has keys with a hash tag
      end++;
    }
    byte[] mark = Arrays.copyOf(key, end + 3);
    mark[end + 1] = ':';
    mark[end + 2] = 'w';
    return mark;
  }

  /** One of many such keys, that lie in different slots of a Cluster. */
  byte[] probe(int number) {
    return bytes(probe + ":{" + number + '}');
  }

  private static byte[] bytes(String ascii) {
    return ascii.getBytes(US_ASCII);
  }
}
