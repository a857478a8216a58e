/**
 * The Redis that the server brings along, for a laptop, a test or a single machine: found or
 * unpacked, started in a data folder, watched, restarted and stopped.
 *
 * <p>{@link dev.tokenguard.embedded.EmbeddedRedis} is the one way in, and the root package the one
 * caller; everybody else just gets a URI. Uses settings and the JDK, no Redis client.
 */
@NullMarked
package dev.tokenguard.embedded;

import org.jspecify.annotations.NullMarked;
