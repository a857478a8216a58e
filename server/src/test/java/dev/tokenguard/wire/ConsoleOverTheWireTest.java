package dev.tokenguard.wire;

import static dev.tokenguard.wire.Json.ADMIN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tokenguard.auth.Rights;
import dev.tokenguard.testing.Keys;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The console's files, its session, and who else may call from a browser. */
class ConsoleOverTheWireTest {
  private static final String HEADER = "X-TokenGuard-Console";
  private static final String SHOP = "https://shop.example";

  @TempDir static Path folder;
  private static WireServer server;
  private static Json json;

  @BeforeAll
  static void start() throws Exception {
    server = WireServer.start(folder, "http.cors_origins=" + SHOP);
    json = new Json(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> get(String path, String... headers) {
    HttpRequest.Builder request = json.to(path);
    return json.text(headers.length == 0 ? request.build() : request.headers(headers).build());
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  void thePageMayLoadNothingOfOthers() {
    HttpResponse<String> page = get("/console/");
    assertEquals(200, page.statusCode());
    assertEquals("text/html;charset=utf-8", header(page, "Content-Type").replace(" ", ""));
    String policy = header(page, "Content-Security-Policy");
    assertTrue(policy.startsWith("default-src 'none'; script-src 'self'"), policy);
    assertTrue(!policy.contains("unsafe") && !policy.contains("*"), policy);
    assertEquals("nosniff", header(page, "X-Content-Type-Options"));
    assertEquals("DENY", header(page, "X-Frame-Options"));
    assertEquals(308, get("/console").statusCode());
  }

  @Test
  void whatHasNotChangedIsNotSentAgain() {
    String etag = header(get("/console/"), "ETag");
    HttpResponse<String> again = get("/console/", "If-None-Match", etag);
    assertEquals(304, again.statusCode());
    assertEquals("", again.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/console/nope.js",
        "/console/%2e%2e/display/token-display.js",
        "/console/..%2f..%2fdemo/catalog.yaml",
        "/console/.hidden.js",
        "/console/lib/no-such/x.js",
        "/console/lib/lit-html/..%2f..%2fpom.properties",
        "/console/package-info.class",
        "/console/messages",
      })
  void otherFilesAreNotServed(String path) {
    int status = get(path).statusCode();
    assertTrue(status == 404 || status == 400, path + " " + status);
  }

  private static HttpRequest.Builder session(String method) {
    return json.to("/console/session")
        .setHeader(HEADER, "1")
        .method(method, BodyPublishers.noBody());
  }

  private static HttpResponse<String> signIn(String key) {
    return json.text(session("POST").setHeader("Authorization", "Bearer " + key).build());
  }

  private static int list(String... headers) {
    HttpRequest.Builder request =
        json.to("/" + ADMIN + "ListAccounts")
            .setHeader("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{}"));
    return json.text(request.headers(headers).build()).statusCode();
  }

  @Test
  void whoSignsInGetsACookieThatTellsNothing() {
    HttpResponse<String> signedIn = signIn(Keys.ADMIN);
    assertEquals(204, signedIn.statusCode());
    String cookie = header(signedIn, "Set-Cookie");
    for (String part : List.of("HttpOnly", "SameSite=Strict", "Path=/")) {
      assertTrue(cookie.contains(part), cookie);
    }
    assertTrue(!cookie.contains(Keys.ADMIN.substring(3)), "the key itself");
    String value = cookie.substring(0, cookie.indexOf(';'));

    assertEquals(200, list("Cookie", value, HEADER, "1"));
    assertEquals(401, list("Cookie", value), "a form of another page sends no header");
    assertEquals(401, list("Cookie", value.substring(0, value.length() - 2) + "AA", HEADER, "1"));
    assertTrue(
        json.text(session("GET").setHeader("Cookie", value).build())
            .body()
            .contains("\"signed_in\":true"));
    assertTrue(json.text(session("GET").build()).body().contains("\"signed_in\":false"));
  }

  @Test
  void whoShowsNoGoodKeyIsNotSignedIn() {
    HttpResponse<String> refused = signIn("tg_nobody");
    assertEquals(401, refused.statusCode());
    assertEquals("", header(refused, "Set-Cookie"));
    assertEquals(401, json.text(session("POST").build()).statusCode());
    assertEquals(
        403,
        json.text(
                json.to("/console/session")
                    .setHeader("Authorization", "Bearer " + Keys.ADMIN)
                    .POST(BodyPublishers.noBody())
                    .build())
            .statusCode(),
        "without the header");
  }

  @Test
  void signingOutTakesTheCookieAway() {
    HttpResponse<String> out = json.text(session("DELETE").build());
    assertEquals(204, out.statusCode());
    assertTrue(
        header(out, "Set-Cookie").contains("Expires=Thu, 01 Jan 1970"), header(out, "Set-Cookie"));
    assertEquals(405, json.text(session("PUT").build()).statusCode());
  }

  private static HttpResponse<String> preflight(String origin) {
    return json.text(
        json.to("/" + ADMIN + "ListAccounts")
            .method("OPTIONS", BodyPublishers.noBody())
            .headers(
                "Origin", origin,
                "Access-Control-Request-Method", "POST",
                "Access-Control-Request-Headers", "authorization, content-type")
            .build());
  }

  @Test
  void pagesOfNamedOriginsMayCall() {
    HttpResponse<String> allowed = preflight(SHOP);
    assertEquals(SHOP, header(allowed, "Access-Control-Allow-Origin"));
    assertTrue(!header(allowed, "Access-Control-Allow-Headers").contains(HEADER));
    assertEquals("", header(allowed, "Access-Control-Allow-Credentials"));
    for (String other :
        List.of("https://evil.example", "https://shop.example.evil.example", "null")) {
      assertEquals("", header(preflight(other), "Access-Control-Allow-Origin"), other);
    }
  }

  @Test
  void everyRpcIsDescribed() {
    HttpResponse<String> description = get("/openapi.json");
    assertEquals("application/json", header(description, "Content-Type"));
    JsonObject api = JsonParser.parseString(description.body()).getAsJsonObject();
    assertEquals("3.1.0", api.get("openapi").getAsString());
    long rpcs =
        Rights.table().keySet().stream()
            .filter(call -> call.startsWith("tokenguard."))
            .peek(call -> assertTrue(api.getAsJsonObject("paths").has("/" + call), call))
            .count();
    assertEquals(rpcs, api.getAsJsonObject("paths").size());
    assertEveryReferenceIsThere(
        description.body(), api.getAsJsonObject("components").getAsJsonObject("schemas"));
    assertTrue(
        api.getAsJsonObject("components")
            .getAsJsonObject("schemas")
            .getAsJsonObject("Balance")
            .has("description"),
        "comments of the proto files");
  }

  private static void assertEveryReferenceIsThere(String text, JsonObject schemas) {
    Matcher reference = Pattern.compile("#/components/schemas/(\\w+)").matcher(text);
    int found = 0;
    while (reference.find()) {
      assertTrue(schemas.has(reference.group(1)), reference.group(1));
      found++;
    }
    assertTrue(found > 100, found + " references");
  }
}
