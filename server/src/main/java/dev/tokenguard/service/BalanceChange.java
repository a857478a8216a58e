package dev.tokenguard.service;

import dev.tokenguard.domain.Balance;

/**
 * What came of tokens that an operator gave or took.
 *
 * @param value the grant that was made, or the tokens that were taken or given
 * @param balance the balance of their type afterwards
 * @param revision of the account afterwards
 * @param replayed whether it had been done before
 * @param replicationPending whether fewer replicas have it than were asked for
 * @param <T> of what
 */
public record BalanceChange<T>(
    T value, Balance balance, long revision, boolean replayed, boolean replicationPending) {}
