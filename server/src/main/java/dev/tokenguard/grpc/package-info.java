/**
 * The contract on the wire: maps protos to domain words and back, faults to statuses, and runs the
 * servers. Proto and gRPC types stop here.
 *
 * <p>{@link dev.tokenguard.grpc.GrpcServer} is where to start; {@code
 * dev.tokenguard.grpc.TokenGuardGrpcService} has one method for each RPC.
 */
@NullMarked
package dev.tokenguard.grpc;

import org.jspecify.annotations.NullMarked;
