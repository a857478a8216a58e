package dev.tokenguard.http.rpc;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Map;
import java.util.TreeMap;

/** Messages and enums as JSON schemas, by the rules of ProtoJSON. Not thread-safe. */
final class OpenApiSchemas {
  private static final String REFERENCE = "#/components/schemas/";

  private final Comments comments;
  private final Map<String, JsonObject> schemas = new TreeMap<>();

  OpenApiSchemas(Comments comments) {
    this.comments = comments;
  }

  /** All that were asked for, and those that they refer to. */
  JsonObject all() {
    JsonObject all = new JsonObject();
    schemas.forEach(all::add);
    return all;
  }

  void add(String name, JsonObject schema) {
    schemas.put(name, schema);
  }

  /** Refers to a schema by its name. */
  static JsonObject reference(String name) {
    JsonObject reference = new JsonObject();
    reference.addProperty("$ref", REFERENCE + name);
    return reference;
  }

  /** Refers to the schema of a message. */
  JsonObject of(Descriptor message) {
    if (!schemas.containsKey(message.getName())) {
      JsonObject schema = new JsonObject();
      schemas.put(message.getName(), schema); // before its fields, which may be of its own kind
      describe(schema, comments.of(message));
      schema.addProperty("type", "object");
      JsonObject properties = new JsonObject();
      message.getFields().forEach(each -> properties.add(each.getJsonName(), property(each)));
      schema.add("properties", properties);
      schema.addProperty("additionalProperties", false);
    }
    return reference(message.getName());
  }

  private JsonObject property(FieldDescriptor field) {
    JsonObject schema;
    if (field.isMapField()) {
      schema = new JsonObject();
      schema.addProperty("type", "object");
      schema.add("additionalProperties", value(field.getMessageType().findFieldByName("value")));
    } else if (field.isRepeated()) {
      schema = new JsonObject();
      schema.addProperty("type", "array");
      schema.add("items", value(field));
    } else {
      schema = value(field);
    }
    describe(schema, comments.of(field)); // in 3.1 a reference may have a description beside it
    return schema;
  }

  private JsonObject value(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> message(field.getMessageType());
      case ENUM -> of(field.getEnumType());
      case STRING -> type("string", "");
      case BOOLEAN -> type("boolean", "");
      case INT -> type("integer", "int32");
      case DOUBLE, FLOAT -> type("number", "double");
      case BYTE_STRING -> type("string", "byte");
      case LONG -> whole();
    };
  }

  /** Sent as a string, since not every reader of JSON has whole numbers of 64 bits. */
  private static JsonObject whole() {
    JsonObject schema = new JsonObject();
    JsonArray types = new JsonArray();
    types.add("string");
    types.add("integer");
    schema.add("type", types);
    schema.addProperty("format", "int64");
    return schema;
  }

  private JsonObject message(Descriptor message) {
    return switch (message.getFullName()) {
      case "google.protobuf.Timestamp" -> type("string", "date-time");
      case "google.protobuf.FieldMask" -> type("string", "field-mask");
      case "google.protobuf.Duration" -> {
        JsonObject duration = type("string", "duration-seconds");
        duration.addProperty("pattern", "^-?[0-9]+(\\.[0-9]{1,9})?s$");
        yield duration;
      }
      default -> of(message);
    };
  }

  private JsonObject of(EnumDescriptor type) {
    if (!schemas.containsKey(type.getName())) {
      JsonObject schema = type("string", "");
      JsonArray values = new JsonArray();
      StringBuilder text = new StringBuilder(comments.of(type)).append('\n');
      for (EnumValueDescriptor each : type.getValues()) {
        values.add(each.getName());
        text.append("\n- `")
            .append(each.getName())
            .append("`: ")
            .append(comments.of(type, each.getIndex()).replace('\n', ' '));
      }
      schema.add("enum", values);
      describe(schema, text.toString());
      schemas.put(type.getName(), schema);
    }
    return reference(type.getName());
  }

  private static JsonObject type(String type, String format) {
    JsonObject schema = new JsonObject();
    schema.addProperty("type", type);
    if (!format.isEmpty()) {
      schema.addProperty("format", format);
    }
    return schema;
  }

  private static void describe(JsonObject schema, String text) {
    if (!text.isBlank()) {
      schema.addProperty("description", text.strip());
    }
  }
}
