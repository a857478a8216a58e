package dev.tokenguard.http.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An error as the Connect protocol tells it.
 *
 * @param code of gRPC
 * @param message for people
 * @param details messages of google.rpc
 */
record ConnectError(Status.Code code, String message, List<Any> details) {
  private static final Map<String, Message> KNOWN =
      Map.of(
          "google.rpc.ErrorInfo", ErrorInfo.getDefaultInstance(),
          "google.rpc.BadRequest", BadRequest.getDefaultInstance(),
          "google.rpc.RetryInfo", RetryInfo.getDefaultInstance());

  static ConnectError of(Status.Code code, String message) {
    return new ConnectError(code, message, List.of());
  }

  /** The input was wrong, in these fields. */
  static ConnectError badInput(String message, BadRequest violations) {
    Any info =
        Any.pack(
            ErrorInfo.newBuilder()
                .setDomain("tokenguard.dev")
                .setReason("INVALID_REQUEST")
                .build());
    return new ConnectError(
        Status.Code.INVALID_ARGUMENT,
        message,
        violations.getFieldViolationsCount() == 0
            ? List.of(info)
            : List.of(info, Any.pack(violations)));
  }

  /** The end of a gRPC call that failed. */
  static ConnectError of(Status status, Metadata trailers) {
    com.google.rpc.Status rich = StatusProto.fromStatusAndTrailers(status, trailers);
    String said = status.getDescription();
    return new ConnectError(
        status.getCode(),
        said == null ? "" : said,
        rich == null ? List.of() : rich.getDetailsList());
  }

  /** As https://connectrpc.com/docs/protocol#error-codes says. */
  int httpStatus() {
    return switch (code) {
      case OK -> 200;
      case CANCELLED -> 499;
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND -> 404;
      case ALREADY_EXISTS, ABORTED -> 409;
      case RESOURCE_EXHAUSTED -> 429;
      case UNIMPLEMENTED -> 501;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
      case UNKNOWN, INTERNAL, DATA_LOSS -> 500;
    };
  }

  /** After how many seconds the call may be repeated; 0 where nothing is said of it. */
  long retryAfterSeconds() {
    for (Any detail : details) {
      if (detail.is(RetryInfo.class)) {
        try {
          com.google.protobuf.Duration delay = detail.unpack(RetryInfo.class).getRetryDelay();
          return delay.getSeconds() + (delay.getNanos() > 0 ? 1 : 0);
        } catch (InvalidProtocolBufferException e) {
          return 0;
        }
      }
    }
    return 0;
  }

  byte[] json() {
    JsonObject error = new JsonObject();
    error.addProperty(
        "code", code == Status.Code.CANCELLED ? "canceled" : code.name().toLowerCase(Locale.ROOT));
    error.addProperty("message", message);
    if (!details.isEmpty()) {
      JsonArray all = new JsonArray();
      details.forEach(each -> all.add(detail(each)));
      error.add("details", all);
    }
    return error.toString().getBytes(UTF_8);
  }

  private static JsonObject detail(Any detail) {
    String type = detail.getTypeUrl().substring(detail.getTypeUrl().lastIndexOf('/') + 1);
    JsonObject json = new JsonObject();
    json.addProperty("type", type);
    json.addProperty(
        "value",
        Base64.getEncoder().withoutPadding().encodeToString(detail.getValue().toByteArray()));
    Message known = KNOWN.get(type);
    if (known != null) {
      try {
        Message read = known.getParserForType().parseFrom(detail.getValue());
        json.add("debug", JsonParser.parseString(JsonFormat.printer().print(read)));
      } catch (InvalidProtocolBufferException e) {
        return json; // "debug" is for people, and may be left out
      }
    }
    return json;
  }
}
