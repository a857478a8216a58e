package dev.tokenguard.campaign;

import java.util.List;

/**
 * Something that was told and must not have been.
 *
 * @param account whose
 * @param rule what is broken, in few words
 * @param text what shows it
 * @param calls the calls that it is about
 */
record Violation(int account, String rule, String text, List<Call> calls) {}
