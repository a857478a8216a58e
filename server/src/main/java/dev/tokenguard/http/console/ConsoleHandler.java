package dev.tokenguard.http.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Serves the files of the console, and the token display that other pages embed. They are the same
 * for everybody: who may see what is decided where the RPCs are called. Thread-safe.
 */
public final class ConsoleHandler extends Handler.Abstract.NonBlocking {
  private static final String CONSOLE = "/console/";
  private static final String LIBRARY = CONSOLE + "lib/";
  private static final String DISPLAY = "/token-display.js";
  private static final String FILES = "dev/tokenguard/console/";
  private static final String INDEX = FILES + "index.html";

  /** No dots at the beginning, no way up. */
  private static final Pattern PATH =
      Pattern.compile("([A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*");

  private final Map<String, Optional<Asset>> assets = new ConcurrentHashMap<>();
  private final Map<String, String> versions = new ConcurrentHashMap<>();
  private final String policy;

  /** Finds its files where this class is. */
  public ConsoleHandler() {
    this.policy = asset(INDEX).map(ContentPolicy::of).orElse("default-src 'none'");
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = Request.getPathInContext(request);
    if (path.equals("/console")) {
      response.setStatus(HttpStatus.PERMANENT_REDIRECT_308);
      response.getHeaders().put(HttpHeader.LOCATION, CONSOLE);
      response.write(true, null, callback);
      return true;
    }
    Optional<Asset> found = name(path).flatMap(this::asset);
    boolean read =
        HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod());
    if (found.isEmpty() || !read) {
      return false;
    }
    Asset asset = found.get();
    describe(asset, path, response.getHeaders());
    if (asset.etag().equals(request.getHeaders().get(HttpHeader.IF_NONE_MATCH))) {
      response.setStatus(HttpStatus.NOT_MODIFIED_304);
      response.write(true, null, callback);
    } else {
      response.setStatus(HttpStatus.OK_200);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, asset.contentType());
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, asset.bytes().length);
      response.write(true, ByteBuffer.wrap(asset.bytes()), callback);
    }
    return true;
  }

  /** The name on the class path of what is at a path; empty for a path that is not ours. */
  private Optional<String> name(String path) {
    if (path.equals(CONSOLE)) {
      return Optional.of(INDEX);
    }
    if (path.equals(DISPLAY)) {
      return Optional.of("dev/tokenguard/display" + DISPLAY);
    }
    if (path.startsWith(LIBRARY) && isPlain(path.substring(LIBRARY.length()))) {
      return library(path.substring(LIBRARY.length()));
    }
    return path.startsWith(CONSOLE) && isPlain(path.substring(CONSOLE.length()))
        ? Optional.of(FILES + path.substring(CONSOLE.length()))
        : Optional.empty();
  }

  private static boolean isPlain(String path) {
    return PATH.matcher(path).matches();
  }

  /** A file of a webjar, whose folder is called by its version: the pages need not know it. */
  private Optional<String> library(String path) {
    int slash = path.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    String library = path.substring(0, slash);
    String version = versions.computeIfAbsent(library, ConsoleHandler::version);
    return version.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "META-INF/resources/webjars/" + library + "/" + version + path.substring(slash));
  }

  private static String version(String library) {
    String name = "META-INF/maven/org.webjars.npm/" + library + "/pom.properties";
    try (InputStream in = ConsoleHandler.class.getClassLoader().getResourceAsStream(name)) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name + " of the jar", e);
    }
  }

  private Optional<Asset> asset(String name) {
    Optional<Asset> known = assets.get(name);
    if (known == null) {
      known = Asset.load(name);
      if (known.isPresent()) { // of names that are made up, there is no end
        assets.put(name, known);
      }
    }
    return known;
  }

  private void describe(Asset asset, String path, HttpFields.Mutable headers) {
    headers.put(HttpHeader.ETAG, asset.etag());
    headers.put(HttpHeader.CACHE_CONTROL, "no-cache"); // asked for again, and mostly unchanged
    headers.put("X-Content-Type-Options", "nosniff");
    if (path.equals(DISPLAY)) {
      headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
      headers.put("Cross-Origin-Resource-Policy", "cross-origin");
      return;
    }
    headers.put("Cross-Origin-Resource-Policy", "same-origin");
    if (asset.isDocument()) { // of what is only loaded by one, nobody asks
      headers.put("Content-Security-Policy", policy);
      headers.put("Cross-Origin-Opener-Policy", "same-origin");
      headers.put("Referrer-Policy", "no-referrer");
      headers.put("X-Frame-Options", "DENY");
    }
  }
}
