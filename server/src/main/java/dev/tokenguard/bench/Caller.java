package dev.tokenguard.bench;

import java.util.Arrays;

/**
 * Who calls.
 *
 * @param account the account that is named
 * @param member who acts on its behalf; empty for nobody
 */
record Caller(String account, String member) {
  /** An account that names itself alone. */
  static Caller alone(String account) {
    return new Caller(account, "");
  }

  /** Accounts that name themselves alone. */
  static Caller[] alone(String[] accounts) {
    return Arrays.stream(accounts).map(Caller::alone).toArray(Caller[]::new);
  }
}
