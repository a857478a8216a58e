package dev.tokenguard.bench;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Accounts and ids that no other run uses, all of one length each. Thread-safe. */
final class Names {
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

  /** A prime: no number of accounts divides it, so that each has its turn. */
  private static final long STRIDE = 7_368_787;

  private final String run;
  private final AtomicLong ids = new AtomicLong();

  Names() {
    SecureRandom random = new SecureRandom();
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      letters.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    this.run = letters.toString();
  }

  /** An account of a group of accounts. */
  String account(char group, long number) {
    return "bench-" + run + '-' + group + padded(number, 8);
  }

  /** As many accounts of a group. */
  String[] accounts(char group, int count) {
    String[] accounts = new String[count];
    for (int i = 0; i < count; i++) {
      accounts[i] = account(group, i);
    }
    return accounts;
  }

  /**
   * The accounts of a group in turn, in an order that is none: neighbours were not made, and do not
   * lie in memory, one after the other.
   */
  Supplier<Caller> mixed(char group, int count) {
    AtomicLong turn = new AtomicLong();
    return () -> Caller.alone(account(group, turn.getAndIncrement() * STRIDE % count));
  }

  /** A new id of a reservation, as long as a ULID. */
  String reservation() {
    return "bench-" + run + padded(ids.incrementAndGet(), 12);
  }

  private static String padded(long number, int digits) {
    String text = Long.toString(number);
    return "0".repeat(Math.max(0, digits - text.length())) + text;
  }
}
