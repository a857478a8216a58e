package dev.tokenguard.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.metrics.GuardMetrics;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers the few paths there are. Nothing here waits for anything. */
final class OpsHandler extends Handler.Abstract.NonBlocking {

  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String JSON = "application/json";
  private static final String ROOT =
      """
      TokenGuard
      /metrics  meters, for Prometheus
      /livez    200 while the process runs
      /readyz   200 while it can do its work, else 503 and why
      /console/ for operators, in a browser
      /openapi.json  what can be called with JSON: POST /tokenguard.v1.<Service>/<Method>
      """;
  private static final Set<String> PATHS = Set.of("/", "/metrics", "/livez", "/readyz");

  private final GuardMetrics metrics;
  private final Supplier<Readiness> readiness;
  private final HttpAccess access;

  OpsHandler(GuardMetrics metrics, Supplier<Readiness> readiness, HttpAccess access) {
    this.metrics = metrics;
    this.readiness = readiness;
    this.access = access;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = Request.getPathInContext(request);
    if (!PATHS.contains(path)) {
      return false;
    }
    Answer answer = answer(request, path);
    if (answer.status == HttpStatus.METHOD_NOT_ALLOWED_405) {
      response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
    }
    if (answer.status == HttpStatus.UNAUTHORIZED_401) {
      response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
    }
    send(response, answer, callback);
    return true;
  }

  /** For requests that are too broken for {@link #handle}. */
  static boolean badRequest(Request request, Response response, Callback callback) {
    int status = response.getStatus() < 400 ? 400 : response.getStatus();
    send(response, text(status, HttpStatus.getMessage(status) + "\n"), callback);
    return true;
  }

  /** For paths that nobody else knows. */
  static boolean notFound(Response response, Callback callback) {
    send(response, text(HttpStatus.NOT_FOUND_404, "Not found; / lists what there is\n"), callback);
    return true;
  }

  private Answer answer(Request request, String path) {
    if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
      return text(HttpStatus.METHOD_NOT_ALLOWED_405, "Only GET and HEAD\n");
    }
    Optional<HttpAccess.Denied> denied = access.refuse(request, "GET " + path);
    if (denied.isPresent()) {
      return text(denied.get().status(), denied.get().message() + "\n");
    }
    return switch (path) {
      case "/metrics" -> metrics(request);
      case "/livez" -> text(HttpStatus.OK_200, "alive\n");
      case "/readyz" -> readyz();
      default -> text(HttpStatus.OK_200, ROOT);
    };
  }

  private Answer metrics(Request request) {
    GuardMetrics.Scrape scrape = metrics.scrape(request.getHeaders().get(HttpHeader.ACCEPT));
    return new Answer(HttpStatus.OK_200, scrape.contentType(), scrape.body());
  }

  private Answer readyz() {
    Readiness now = readiness.get();
    String json = "{\"ready\":" + now.ready() + ",\"reason\":\"" + escaped(now.reason()) + "\"}\n";
    int status = now.ready() ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503;
    return new Answer(status, JSON, json.getBytes(UTF_8));
  }

  private static void send(Response response, Answer answer, Callback callback) {
    response.setStatus(answer.status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.body.length);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    response.write(true, ByteBuffer.wrap(answer.body), callback);
  }

  private static Answer text(int status, String body) {
    return new Answer(status, TEXT, body.getBytes(UTF_8));
  }

  private static String escaped(String text) {
    StringBuilder json = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else {
        json.append(c < ' ' ? ' ' : c);
      }
    }
    return json.toString();
  }

  @SuppressWarnings("ArrayRecordComponent") // written once, to one socket
  private record Answer(int status, String contentType, byte[] body) {}
}
