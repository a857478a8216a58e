/**
 * The Java clients of TokenGuard: reserve tokens before expensive work and settle when it ends; and
 * manage the accounts that pay.
 *
 * <p>Start at {@link dev.tokenguard.client.TokenGuardClient}, for services that do the work, or at
 * {@link dev.tokenguard.client.TokenAdminClient}, for those that sell, support and report.
 * Everything public here is for services that call TokenGuard; nothing here knows the server. Of
 * the generated messages the guard's client shows only the balances ({@link
 * dev.tokenguard.v1.Balance}, {@link dev.tokenguard.v1.AccountBalances}): a wrapper would add
 * nothing to them. The admin client shows them all, for the same reason.
 *
 * <p>A call goes {@code TokenGuardClient} → {@code Reserver} or {@code MeteredReservation} → {@code
 * Caller} (retries) → gRPC. What must arrive, commits and refunds, goes through {@code Settler},
 * which keeps trying in the background. One of {@code TokenAdminClient} goes through a group, as
 * {@code AccountAdmin}, to {@code AdminCalls} and the same {@code Caller}.
 */
@NullMarked
package dev.tokenguard.client;

import org.jspecify.annotations.NullMarked;
