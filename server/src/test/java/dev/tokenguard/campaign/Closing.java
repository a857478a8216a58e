package dev.tokenguard.campaign;

import java.io.Serializable;
import java.util.List;

/**
 * What an account's books say when everything has come to rest, in the server's own words: the
 * balance, the reservations that are open, every entry of the ledger, and the audit.
 *
 * @param balance what GetBalance told last
 * @param open reservations that are open
 * @param ledger entries in order of revision
 * @param findings what the audit found to be off
 */
record Closing(Call balance, List<OpenHold> open, List<Entry> ledger, List<String> findings)
    implements Serializable {

  /** A reservation that is open. */
  record OpenHold(long id, long amount, long expireMillis) implements Serializable {}

  /** What an entry of the ledger says happened. */
  enum Kind {
    OPEN,
    GRANT,
    COMMIT,
    REFUND,
    EXPIRE,
    ADJUST
  }

  /** An entry of the ledger; {@code id} is what its reservation, grant or request is called. */
  record Entry(
      long revision,
      Kind kind,
      long id,
      long granted,
      long consumed,
      long lapsed,
      long released,
      long balance,
      boolean late,
      long timeMillis)
      implements Serializable {}

  /** The revision at which it was read. */
  long revision() {
    return balance.revision;
  }
}
