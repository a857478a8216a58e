package dev.tokenguard.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Tokens on top of the allowance.
 *
 * @param id the request that made it
 * @param account to whom
 * @param tokenType the token type
 * @param amount how many were granted
 * @param remaining how many of them are free
 * @param held how many of them open reservations hold
 * @param reason why, in one word
 * @param note for people; may be empty
 * @param actor who granted it; may be empty
 * @param priority pockets burn in order of it, smallest first
 * @param created when it was made
 * @param starts from when on it counts
 * @param expires when what is left of it lapses; null for never
 * @param scheduled whether its start is yet to come
 */
public record Grant(
    String id,
    String account,
    String tokenType,
    long amount,
    long remaining,
    long held,
    String reason,
    String note,
    String actor,
    int priority,
    Instant created,
    Instant starts,
    @Nullable Instant expires,
    boolean scheduled) {

  /** Burns after the allowance, which has 0. */
  public static final int DEFAULT_PRIORITY = 100;
}
