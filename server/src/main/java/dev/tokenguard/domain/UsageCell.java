package dev.tokenguard.domain;

import java.time.LocalDate;

/**
 * Tokens charged on one day, for one feature, of one type, on behalf of one member.
 *
 * @param day day of the account's time zone
 * @param feature the feature
 * @param tokenType the token type
 * @param member the member; empty for nobody
 * @param amount tokens charged
 */
public record UsageCell(
    LocalDate day, String feature, String tokenType, String member, long amount) {}
