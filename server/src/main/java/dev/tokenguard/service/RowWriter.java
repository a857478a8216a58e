package dev.tokenguard.service;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of an exported file. Every row has the same columns in the same order. Not
 * thread-safe.
 */
interface RowWriter {

  void text(String column, String value);

  void number(String column, long value);

  void decimal(String column, double value);

  void flag(String column, boolean value);

  void time(String column, @Nullable Instant value);

  void texts(String column, Map<String, String> value);

  void endRow();

  /** Bytes that were written and not taken. */
  int size();

  /** Takes what was written. */
  byte[] take();
}
