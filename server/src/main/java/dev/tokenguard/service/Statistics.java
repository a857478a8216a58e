package dev.tokenguard.service;

import dev.tokenguard.domain.AccountSnapshot;
import java.time.Instant;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * An account in numbers.
 *
 * @param account its balances
 * @param granted of all token types together, as the three that follow
 * @param consumed charged
 * @param held held
 * @param available available
 * @param nextReset the next time that any allowance resets; null if none does
 * @param today charged today, by token type
 * @param month charged in the last 30 days, today included, by token type
 */
public record Statistics(
    AccountSnapshot account,
    long granted,
    long consumed,
    long held,
    long available,
    @Nullable Instant nextReset,
    SortedMap<String, Long> today,
    SortedMap<String, Long> month) {}
