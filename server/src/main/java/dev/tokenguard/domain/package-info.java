/**
 * Pure values and rules of TokenGuard: amounts, plans, periods, balances, outcomes.
 *
 * <p>No I/O and no library but the JDK. Every other package may use it; it uses none of them.
 */
@NullMarked
package dev.tokenguard.domain;

import org.jspecify.annotations.NullMarked;
