package dev.tokenguard.domain;

/**
 * What a plan gives of one token type in every period.
 *
 * @param tokenType the token type
 * @param amount tokens a period, from 0 to {@link Amounts#MAX}
 * @param resets when the next period begins
 * @param rolloverMax unused tokens that a reset carries over at most; 0 for none
 * @param carryDebt whether debt survives a reset, instead of being forgiven
 */
public record Allowance(
    String tokenType, long amount, Schedule resets, long rolloverMax, boolean carryDebt) {}
