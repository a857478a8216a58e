package dev.tokenguard.grpc;

import dev.tokenguard.auth.Access;
import dev.tokenguard.auth.Quotas;

/**
 * Who may call, and how much.
 *
 * @param access tells who calls and whether they may
 * @param quotas how many calls each may have
 */
public record Callers(Access access, Quotas quotas) {}
