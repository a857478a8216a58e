package dev.tokenguard.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the background walk over all accounts is doing; one server of many does it.
 *
 * @param holder the server that does it now, or did last; empty if none ever did
 * @param lastWalk when the last full walk ended; null if there was none
 * @param took how long it took
 * @param accounts accounts that it saw
 * @param touched accounts that it did something to
 * @param drifted accounts that are off, by the last audit of each: 0
 * @param driftedAccounts some of their ids, at most 100
 */
public record SweepStatus(
    String holder,
    @Nullable Instant lastWalk,
    Duration took,
    long accounts,
    long touched,
    long drifted,
    List<String> driftedAccounts) {}
