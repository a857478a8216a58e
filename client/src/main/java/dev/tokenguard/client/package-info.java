/**
 * The Java client of TokenGuard: reserve tokens before expensive work, settle when it ends.
 *
 * <p>Start at {@link dev.tokenguard.client.TokenGuardClient}. Everything public here is for
 * services that call TokenGuard; nothing here knows the server. Of the generated messages only the
 * balances ({@link dev.tokenguard.v1.Balance}, {@link dev.tokenguard.v1.AccountBalances}) show: a
 * wrapper would add nothing to them.
 *
 * <p>A call goes {@code TokenGuardClient} → {@code Reserver} or {@code MeteredReservation} → {@code
 * Caller} (retries) → gRPC. What must arrive, commits and refunds, goes through {@code Settler},
 * which keeps trying in the background.
 */
@NullMarked
package dev.tokenguard.client;

import org.jspecify.annotations.NullMarked;
