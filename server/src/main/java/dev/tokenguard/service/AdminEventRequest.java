package dev.tokenguard.service;

import dev.tokenguard.domain.AdminEvent.Outcome;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which admin events, not checked yet.
 *
 * @param pageSize as many at most; 0 for the default
 * @param pageToken where to go on; empty from the beginning
 * @param account only of this account; empty for all
 * @param who only of this caller or actor; empty for all
 * @param rpc only of this call; empty for all
 * @param outcomes names of an {@link Outcome}; none for all
 * @param start not before this time; null from the first
 * @param end before this time; null to the last
 * @param oldestFirst else newest first
 */
public record AdminEventRequest(
    int pageSize,
    String pageToken,
    String account,
    String who,
    String rpc,
    List<String> outcomes,
    @Nullable Instant start,
    @Nullable Instant end,
    boolean oldestFirst) {}
