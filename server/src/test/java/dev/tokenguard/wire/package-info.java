/**
 * The whole over the wire: real callers, a real server, a real Redis.
 *
 * <p>{@link dev.tokenguard.wire.WireServer} starts one in this JVM; {@link
 * dev.tokenguard.wire.Load} calls it from many threads and keeps the books; {@link
 * dev.tokenguard.wire.CuttingProxy} loses replies on their way.
 */
@NullMarked
package dev.tokenguard.wire;

import org.jspecify.annotations.NullMarked;
