package dev.tokenguard.bench;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * What is measured.
 *
 * @param target where the server listens for gRPC calls
 * @param operatorKey what operators call it with; empty for none
 * @param redisUri the Redis that it uses
 * @param feature what is reserved
 * @param pid of the server's process, if it is on this machine and known
 * @param startTimes of the servers that the bench started
 * @param server in words
 */
record Subject(
    String target,
    String operatorKey,
    String redisUri,
    String feature,
    OptionalLong pid,
    List<Duration> startTimes,
    String server) {

  /** Processor time of the server so far; zero if it is not known. */
  Duration cpu() {
    return pid.isEmpty() ? Duration.ZERO : ServerProcess.cpu(pid.getAsLong());
  }

  /** Resident memory of the server; {@code now} or {@code most}. */
  OptionalLong memory(String which) {
    Long bytes = pid.isEmpty() ? null : ServerProcess.memory(pid.getAsLong()).get(which);
    return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes);
  }
}
