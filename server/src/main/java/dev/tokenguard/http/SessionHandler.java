package dev.tokenguard.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Signs in to the console with POST, out with DELETE, and says with GET who is. Thread-safe. */
final class SessionHandler extends Handler.Abstract.NonBlocking {
  private static final String PATH = "/console/session";

  /** What everybody may call who is let in at all. */
  private static final String ANYTHING = "tokenguard.v1.TokenAdminService/GetCaller";

  private final HttpAccess access;
  private final Sessions sessions;

  /**
   * A handler.
   *
   * @param access who is let in, by a session too
   * @param sessions those that it begins
   */
  SessionHandler(HttpAccess access, Sessions sessions) {
    this.access = access;
    this.sessions = sessions;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    if (!Request.getPathInContext(request).equals(PATH)) {
      return false;
    }
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    if (!Sessions.isOfConsole(request)) {
      answer(
          response,
          HttpStatus.FORBIDDEN_403,
          "only for the console (expected: the header " + Sessions.HEADER + ": 1)",
          callback);
      return true;
    }
    switch (request.getMethod()) {
      case "GET" -> tell(request, response, callback);
      case "POST" -> signIn(request, response, callback);
      case "DELETE" -> {
        Response.putCookie(response, Sessions.signOut(request.isSecure()));
        response.setStatus(HttpStatus.NO_CONTENT_204);
        response.write(true, null, callback);
      }
      default -> {
        response.getHeaders().put(HttpHeader.ALLOW, "GET, POST, DELETE");
        answer(response, HttpStatus.METHOD_NOT_ALLOWED_405, "GET, POST or DELETE only", callback);
      }
    }
    return true;
  }

  private void tell(Request request, Response response, Callback callback) {
    boolean signedIn = sessions.authorization(request).isPresent();
    boolean letIn = access.refuse(request, ANYTHING).isEmpty();
    byte[] json =
        ("{\"signed_in\":" + (signedIn && letIn) + ",\"needed\":" + (signedIn || !letIn) + "}\n")
            .getBytes(UTF_8);
    response.setStatus(HttpStatus.OK_200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    response.write(true, ByteBuffer.wrap(json), callback);
  }

  private void signIn(Request request, Response response, Callback callback) {
    String authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    if (authorization == null) {
      answer(
          response,
          HttpStatus.UNAUTHORIZED_401,
          "no credential (expected: the header Authorization: Bearer, and a key or a token)",
          callback);
      return;
    }
    Optional<HttpAccess.Denied> denied = access.refuse(request, ANYTHING);
    if (denied.isPresent()) {
      answer(response, denied.get().status(), denied.get().message(), callback);
      return;
    }
    Optional<HttpCookie> cookie = sessions.signIn(authorization, request.isSecure());
    if (cookie.isEmpty()) {
      answer(
          response,
          HttpStatus.BAD_REQUEST_400,
          "the token is too long to be kept by a browser; use an API key",
          callback);
      return;
    }
    Response.putCookie(response, cookie.get());
    response.setStatus(HttpStatus.NO_CONTENT_204);
    response.write(true, null, callback);
  }

  private static void answer(Response response, int status, String message, Callback callback) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
    response.write(true, ByteBuffer.wrap((message + "\n").getBytes(UTF_8)), callback);
  }
}
