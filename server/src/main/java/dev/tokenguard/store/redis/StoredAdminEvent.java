package dev.tokenguard.store.redis;

import dev.tokenguard.domain.AdminEvent;
import java.io.IOException;
import java.util.List;
import org.msgpack.core.MessageBufferPacker;

/**
 * An event as it is stored: a number for its outcome, then texts. A newer version may put more at
 * the end, which this one does not read.
 */
final class StoredAdminEvent {
  private static final AdminEvent.Outcome[] OUTCOMES = AdminEvent.Outcome.values();

  private StoredAdminEvent() {}

  static byte[] pack(AdminEvent event) {
    return Packer.pack(out -> write(event, out));
  }

  private static void write(AdminEvent event, MessageBufferPacker out) throws IOException {
    AdminEvent.Result result = event.result();
    AdminEvent.Caller caller = event.caller();
    out.packInt(result.outcome().ordinal())
        .packString(event.rpc())
        .packString(event.account())
        .packString(event.member())
        .packString(event.requestId())
        .packString(caller.name())
        .packString(caller.role())
        .packString(caller.namespace())
        .packString(caller.peer())
        .packString(event.actor())
        .packString(event.request())
        .packString(result.reason())
        .packString(result.before())
        .packString(result.after());
  }

  /** Throws whatever reading does if these are not the bytes of an event. */
  static AdminEvent of(long id, byte[] packed) {
    List<Object> values = StoredValues.values(packed);
    return new AdminEvent(
        id,
        text(values, 1),
        text(values, 2),
        text(values, 3),
        text(values, 4),
        new AdminEvent.Caller(text(values, 5), text(values, 6), text(values, 7), text(values, 8)),
        text(values, 9),
        text(values, 10),
        new AdminEvent.Result(
            OUTCOMES[(int) StoredValues.number(values, 0)],
            text(values, 11),
            text(values, 12),
            text(values, 13)));
  }

  private static String text(List<Object> values, int index) {
    return StoredValues.text(values, index);
  }
}
