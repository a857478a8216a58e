package dev.tokenguard.http.rpc;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Describes what can be called over HTTP, as https://spec.openapis.org/oas/v3.1.1.html has it: made
 * of the proto files, so that there is nothing to keep up to date.
 */
final class OpenApi {
  private static final String ERROR = "Error";

  private static final JsonElement ERROR_SCHEMA =
      JsonParser.parseString(
          """
          {"type": "object",
           "description": "A fault, as the Connect protocol tells it. A denial is no fault: it is an outcome of the call.",
           "required": ["code"],
           "properties": {
             "code": {"type": "string", "description": "The gRPC code, such as `not_found`.",
               "enum": ["canceled", "unknown", "invalid_argument", "deadline_exceeded", "not_found",
                 "already_exists", "permission_denied", "resource_exhausted", "failed_precondition", "aborted",
                 "out_of_range", "unimplemented", "internal", "unavailable", "data_loss", "unauthenticated"]},
             "message": {"type": "string", "description": "What is wrong and what to do, for people."},
             "details": {"type": "array", "items": {"type": "object", "properties": {
               "type": {"type": "string", "description": "Such as `google.rpc.ErrorInfo`, whose reason is stable."},
               "value": {"type": "string", "description": "The message, in base64."},
               "debug": {"description": "The same in JSON, for people."}}}}}}
          """);

  private final RpcTable rpcs;
  private final String version;
  private final Comments comments;
  private final OpenApiSchemas schemas;

  private OpenApi(RpcTable rpcs, String version, Comments comments) {
    this.rpcs = rpcs;
    this.version = version;
    this.comments = comments;
    this.schemas = new OpenApiSchemas(comments);
  }

  /**
   * The description, in JSON.
   *
   * @param version of the server
   */
  static String describe(RpcTable rpcs, String version) throws IOException {
    return new OpenApi(rpcs, version, Comments.load()).document().toString();
  }

  private JsonObject document() {
    JsonObject document = new JsonObject();
    document.addProperty("openapi", "3.1.0");
    document.add("info", info());
    document.add("security", JsonParser.parseString("[{\"bearer\": []}, {}]"));
    document.add("tags", tags());
    JsonObject paths = new JsonObject();
    for (Rpc rpc : rpcs.all()) {
      JsonObject operations = new JsonObject();
      if (rpc.isSafe()) {
        operations.add("get", operation(rpc, true));
      }
      operations.add("post", operation(rpc, false));
      paths.add(rpc.path(), operations);
    }
    document.add("paths", paths);
    schemas.add(ERROR, ERROR_SCHEMA.getAsJsonObject());
    JsonObject components = new JsonObject();
    components.add("schemas", schemas.all());
    components.add(
        "securitySchemes",
        JsonParser.parseString(
            "{\"bearer\": {\"type\": \"http\", \"scheme\": \"bearer\","
                + " \"description\": \"An API key, a JWT, or a display token.\"}}"));
    document.add("components", components);
    return document;
  }

  private JsonObject info() {
    JsonObject info = new JsonObject();
    info.addProperty("title", "TokenGuard");
    info.addProperty("version", version);
    info.addProperty(
        "description",
        "The RPCs of TokenGuard in JSON, by the unary rules of the Connect protocol"
            + " (https://connectrpc.com/docs/protocol). Whole numbers of 64 bits are strings.");
    info.add(
        "license",
        JsonParser.parseString("{\"name\": \"Apache-2.0\", \"identifier\": \"Apache-2.0\"}"));
    return info;
  }

  private JsonArray tags() {
    Set<ServiceDescriptor> services = new LinkedHashSet<>();
    rpcs.all().forEach(each -> services.add(each.schema().getService()));
    JsonArray tags = new JsonArray();
    for (ServiceDescriptor service : services) {
      JsonObject tag = new JsonObject();
      tag.addProperty("name", service.getName());
      tag.addProperty("description", comments.of(service));
      tags.add(tag);
    }
    return tags;
  }

