/**
 * Redis as it is run in production: Cluster and Sentinel, of real processes that are really killed,
 * stopped and cut off.
 *
 * <p>{@link dev.tokenguard.topology.RedisNode} is one process; {@link
 * dev.tokenguard.topology.RedisCluster} and {@link dev.tokenguard.topology.RedisSentinels} are made
 * of them; {@link dev.tokenguard.topology.TcpProxy} stands where a network would be.
 */
@NullMarked
package dev.tokenguard.topology;

import org.jspecify.annotations.NullMarked;
