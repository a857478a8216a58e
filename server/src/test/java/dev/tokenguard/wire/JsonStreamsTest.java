package dev.tokenguard.wire;

import static dev.tokenguard.wire.Json.ADMIN;
import static dev.tokenguard.wire.Json.GUARD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tokenguard.testing.Keys;
import dev.tokenguard.wire.Json.Reply;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams over HTTP: balances as events, exports as files. */
class JsonStreamsTest {
  @TempDir static Path folder;
  private static WireServer server;
  private static Json json;

  @BeforeAll
  static void start() throws Exception {
    server = WireServer.start(folder, "http.receive_timeout=1s", "watch.interval=100ms");
    json = new Json(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<InputStream> open(String rpc, String message, String key)
      throws Exception {
    return HttpClient.newHttpClient()
        .send(json.post(rpc, message, key), BodyHandlers.ofInputStream());
  }

  /** An event: its name, its id, and what it tells. */
  private record Event(String name, String id, JsonObject data) {
    static Event next(BufferedReader lines) throws IOException {
      String name = "";
      String id = "";
      JsonObject data = null;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isEmpty() && data != null) {
          return new Event(name, id, data);
        } else if (line.startsWith("event: ")) {
          name = line.substring(7);
        } else if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("data: ")) {
          data = JsonParser.parseString(line.substring(6)).getAsJsonObject();
        }
      }
      throw new AssertionError("the stream has ended");
    }

    String available() {
      return data.getAsJsonObject("account")
          .getAsJsonArray("balances")
          .get(0)
          .getAsJsonObject()
          .get("available")
          .getAsString();
    }
  }

  private static BufferedReader lines(HttpResponse<InputStream> response) {
    return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  @Test
  void aBalanceIsToldAsItChanges() throws Exception {
    HttpResponse<InputStream> response =
        open(
            GUARD + "WatchBalance",
            "{\"accountId\":\"ann\",\"tokenTypes\":[\"website\"]}",
            Keys.ADMIN);
    assertEquals(200, response.statusCode());
    assertEquals("text/event-stream", response.headers().firstValue("Content-Type").orElse(""));
    try (BufferedReader lines = lines(response)) {
      Event first = Event.next(lines);
      assertEquals("message", first.name);
      assertEquals("5", first.available());

      json.call(
          GUARD + "Consume",
          "{\"accountId\":\"ann\",\"feature\":\"create_website\",\"reservationId\":\"w1\"}");

      Event second = Event.next(lines);
      assertEquals("4", second.available());
      assertTrue(Long.parseLong(second.id) > Long.parseLong(first.id.isEmpty() ? "0" : first.id));
    }
  }

  /** Nothing to tell for longer than a request may take to arrive: the stream stays open. */
  @Test
  void aQuietStreamIsNotCutOff() throws Exception {
    try (BufferedReader lines =
        lines(open(GUARD + "WatchBalance", "{\"accountId\":\"quiet\"}", Keys.ADMIN))) {
      Event.next(lines);
      String comment = lines.readLine();
      assertEquals(":", comment, "a comment, when nothing else is told");
    }
  }

  @Test
  void whatCannotBeWatchedIsAnErrorAndNoStream() {
    Reply bad =
        json.send(json.post(GUARD + "WatchBalance", "{\"accountId\":\"no good\"}", Keys.ADMIN));
    assertEquals(400, bad.status());
    Reply stranger =
        json.send(json.post(GUARD + "WatchBalance", "{\"accountId\":\"ann\"}", "tg_nobody"));
    assertEquals(401, stranger.status());
  }

  @Test
  void aWatchEndsWithAnErrorWhenTheServerStops() throws Exception {
    try (WireServer other = WireServer.start(folder.resolve("other"), "grpc.drain=1s")) {
      Json there = new Json(other);
      HttpResponse<InputStream> response =
          HttpClient.newHttpClient()
              .send(
                  there.post(GUARD + "WatchBalance", "{\"accountId\":\"ann\"}", Keys.ADMIN),
                  BodyHandlers.ofInputStream());
      try (BufferedReader lines = lines(response)) {
        Event.next(lines);
        Thread stopping = new Thread(other::close);
        stopping.start();
        Event last = Event.next(lines);
        assertEquals("error", last.name);
        assertEquals("unavailable", last.data.get("code").getAsString());
        stopping.join();
      }
    }
  }

  @Test
  void anExportIsAFile() throws Exception {
    json.call(
        GUARD + "Consume",
        "{\"accountId\":\"exp\",\"feature\":\"create_website\",\"reservationId\":\"e1\"}");
    HttpResponse<InputStream> csv =
        open(ADMIN + "Export", "{\"kind\":\"EXPORT_KIND_BALANCES\"}", Keys.ADMIN);
    assertEquals(
        "text/csv; charset=utf-8",
        csv.headers().firstValue("Content-Type").orElse("").replace("UTF", "utf"));
    assertEquals(
        "attachment; filename=\"tokenguard-balances.csv\"",
        csv.headers().firstValue("Content-Disposition").orElse(""));
    String text = new String(csv.body().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(text.startsWith("account_id,") && text.contains("\r\nexp,free,website,5,1,"), text);

    HttpResponse<InputStream> rows =
        open(
            ADMIN + "Export",
            "{\"kind\":\"EXPORT_KIND_TRANSACTIONS\",\"format\":\"EXPORT_FORMAT_JSON_LINES\","
                + "\"accountId\":\"exp\"}",
            Keys.ADMIN);
    assertEquals("application/jsonl", rows.headers().firstValue("Content-Type").orElse(""));
    long lines = new String(rows.body().readAllBytes(), StandardCharsets.UTF_8).lines().count();
    assertTrue(lines >= 2, lines + " lines");
  }

  @Test
  void anExportThatNobodyMaySeeIsAnError() {
    Reply refused =
        json.send(json.post(ADMIN + "Export", "{\"kind\":\"EXPORT_KIND_BALANCES\"}", null));
    assertEquals(401, refused.status());
    Reply bad = json.send(json.post(ADMIN + "Export", "{}", Keys.ADMIN));
    assertEquals(400, bad.status());
    assertEquals("invalid_argument", bad.at("code"));
  }

  /** Half a file must not look like a whole one. */
  @Test
  void anExportThatBreaksOffBreaksTheConnection() throws Exception {
    try (WireServer other =
        WireServer.start(folder.resolve("cut"), "redis.command_timeout=500ms")) {
      Json there = new Json(other);
      for (int i = 0; i < 400; i++) {
        there.call(
            GUARD + "Consume",
            "{\"accountId\":\"a"
                + i
                + "\",\"feature\":\"create_website\",\"reservationId\":\"e1\","
                + "\"metadata\":{\"note\":\""
                + "x".repeat(500)
                + "\"}}");
      }
      HttpResponse<InputStream> file =
          HttpClient.newHttpClient()
              .send(
                  there.post(
                      ADMIN + "Export", "{\"kind\":\"EXPORT_KIND_TRANSACTIONS\"}", Keys.ADMIN),
                  BodyHandlers.ofInputStream());
      assertEquals(200, file.statusCode());
      file.body().readNBytes(100);
      ProcessHandle redis = ProcessHandle.of(other.redisPid()).orElseThrow();
      redis.destroyForcibly();
      assertThrows(IOException.class, () -> file.body().readAllBytes());
    }
  }
}