  private JsonObject operation(Rpc rpc, boolean get) {
    JsonObject operation = new JsonObject();
    JsonArray tags = new JsonArray();
    tags.add(rpc.schema().getService().getName());
    operation.add("tags", tags);
    operation.addProperty("operationId", rpc.schema().getName() + (get ? "_get" : ""));
    String text = comments.of(rpc.schema());
    operation.addProperty("summary", firstSentence(text));
    operation.addProperty("description", text);
    JsonObject request = schemas.of(rpc.schema().getInputType());
    operation.add("parameters", get ? query(request) : timeout());
    if (!get) {
      JsonObject body = new JsonObject();
      body.addProperty("required", true);
      body.add("content", content("application/json", request));
      operation.add("requestBody", body);
    }
    operation.add("responses", responses(rpc));
    return operation;
  }

  private JsonObject responses(Rpc rpc) {
    JsonObject done = new JsonObject();
    done.addProperty("description", rpc.isStream() ? streamed(rpc) : "Done.");
    JsonObject response = schemas.of(rpc.schema().getOutputType());
    if (!rpc.isStream()) {
      done.add("content", content("application/json", response));
    } else if (isExport(rpc)) {
      JsonObject files = content("text/csv", JsonParser.parseString("{\"type\": \"string\"}"));
      files.add("application/jsonl", files.get("text/csv").deepCopy());
      done.add("content", files);
    } else {
      done.add("content", content("text/event-stream", response));
    }
    JsonObject failed = new JsonObject();
    failed.addProperty("description", "A fault.");
    failed.add("content", content("application/json", OpenApiSchemas.reference(ERROR)));
    JsonObject responses = new JsonObject();
    responses.add("200", done);
    responses.add("default", failed);
    return responses;
  }

  private static boolean isExport(Rpc rpc) {
    return rpc.schema().getOutputType().findFieldByName("data") != null;
  }

  private static String streamed(Rpc rpc) {
    return isExport(rpc)
        ? "The file. A connection that breaks off means that it is not whole."
        : "Server-sent events: `message` with the schema below and the revision as `id`; `error` with the"
            + " fault that ended the stream.";
  }

  private static JsonArray timeout() {
    return JsonParser.parseString(
            """
            [{"name": "Connect-Timeout-Ms", "in": "header", "required": false,
              "description": "The deadline, in milliseconds from now.",
              "schema": {"type": "integer", "minimum": 0, "maximum": 9999999999}}]
            """)
        .getAsJsonArray();
  }

  private static JsonArray query(JsonObject request) {
    JsonArray parameters =
        JsonParser.parseString(
                """
                [{"name": "encoding", "in": "query", "required": false,
                  "schema": {"type": "string", "enum": ["json"], "default": "json"}},
                 {"name": "base64", "in": "query", "required": false,
                  "description": "`1` if the message is in URL-safe base64.", "schema": {"type": "string"}},
                 {"name": "connect", "in": "query", "required": false, "schema": {"type": "string", "enum": ["v1"]}}]
                """)
            .getAsJsonArray();
    JsonObject message = new JsonObject();
    message.addProperty("name", "message");
    message.addProperty("in", "query");
    message.addProperty("required", true);
    message.add("content", content("application/json", request));
    parameters.add(message);
    parameters.addAll(timeout());
    return parameters;
  }

  private static JsonObject content(String type, JsonElement schema) {
    JsonObject media = new JsonObject();
    media.add("schema", schema);
    JsonObject content = new JsonObject();
    content.add(type, media);
    return content;
  }

  private static String firstSentence(String text) {
    int end = text.indexOf(". ");
    int line = text.indexOf('\n');
    int cut = end < 0 ? line : line < 0 ? end : Math.min(end, line);
    String sentence = cut < 0 ? text : text.substring(0, cut);
    return sentence.replaceFirst("[.:]$", "");
  }
}
