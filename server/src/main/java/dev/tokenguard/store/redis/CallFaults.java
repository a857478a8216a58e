package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.store.StoreListener;
import java.time.DateTimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What calls fail with on this side of Redis; logged and counted. Thread-safe. */
record CallFaults(StoreListener listener) {
  private static final Logger log = LoggerFactory.getLogger(CallFaults.class);

  /** Nothing was sent; a caller would wait for an answer that never comes. */
  FaultException unsent(String account, RuntimeException thrown) {
    if (thrown instanceof DateTimeException) { // a zone of newer rules than this server's, or none
      log.error("account {}: its time zone is not known here: {}", account, thrown.getMessage());
      return damaged("the time zone of account " + account + " is not known to this server");
    }
    log.error("a call on account {} failed", account, thrown);
    return FaultException.of(Fault.INTERNAL, "internal error; the server's log has the details");
  }

  /** A script tells values as they are stored: what cannot be read is not what it wrote. */
  FaultException unreadable(String account, RuntimeException thrown) {
    if (thrown instanceof FaultException fault) { // of another layout
      listener.fault(fault.fault());
      return fault;
    }
    log.error("account {} is damaged", account, thrown);
    return damaged(
        "the stored data of this account cannot be read; other accounts are not affected. The"
            + " server's log has the details");
  }

  private FaultException damaged(String message) {
    listener.fault(Fault.ACCOUNT_CORRUPT);
    return FaultException.of(Fault.ACCOUNT_CORRUPT, message);
  }

  /** As often as it was tried, the account or the clock was another one. */
  static FaultException restless(String account, ReplyCode code) {
    return FaultException.of(
        Fault.STORE_UNAVAILABLE,
        code == ReplyCode.CLOCK
            ? "the clock of Redis moves faster than it can be followed; try again"
            : "account " + account + " changes its plan faster than it can be followed; try again");
  }
}
