package dev.tokenguard.domain;

import org.jspecify.annotations.Nullable;

/**
 * What one member has used of one token type, in the period that runs now.
 *
 * @param tokenType the token type
 * @param cap the most the member may use in a period; null for no cap
 * @param consumed charged on behalf of the member
 * @param held held on behalf of the member
 */
public record MemberBalance(String tokenType, @Nullable Long cap, long consumed, long held) {}
