package dev.tokenguard.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tokenguard.testing.Keys;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Calls RPCs in JSON, as a service without gRPC would. */
final class Json {
  static final String GUARD = "tokenguard.v1.TokenGuardService/";
  static final String ADMIN = "tokenguard.v1.TokenAdminService/";

  private final HttpClient client = HttpClient.newHttpClient();
  private final String uri;

  Json(WireServer server) {
    this.uri = server.httpUri();
  }

  /**
   * An answer.
   *
   * @param status of HTTP
   * @param body in JSON
   * @param headers of the response
   */
  record Reply(int status, JsonObject body, java.net.http.HttpHeaders headers) {

    /** The value at a path such as {@code account.balances[0].available}; "" for none. */
    String at(String path) {
      JsonElement value = body;
      for (String name : path.replace("]", "").split("[.\\[]")) {
        value =
            value instanceof JsonArray array
                ? array.get(Integer.parseInt(name))
                : value instanceof JsonObject object ? object.get(name) : null;
      }
      return value == null ? "" : value.isJsonPrimitive() ? value.getAsString() : value.toString();
    }

    /** The fields that were wrong. */
    List<String> fields() {
      List<String> fields = new ArrayList<>();
      JsonArray details = body.getAsJsonArray("details");
      for (JsonElement each : details == null ? new JsonArray() : details) {
        JsonElement wrong = each.getAsJsonObject().getAsJsonObject("debug").get("fieldViolations");
        if (wrong != null) {
          wrong
              .getAsJsonArray()
              .forEach(f -> fields.add(f.getAsJsonObject().get("field").getAsString()));
        }
      }
      return fields;
    }
  }

  /** Calls as an administrator, and expects it to work. */
  Reply call(String rpc, String message) {
    Reply reply = send(post(rpc, message, Keys.ADMIN));
    assertEquals(200, reply.status, reply.body.toString());
    return reply;
  }

  Reply send(HttpRequest request) {
    HttpResponse<String> response = text(request);
    String type = response.headers().firstValue("Content-Type").orElse("");
    assertEquals("application/json", type, response.body());
    return new Reply(
        response.statusCode(),
        JsonParser.parseString(response.body()).getAsJsonObject(),
        response.headers());
  }

  HttpResponse<String> text(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  HttpRequest post(String rpc, String message, @Nullable String key) {
    return post(rpc, message, key, builder -> builder);
  }

  HttpRequest post(
      String rpc, String message, @Nullable String key, UnaryOperator<HttpRequest.Builder> more) {
    HttpRequest.Builder request =
        to("/" + rpc)
            .setHeader("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(message));
    if (key != null) {
      request.setHeader("Authorization", "Bearer " + key);
    }
    return more.apply(request).build();
  }

  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(uri + path)).timeout(Duration.ofSeconds(60));
  }
}
