package dev.tokenguard.service;

/**
 * Tokens that were charged, of everything that its names say; an empty one says nothing.
 *
 * @param day the day, {@code 2026-11-21}
 * @param feature the feature
 * @param tokenType the token type
 * @param member the member
 * @param amount tokens
 */
public record UsageRow(String day, String feature, String tokenType, String member, long amount) {}
