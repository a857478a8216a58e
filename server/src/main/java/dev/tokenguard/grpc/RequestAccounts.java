package dev.tokenguard.grpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The accounts that a request is about, found by the names of its fields, so that a new request
 * cannot be forgotten.
 *
 * @param ids every account that it names, those of the items of a batch too
 * @param reservation the reservation that it must have, if it names one
 * @param members every member that it names
 */
record RequestAccounts(List<String> ids, Optional<String> reservation, List<String> members) {
  private static final String PREFIX = "id_prefix";
  private static final String MEMBER_OF = "member_of";

  /**
   * A user that becomes a member becomes one that the account pays for: its account changes too.
   */
  private static final String JOINING = "AddMemberRequest";

  private static final String LEAVING = "RemoveMemberRequest";

  /** These make a reservation, so that there is none to be missed. */
  private static final Set<String> RESERVING = Set.of("CheckAndReserveRequest", "ConsumeRequest");

  static RequestAccounts of(Message request) {
    List<String> ids = new ArrayList<>();
    List<String> reservations = new ArrayList<>();
    List<String> members = new ArrayList<>();
    collect(request, ids, reservations, members);
    boolean reserves = RESERVING.contains(request.getDescriptorForType().getName());
    return new RequestAccounts(
        ids, reserves ? Optional.empty() : reservations.stream().findFirst(), members);
  }

  private static void collect(
      Message message, List<String> ids, List<String> reservations, List<String> members) {
    String type = message.getDescriptorForType().getName();
    boolean pays = type.equals(JOINING) || type.equals(LEAVING);
    for (Map.Entry<FieldDescriptor, Object> each : message.getAllFields().entrySet()) {
      FieldDescriptor field = each.getKey();
      Object value = each.getValue();
      if (field.getJavaType() == JavaType.MESSAGE && !field.isMapField()) {
        List<?> parts = field.isRepeated() ? (List<?>) value : List.of(value);
        parts.forEach(part -> collect((Message) part, ids, reservations, members));
        continue;
      }
      switch (field.getName()) {
        case "account_id" -> ids.add((String) value);
        case "account_ids" -> ((List<?>) value).forEach(id -> ids.add((String) id));
        case "reservation_id" -> reservations.add((String) value);
        case "member_id" -> {
          members.add((String) value);
          if (pays) {
            ids.add((String) value);
          }
        }
        default -> {
          // Of no account.
        }
      }
    }
  }

  /**
   * A request for a list, narrowed to what its caller may see of it.
   *
   * @throws FaultException PERMISSION_DENIED if that is no list
   */
  static Message narrowed(Message request, Identity caller) {
    FieldDescriptor prefix = request.getDescriptorForType().findFieldByName(PREFIX);
    FieldDescriptor memberOf = request.getDescriptorForType().findFieldByName(MEMBER_OF);
    if (prefix == null) {
      throw new IllegalStateException(request.getDescriptorForType() + " has no " + PREFIX);
    }
    String asked = (String) request.getField(prefix);
    if (memberOf != null && !((String) request.getField(memberOf)).isEmpty()) {
      throw limited(caller, "member_of: may be of any account");
    }
    for (String allowed : caller.scope().prefixes()) {
      if (asked.startsWith(allowed)) {
        return request;
      }
    }
    List<String> within =
        caller.scope().prefixes().stream().filter(allowed -> allowed.startsWith(asked)).toList();
    if (within.size() != 1 || !caller.scope().accounts().isEmpty()) {
      throw limited(caller, "id_prefix: '" + asked + "' is of others too");
    }
    return request.toBuilder().setField(prefix, within.get(0)).build();
  }

  private static FaultException limited(Identity caller, String what) {
    return FaultException.of(
        Fault.PERMISSION_DENIED,
        what + "; '" + caller.name() + "' is limited to " + caller.scope());
  }
}
