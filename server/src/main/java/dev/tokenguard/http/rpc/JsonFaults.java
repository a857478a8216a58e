package dev.tokenguard.http.rpc;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is wrong with a message in JSON, and where. The reader of protobuf stops at the first
 * fault and does not say where it is, so each part is tried by itself.
 */
final class JsonFaults {
  private static final int MAX_FAULTS = 20;
  private static final String WELL_KNOWN = "google.protobuf.";

  private final BadRequest.Builder found = BadRequest.newBuilder();

  private JsonFaults() {}

  /** Every fault of a message; empty if they are not in any part alone. */
  static BadRequest of(JsonObject json, Message prototype) {
    JsonFaults faults = new JsonFaults();
    faults.look(json, prototype, "");
    return faults.found.build();
  }

  private void look(JsonObject json, Message prototype, String path) {
    for (Map.Entry<String, JsonElement> each : json.entrySet()) {
      if (found.getFieldViolationsCount() >= MAX_FAULTS) {
        return;
      }
      String name = each.getKey();
      FieldDescriptor field = field(prototype, name);
      if (field == null) {
        add(
            path + name,
            "no such field in "
                + prototype.getDescriptorForType().getName()
                + " (expected: "
                + names(prototype)
                + ")");
      } else {
        lookAt(field, name, each.getValue(), prototype, path);
      }
    }
  }

  private void lookAt(
      FieldDescriptor field, String name, JsonElement value, Message prototype, String path) {
    String fault = fault(name, value, prototype);
    if (fault == null) {
      return;
    }
    int before = found.getFieldViolationsCount();
    if (field.isMapField() && value.isJsonObject()) {
      for (Map.Entry<String, JsonElement> entry : value.getAsJsonObject().entrySet()) {
        JsonObject alone = new JsonObject();
        alone.add(entry.getKey(), entry.getValue());
        String of = fault(name, alone, prototype);
        if (of != null) {
          add(path + name + "." + entry.getKey(), of);
        }
      }
    } else if (field.isRepeated() && !field.isMapField() && value.isJsonArray()) {
      for (int i = 0; i < value.getAsJsonArray().size(); i++) {
        lookAtItem(field, name, value.getAsJsonArray().get(i), prototype, path, i);
      }
    } else if (isOurs(field) && value.isJsonObject()) {
      look(value.getAsJsonObject(), empty(field, prototype), path + name + ".");
    }
    if (found.getFieldViolationsCount() == before) {
      add(path + name, fault);
    }
  }

  private void lookAtItem(
      FieldDescriptor field,
      String name,
      JsonElement item,
      Message prototype,
      String path,
      int index) {
    JsonArray alone = new JsonArray();
    alone.add(item);
    String fault = fault(name, alone, prototype);
    if (fault == null) {
      return;
    }
    String itemPath = path + name + "[" + index + "]";
    if (isOurs(field) && item.isJsonObject()) {
      int before = found.getFieldViolationsCount();
      look(item.getAsJsonObject(), empty(field, prototype), itemPath + ".");
      if (found.getFieldViolationsCount() > before) {
        return;
      }
    }
    add(itemPath, fault);
  }

  /** Why a field cannot have a value; null if it can. */
  private static @Nullable String fault(String name, JsonElement value, Message prototype) {
    JsonObject alone = new JsonObject();
    alone.add(name, value);
    try {
      JsonFormat.parser().merge(alone.toString(), prototype.newBuilderForType());
      return null;
    } catch (InvalidProtocolBufferException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private void add(String path, String description) {
    if (found.getFieldViolationsCount() < MAX_FAULTS) {
      found.addFieldViolations(
          FieldViolation.newBuilder().setField(path).setDescription(description));
    }
  }

  private static @Nullable FieldDescriptor field(Message prototype, String name) {
    for (FieldDescriptor field : prototype.getDescriptorForType().getFields()) {
      if (field.getJsonName().equals(name) || field.getName().equals(name)) {
        return field;
      }
    }
    return null;
  }

  private static String names(Message prototype) {
    return prototype.getDescriptorForType().getFields().stream()
        .map(FieldDescriptor::getJsonName)
        .collect(Collectors.joining(", "));
  }

  private static boolean isOurs(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && !field.getMessageType().getFullName().startsWith(WELL_KNOWN);
  }

  private static Message empty(FieldDescriptor field, Message prototype) {
    return prototype.newBuilderForType().newBuilderForField(field).buildPartial();
  }
}
