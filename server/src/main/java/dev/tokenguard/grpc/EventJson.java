package dev.tokenguard.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Messages as admin events keep them: JSON with the names of the protocol, on one line. */
final class EventJson {
  /** UTF-8 bytes of a text at most; more is what nobody reads, and what fills the store. */
  static final int MAX_BYTES = 4096;

  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer()
          .preservingProtoFieldNames()
          .omittingInsignificantWhitespace()
          .sortingMapKeys();

  private EventJson() {}

  /** All of a message that is set; empty for nothing. */
  static String of(Message message) {
    return message.getAllFields().isEmpty() ? "" : bounded(printed(PRINTER, message));
  }

  /** Some fields of a message, also where they have no value; empty for no fields. */
  static String of(Message message, Collection<String> names) {
    Set<FieldDescriptor> shown = new HashSet<>();
    Message.Builder some = message.newBuilderForType();
    for (String name : names) {
      FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
      if (field == null) {
        continue;
      }
      some.setField(field, message.getField(field));
      if (field.hasPresence() && !message.hasField(field)) {
        some.clearField(field);
      } else if (!field.hasPresence()) {
        shown.add(field);
      }
    }
    return names.isEmpty()
        ? ""
        : bounded(
            printed(
                shown.isEmpty() ? PRINTER : PRINTER.includingDefaultValueFields(shown),
                some.build()));
  }

  /** Those of these fields that differ between two messages of one type. */
  static List<String> differing(Message one, Message other, Collection<String> names) {
    return names.stream()
        .filter(
            name -> {
              FieldDescriptor field = one.getDescriptorForType().findFieldByName(name);
              return field != null && !one.getField(field).equals(other.getField(field));
            })
        .sorted()
        .toList();
  }

  private static String printed(JsonFormat.Printer printer, Message message) {
    try {
      return printer.print(message);
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      // A time of no calendar, which no check lets through.
      return "{}";
    }
  }

  private static String bounded(String json) {
    int bytes = json.length() > MAX_BYTES ? json.length() : json.getBytes(UTF_8).length;
    return bytes > MAX_BYTES ? "{\"omitted_bytes\":" + bytes + "}" : json;
  }
}
