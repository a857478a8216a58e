package dev.tokenguard.http.rpc;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/** What a request of the Connect protocol says before its message. */
final class RpcRequest {
  private static final String VERSION = "Connect-Protocol-Version";
  private static final String TIMEOUT = "Connect-Timeout-Ms";
  private static final int MAX_TIMEOUT_DIGITS = 10;

  /** What is between a client and this server alone, and is no metadata of a call. */
  private static final Set<String> NOT_METADATA =
      Set.of(
          "authorization",
          "connection",
          "cookie",
          "host",
          "keep-alive",
          "origin",
          "referer",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "user-agent",
          "x-tokenguard-console");

  private final Request request;
  private final int maxBytes;
  private final Fields query;

  /**
   * A request.
   *
   * @param maxBytes size of a message at most, unpacked
   * @throws BadMessageException if its query cannot be read
   */
  RpcRequest(Request request, int maxBytes) throws BadMessageException {
    this.request = request;
    this.maxBytes = maxBytes;
    try {
      this.query = isGet() ? Request.extractQueryParameters(request) : Fields.EMPTY;
    } catch (RuntimeException e) { // whatever Jetty finds wrong with it
      throw bad("the query cannot be read: " + e.getMessage());
    }
  }

  boolean isGet() {
    return HttpMethod.GET.is(request.getMethod());
  }

  /** How its message is written; empty for one that is not known. */
  Optional<Encoding> encoding() {
    if (isGet()) {
      String name = query.getValue("encoding");
      return Encoding.named(name == null ? "json" : name);
    }
    String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
    return type == null ? Optional.empty() : Encoding.ofContentType(type);
  }

  /** Its deadline, and that it speaks the version that there is. */
  CallOptions options() throws BadMessageException {
    String version = isGet() ? query.getValue("connect") : request.getHeaders().get(VERSION);
    String expected = isGet() ? "v1" : "1";
    if (version != null && !version.equals(expected)) {
      throw bad(
          (isGet() ? "connect" : VERSION) + ": '" + version + "' (expected: " + expected + ")");
    }
    String timeout = request.getHeaders().get(TIMEOUT);
    if (timeout == null) {
      return CallOptions.DEFAULT;
    }
    if (!timeout.matches("[0-9]{1," + MAX_TIMEOUT_DIGITS + "}")) {
      throw bad(TIMEOUT + ": '" + timeout + "' (expected: milliseconds, at most 10 digits)");
    }
    if (Long.parseLong(timeout) == 0) {
      throw new BadMessageException(
          ConnectError.of(
              Status.Code.DEADLINE_EXCEEDED,
              "the deadline had passed on arrival (" + TIMEOUT + ": 0); nothing was done"));
    }
    return CallOptions.DEFAULT.withDeadlineAfter(Long.parseLong(timeout), TimeUnit.MILLISECONDS);
  }

  /** Its headers, as far as they are for the call. */
  Metadata metadata() {
    Metadata metadata = new Metadata();
    for (HttpField field : request.getHeaders()) {
      String name = field.getName().toLowerCase(Locale.ROOT);
      if (isMetadata(name) && field.getValue() != null) {
        put(metadata, name, field.getValue());
      }
    }
    return metadata;
  }

  private static boolean isMetadata(String name) {
    return !name.startsWith("accept")
        && !name.startsWith("connect-")
        && !name.startsWith("content-")
        && !name.startsWith("grpc-")
        && !name.startsWith("if-")
        && !name.startsWith("sec-")
        && !name.startsWith(":")
        && !NOT_METADATA.contains(name);
  }

  private static void put(Metadata metadata, String name, String value) {
    try {
      if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        metadata.put(
            Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER),
            Base64.getDecoder().decode(value));
      } else {
        metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
      }
    } catch (IllegalArgumentException e) {
      // A header that HTTP allows and gRPC does not: nothing of ours.
    }
  }

  /** The message of a GET. */
  byte[] queried() throws BadMessageException {
    String message = query.getValue("message");
    String compression = query.getValue("compression");
    if (compression != null && !compression.equals("identity")) {
      throw unknownCompression(compression, "identity");
    }
    if (message == null) {
      throw bad("message: missing from the query (expected: ?encoding=json&message={...})");
    }
    if (!"1".equals(query.getValue("base64"))) {
      return message.getBytes(StandardCharsets.UTF_8);
    }
    try {
      return Base64.getUrlDecoder().decode(message);
    } catch (IllegalArgumentException e) {
      throw bad("message: no URL-safe base64: " + e.getMessage());
    }
  }

  /**
   * The message of a POST.
   *
   * @param body as it was sent
   */
  byte[] unpacked(byte[] body) throws BadMessageException {
    String coding = request.getHeaders().get(HttpHeader.CONTENT_ENCODING);
    if (coding == null || coding.equalsIgnoreCase("identity")) {
      return body;
    }
    if (!coding.equalsIgnoreCase("gzip")) {
      throw unknownCompression(coding, "identity, gzip");
    }
    try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(body))) {
      byte[] message = unpacked.readNBytes(maxBytes + 1);
      if (message.length > maxBytes) {
        throw new BadMessageException(tooLong());
      }
      return message;
    } catch (IOException e) {
      throw bad("the body is no gzip: " + e.getMessage());
    }
  }

  /** What to tell a caller whose message is longer than that. */
  ConnectError tooLong() {
    return ConnectError.of(
        Status.Code.RESOURCE_EXHAUSTED,
        "the message is longer than " + maxBytes + " bytes (grpc.max_message_bytes)");
  }

  private static BadMessageException unknownCompression(String name, String expected) {
    return new BadMessageException(
        ConnectError.of(
            Status.Code.UNIMPLEMENTED,
            "unknown compression '" + name + "' (expected: " + expected + ")"));
  }

  private static BadMessageException bad(String message) {
    return new BadMessageException(ConnectError.of(Status.Code.INVALID_ARGUMENT, message));
  }
}
