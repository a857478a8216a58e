package dev.tokenguard.command;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;

/**
 * Messages in the JSON mapping of protobuf: names in camel case, 64-bit numbers as strings. Fields
 * that are 0 or empty are told too, so that a script finds {@code .available} when it is 0.
 */
final class Json {
  private static final JsonFormat.Printer DOCUMENT =
      JsonFormat.printer().alwaysPrintFieldsWithNoPresence();
  private static final JsonFormat.Printer LINE = DOCUMENT.omittingInsignificantWhitespace();

  private Json() {}

  static String document(MessageOrBuilder message) {
    return print(DOCUMENT, message);
  }

  static String line(MessageOrBuilder message) {
    return print(LINE, message);
  }

  private static String print(JsonFormat.Printer printer, MessageOrBuilder message) {
    try {
      return printer.print(message);
    } catch (InvalidProtocolBufferException e) {
      // Only an Any of an unknown type cannot be printed, and no answer has an Any.
      throw new IllegalStateException(e);
    }
  }
}
