package dev.tokenguard.service;

import java.time.Duration;
import java.time.Instant;

/** The bounds of what an operator may send, which the contract fixes. */
final class AdminLimits {

  /** UTF-8 bytes of an account's name at most. */
  static final int MAX_DISPLAY_NAME_BYTES = 128;

  /** UTF-8 bytes of an account's description at most. */
  static final int MAX_DESCRIPTION_BYTES = 512;

  /** The longest grace period. */
  static final Duration MAX_GRACE = Duration.ofDays(366);

  /** Times are from here on. */
  static final Instant FIRST_TIME = Instant.EPOCH;

  /** And before this; proto timestamps end there. */
  static final Instant LAST_TIME = Instant.parse("9999-12-31T23:59:59.999999999Z");

  /** Characters of an operator's reason at most. */
  static final int MAX_WORD = 64;

  /** UTF-8 bytes of an operator's note at most. */
  static final int MAX_NOTE_BYTES = 256;

  /** A grant's priority is from this negated to this. */
  static final int MAX_PRIORITY = 1000;

  /** How far ahead a grant may start: ten years, leap days included. */
  static final Duration MAX_AHEAD = Duration.ofDays(3653);

  /** Items of a list's page when the caller does not say. */
  static final int DEFAULT_PAGE = 100;

  /** Items of a list's page at most. */
  static final int MAX_PAGE = 1000;

  /** Items of a batch at most. */
  static final int MAX_BATCH = 1000;

  /** Items of a batch that are carried out at a time. */
  static final int BATCH_IN_FLIGHT = 16;

  /** Accounts that a page of a list looks at, at most. */
  static final int MAX_ACCOUNTS_LOOKED_AT = 10_000;

  /** Accounts that a page of resets looks at when the caller does not say. */
  static final int DEFAULT_RESET_PAGE = 1000;

  /** Ledger entries that a page of transactions looks at, at most. */
  static final int MAX_ENTRIES_LOOKED_AT = 5000;

  /** Admin events that a page of them looks at, at most. */
  static final int MAX_EVENTS_LOOKED_AT = 2000;

  /** UTF-8 bytes of a name that a list is filtered by, at most. */
  static final int MAX_NAME_BYTES = 128;

  /** Days of usage that one request looks at, at most: as many as can be configured to be kept. */
  static final int MAX_USAGE_DAYS = 3650;

  /** Days of usage when the caller does not say. */
  static final int DEFAULT_USAGE_DAYS = 30;

  /** Rows of usage when the caller does not say. */
  static final int DEFAULT_USAGE_ROWS = 1000;

  /** Rows of usage at most. */
  static final int MAX_USAGE_ROWS = 10_000;

  /** Days of estimates at most. */
  static final int MAX_ESTIMATE_DAYS = 90;

  private AdminLimits() {}
}
