package dev.tokenguard.store.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an audit has read of an account, all at one revision.
 *
 * @param account the account itself
 * @param due open holds and scheduled grants, in the order in which they are due
 * @param held entries in the hash of holds; negative if it could not be read
 * @param timed entries in the set of times; negative if it could not be read
 * @param problems parts that are not of the type that they are to be
 */
record AuditData(
    AccountValue account, List<Due> due, long held, long timed, List<String> problems) {

  /**
   * What is due at a time.
   *
   * @param packed the hold, or what a grant is; null if it is missing
   */
  @SuppressWarnings("ArrayRecordComponent") // read once
  record Due(String id, long time, byte @Nullable [] packed) {

    /** Whether it is a grant that has not begun; SCHEDULED of {@code layout.lua}. */
    boolean isGrant() {
      return id.startsWith("#");
    }
  }
}
