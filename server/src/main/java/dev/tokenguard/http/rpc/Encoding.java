package dev.tokenguard.http.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import io.grpc.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How messages are written. */
enum Encoding {
  /** ProtoJSON, strictly. Zeros and empty lists are written too: a balance of 0 is a number. */
  JSON("json") {
    @Override
    Message read(byte[] bytes, Message prototype) throws BadMessageException {
      JsonElement json;
      String text;
      try {
        text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        json = StrictJson.read(text);
      } catch (CharacterCodingException e) {
        throw bad("the message is no UTF-8");
      } catch (IOException e) {
        throw bad("the message is no JSON: " + e.getMessage());
      }
      if (!json.isJsonObject()) {
        throw bad("the message is no JSON object (expected: {...})");
      }
      Message.Builder builder = prototype.newBuilderForType();
      try {
        JsonFormat.parser().merge(text, builder);
      } catch (InvalidProtocolBufferException e) {
        BadRequest faults = JsonFaults.of(json.getAsJsonObject(), prototype);
        throw new BadMessageException(ConnectError.badInput(said(e, faults), faults));
      }
      return builder.build();
    }

    @Override
    byte[] write(Message message) {
      try {
        return PRINTER.print(message).getBytes(UTF_8);
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException(e); // only an Any that is not known
      }
    }
  },

  /** The binary form. */
  PROTO("proto") {
    @Override
    Message read(byte[] bytes, Message prototype) throws BadMessageException {
      try {
        return prototype.getParserForType().parseFrom(bytes);
      } catch (InvalidProtocolBufferException e) {
        throw bad(
            "the message is no "
                + prototype.getDescriptorForType().getName()
                + ": "
                + e.getMessage());
      }
    }

    @Override
    byte[] write(Message message) {
      return message.toByteArray();
    }
  };

  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().omittingInsignificantWhitespace().alwaysPrintFieldsWithNoPresence();

  private final String shortName;

  Encoding(String shortName) {
    this.shortName = shortName;
  }

  /** The encoding of a body. */
  static Optional<Encoding> ofContentType(String contentType) {
    String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", 2);
    boolean otherCharset =
        parts.length > 1 && !parts[1].replace("\"", "").strip().matches("(charset=utf-8)?");
    return otherCharset
        ? Optional.empty()
        : Arrays.stream(values())
            .filter(each -> each.contentType().equals(parts[0].strip()))
            .findFirst();
  }

  /** The encoding of a query, by its short name. */
  static Optional<Encoding> named(String name) {
    return Arrays.stream(values()).filter(each -> each.shortName.equals(name)).findFirst();
  }

  /** What a body may be, for people and for the header Accept-Post. */
  static String contentTypes() {
    return Arrays.stream(values()).map(Encoding::contentType).collect(Collectors.joining(", "));
  }

  String contentType() {
    return "application/" + shortName;
  }

  /**
   * Reads a message.
   *
   * @param prototype an empty one
   */
  abstract Message read(byte[] bytes, Message prototype) throws BadMessageException;

  abstract byte[] write(Message message);

  private static String said(InvalidProtocolBufferException e, BadRequest faults) {
    return faults.getFieldViolationsCount() == 0
        ? String.valueOf(e.getMessage())
        : faults.getFieldViolationsList().stream()
            .map(each -> each.getField() + ": " + each.getDescription())
            .collect(Collectors.joining("; "));
  }

  private static BadMessageException bad(String message) {
    return new BadMessageException(ConnectError.of(Status.Code.INVALID_ARGUMENT, message));
  }
}
