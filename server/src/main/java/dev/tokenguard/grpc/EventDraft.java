package dev.tokenguard.grpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.tokenguard.domain.AdminEvent;
import dev.tokenguard.domain.Identity;
import dev.tokenguard.v1.UpdateAccountRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the event of a request, by the names of its fields: a new request of this kind needs no
 * more than to use the same ones.
 */
final class EventDraft {
  /** Characters of an id that are kept: what is longer is no id, and will be refused. */
  private static final int MAX_ID = 256;

  private static final String REQUEST = "Request";
  private static final String ACCOUNT_ID = "account_id";
  private static final String ACCOUNT = "account";

  /** What events tell in fields of their own. */
  private static final List<String> TOLD =
      List.of(ACCOUNT_ID, "member_id", "request_id", "reservation_id", "actor");

  private EventDraft() {}

  /** The event of a request, by who calls now. */
  static AdminEvent of(Message request) {
    return of(rpc(request), request);
  }

  /** The event of an item of a request for many. */
  static AdminEvent of(String rpc, Message item) {
    Message account = message(item, ACCOUNT);
    String requestId = text(item, "request_id");
    return new AdminEvent(
        0,
        rpc,
        cut(account == null ? text(item, ACCOUNT_ID) : text(account, ACCOUNT_ID)),
        cut(text(item, "member_id")),
        cut(requestId.isEmpty() ? text(item, "reservation_id") : requestId),
        caller(),
        cut(text(item, "actor")),
        asked(item),
        AdminEvent.Result.UNKNOWN);
  }

  /** The event of a request that names an account among others. */
  static AdminEvent ofAccount(Message request, String account) {
    return new AdminEvent(
        0, rpc(request), cut(account), "", "", caller(), "", "", AdminEvent.Result.UNKNOWN);
  }

  /** Name of the RPC that a request is of. */
  static String rpc(Message request) {
    String type = request.getDescriptorForType().getName();
    return type.substring(0, type.length() - REQUEST.length());
  }

  private static AdminEvent.Caller caller() {
    Identity identity = CallIdentity.current();
    return new AdminEvent.Caller(
        identity.name(),
        identity.role().toString(),
        identity.namespace().orElse(""),
        CallIdentity.peer());
  }

  private static String asked(Message item) {
    if (item instanceof UpdateAccountRequest update) {
      return EventJson.of(update.getAccount(), update.getUpdateMask().getPathsList());
    }
    Message.Builder rest = item.toBuilder();
    for (FieldDescriptor field : item.getDescriptorForType().getFields()) {
      if (TOLD.contains(field.getName())) {
        rest.clearField(field);
      }
    }
    return EventJson.of(rest.build());
  }

  private static @Nullable Message message(Message of, String name) {
    FieldDescriptor field = of.getDescriptorForType().findFieldByName(name);
    return field == null ? null : (Message) of.getField(field);
  }

  private static String text(Message of, String name) {
    FieldDescriptor field = of.getDescriptorForType().findFieldByName(name);
    return field == null ? "" : (String) of.getField(field);
  }

  private static String cut(String id) {
    int end = Math.min(id.length(), MAX_ID);
    return id.substring(
        0, end > 0 && Character.isHighSurrogate(id.charAt(end - 1)) ? end - 1 : end);
  }
}
