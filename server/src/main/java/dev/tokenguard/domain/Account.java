package dev.tokenguard.domain;

import java.time.Instant;
import java.util.List;

/**
 * An account as operators see it, at one revision.
 *
 * @param id its id
 * @param fields what operators set of it
 * @param opened when it was opened
 * @param payer the account that pays when this one names itself alone; empty for itself
 * @param members members that were added
 * @param openReservations reservations that are open
 * @param balances by token type in order of name
 * @param version rises with every change that operators make
 * @param revision rises with every change
 */
public record Account(
    String id,
    AccountFields fields,
    Instant opened,
    String payer,
    long members,
    long openReservations,
    List<Balance> balances,
    long version,
    long revision) {}
