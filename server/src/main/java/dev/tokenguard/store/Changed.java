package dev.tokenguard.store;

/**
 * What came of a change.
 *
 * @param value as it is now
 * @param replayed whether it had been carried out before
 * @param <T> of what
 */
public record Changed<T>(T value, boolean replayed) {}
