package dev.tokenguard.store;

/**
 * What makes a change by an operator repeatable.
 *
 * @param id the caller's id of it; empty for none, and then it is carried out each time
 * @param fingerprint differs between different requests; at most 16 ASCII characters
 */
public record ChangeRequest(String id, String fingerprint) {}
