package dev.tokenguard.auth;

import java.util.List;

/**
 * What a caller shows of itself.
 *
 * @param authorization each header of that name, as {@code Bearer ...}
 * @param certificateNames the subject alternative names of a client certificate that TLS has
 *     verified, as {@code dns:host} and {@code uri:spiffe://...}; empty without one
 * @param local whether it calls from this machine or pod: over the loopback interface or a Unix
 *     socket
 * @param peer its address, for the log; callers of a Unix socket have none of their own
 */
public record Presented(
    List<String> authorization, List<String> certificateNames, boolean local, String peer) {}
