package dev.tokenguard.store.redis;

import java.util.List;

/**
 * What a script answered.
 *
 * @param values the reply
 * @param replicationPending whether it changed something that fewer replicas have than were asked
 *     for
 */
record ScriptReply(List<Object> values, boolean replicationPending) {}
