package dev.tokenguard.bench;

/**
 * A number that is no row.
 *
 * @param what what it is
 * @param value as measured
 * @param unit of it; empty for a ratio
 */
record Figure(String what, double value, String unit) {}
