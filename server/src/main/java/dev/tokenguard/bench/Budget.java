package dev.tokenguard.bench;

/**
 * A figure and what the design asks of it.
 *
 * @param what what it is
 * @param value as measured
 * @param unit of both; empty for a ratio
 * @param atLeast whether more is better
 * @param limit what is asked for
 */
record Budget(String what, double value, String unit, boolean atLeast, double limit) {
  boolean met() {
    return atLeast ? value >= limit : value <= limit;
  }
}
