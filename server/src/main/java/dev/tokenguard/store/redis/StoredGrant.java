package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Grant;
import dev.tokenguard.domain.Periods;
import dev.tokenguard.store.GrantStore.GrantCommand;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of a grant besides its pocket: G_ID and so on of {@code layout.lua}.
 *
 * @param id the request that made it
 * @param from milliseconds since the epoch
 * @param until milliseconds since the epoch; {@link Periods#FOREVER} for no end
 * @param created milliseconds since the epoch
 * @param metadata who granted it, and a note
 */
record StoredGrant(
    String id,
    String tokenType,
    long amount,
    int priority,
    long from,
    long until,
    long created,
    String reason,
    Map<String, String> metadata) {
  private static final String ACTOR = "actor";
  private static final String NOTE = "note";

  static StoredGrant of(byte[] packed) {
    List<Object> values = StoredValues.values(packed);
    return new StoredGrant(
        StoredValues.text(values, 0),
        StoredValues.text(values, 1),
        StoredValues.number(values, 2),
        (int) StoredValues.number(values, 3),
        StoredValues.number(values, 4),
        StoredValues.number(values, 5),
        StoredValues.number(values, 6),
        StoredValues.text(values, 7),
        StoredValues.metadata((byte[]) values.get(8)));
  }

  /** As it was made by a command. */
  static StoredGrant of(GrantCommand command, String id, long now) {
    return new StoredGrant(
        id,
        command.tokenType(),
        command.amount(),
        command.priority(),
        Math.max(from(command), now),
        until(command),
        now,
        command.reason(),
        Map.of(ACTOR, command.actor(), NOTE, command.note()));
  }

  /** What {@code grant.lua} takes. */
  static byte[] pack(GrantCommand command, String id) {
    byte[] metadata = metadata(command.note(), command.actor());
    return Packer.pack(
        out ->
            out.packString(id)
                .packString(command.tokenType())
                .packLong(command.amount())
                .packInt(command.priority())
                .packLong(from(command))
                .packLong(until(command))
                .packString(command.reason())
                .packRawStringHeader(metadata.length)
                .writePayload(metadata));
  }

  /** Who did it, and a note, as the ledger keeps them. */
  static byte[] metadata(String note, String actor) {
    Map<String, String> metadata = new HashMap<>();
    if (!actor.isEmpty()) {
      metadata.put(ACTOR, actor);
    }
    if (!note.isEmpty()) {
      metadata.put(NOTE, note);
    }
    return Packer.metadata(metadata);
  }

  private static long from(GrantCommand command) {
    Instant starts = command.starts();
    return starts == null ? 0 : starts.toEpochMilli();
  }

  private static long until(GrantCommand command) {
    Instant expires = command.expires();
    return expires == null ? Periods.FOREVER : expires.toEpochMilli();
  }

  /** As operators see it when nothing is left of it, whether it began or was revoked before. */
  Grant ended(String account) {
    return grant(account, null, from);
  }

  /** As operators see it; {@code pocket} is null before it begins and when nothing is left. */
  Grant grant(String account, StoredValues.@Nullable GrantPocket pocket, long now) {
    boolean scheduled = pocket == null && from > now;
    return new Grant(
        id,
        account,
        tokenType,
        amount,
        pocket == null ? (scheduled ? amount : 0) : pocket.free(),
        pocket == null ? 0 : pocket.held(),
        reason,
        metadata.getOrDefault(NOTE, ""),
        metadata.getOrDefault(ACTOR, ""),
        priority,
        Instant.ofEpochMilli(created),
        Instant.ofEpochMilli(from),
        until == Periods.FOREVER ? null : Instant.ofEpochMilli(until),
        scheduled);
  }
}
