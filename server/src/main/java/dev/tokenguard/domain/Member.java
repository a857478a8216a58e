package dev.tokenguard.domain;

import java.util.List;

/**
 * Who acts on behalf of an account.
 *
 * @param account the account
 * @param id who
 * @param caps the most that it may use in a period, by token type
 * @param balances what it has used and holds, of the types that have a cap or were used
 * @param added whether an operator added it; else an open account merely counts it
 */
public record Member(
    String account, String id, Amounts caps, List<MemberBalance> balances, boolean added) {}
