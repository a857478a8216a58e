package dev.tokenguard.domain;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of resetting what is due.
 *
 * @param lookedAt accounts that were looked at
 * @param reset accounts that were reset now
 * @param errors what went wrong, by account
 * @param next the last account that was looked at, to go on after; null at the end
 */
public record ResetRun(
    long lookedAt, long reset, Map<String, FaultException> errors, @Nullable String next) {}
