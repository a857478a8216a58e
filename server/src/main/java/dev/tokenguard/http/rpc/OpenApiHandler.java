package dev.tokenguard.http.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Answers {@code GET /openapi.json}, for everybody: it says nothing of this server's accounts. */
public final class OpenApiHandler extends Handler.Abstract {
  private static final String PATH = "/openapi.json";

  private final RpcTable rpcs = new RpcTable();
  private final String version;
  private volatile byte @Nullable [] description;

  /**
   * A handler.
   *
   * @param version of the server
   */
  public OpenApiHandler(String version) {
    this.version = version;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws IOException {
    if (!Request.getPathInContext(request).equals(PATH)
        || !(HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod()))) {
      return false;
    }
    byte[] json = description;
    if (json == null) {
      json = OpenApi.describe(rpcs, version).getBytes(UTF_8);
      description = json;
    }
    response.setStatus(HttpStatus.OK_200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Encoding.JSON.contentType());
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, json.length);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-cache");
    response.getHeaders().put(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    response.write(true, ByteBuffer.wrap(json), callback);
    return true;
  }
}
