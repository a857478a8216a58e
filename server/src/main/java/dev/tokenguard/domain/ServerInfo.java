package dev.tokenguard.domain;

import java.time.Instant;
import java.util.List;

/**
 * Which build a server is, and how it is set.
 *
 * @param version of the server
 * @param javaVersion of its runtime
 * @param redisVersion product and version of its Redis; empty if it is not known
 * @param layout in which it stores accounts
 * @param started when it started
 * @param settings every setting, in the order of the documentation
 */
public record ServerInfo(
    String version,
    String javaVersion,
    String redisVersion,
    long layout,
    Instant started,
    List<EffectiveSetting> settings) {}
