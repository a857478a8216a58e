package dev.tokenguard.domain;

/**
 * What a change made of an account, exactly: nothing else changed in between.
 *
 * @param before what operators had set of it
 * @param after what they have set now
 */
public record AccountChange(AccountFields before, AccountFields after) {}
