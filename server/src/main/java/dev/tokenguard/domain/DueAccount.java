package dev.tokenguard.domain;

import java.time.Instant;
import java.util.List;

/**
 * An account of which a reset is due, which its next call would do.
 *
 * @param account which
 * @param plan its plan
 * @param tokenTypes token types whose period is over, in order of name
 * @param since since when the first of them is
 */
public record DueAccount(String account, String plan, List<String> tokenTypes, Instant since) {}
