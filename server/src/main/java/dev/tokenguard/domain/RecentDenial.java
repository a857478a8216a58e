package dev.tokenguard.domain;

import java.time.Instant;

/**
 * A denial that was told lately, as it was told the last time; equal ones in a row are one.
 *
 * @param denial why
 * @param member on whose behalf; empty for nobody
 * @param reservation the id that was denied the last time
 * @param first when it was told the first time
 * @param last when it was told the last time
 * @param count how often it was told in a row
 */
public record RecentDenial(
    Denial denial, String member, String reservation, Instant first, Instant last, long count) {}
