package dev.tokenguard.http.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Message;
import dev.tokenguard.v1.ExportFormat;
import dev.tokenguard.v1.ExportKind;
import dev.tokenguard.v1.ExportRequest;
import dev.tokenguard.v1.ExportResponse;
import dev.tokenguard.v1.WatchBalanceResponse;
import java.util.Locale;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** How the messages of a stream become the body of a response. */
interface StreamFormat {

  /** Says in the headers what the body is. */
  void describe(HttpFields.Mutable headers);

  /** What a message adds to the body. */
  byte[] write(Message message);

  /** What is written when there is nothing to tell, to see whether anybody listens. */
  byte[] heartbeat();

  /** How an error ends the body; empty for a body that can only break off. */
  byte[] end(ConnectError error);

  /** The format of what an RPC answers to a request. */
  static StreamFormat of(Message request) {
    return request instanceof ExportRequest export ? new Download(export) : new ServerSentEvents();
  }

  /** Events as https://html.spec.whatwg.org/multipage/server-sent-events.html has them. */
  final class ServerSentEvents implements StreamFormat {
    @Override
    public void describe(HttpFields.Mutable headers) {
      headers.put(HttpHeader.CONTENT_TYPE, "text/event-stream");
      headers.put("X-Accel-Buffering", "no"); // proxies that know it hand events on at once
    }

    @Override
    public byte[] write(Message message) {
      String id =
          message instanceof WatchBalanceResponse watched
              ? "id: " + watched.getAccount().getRevision() + "\n"
              : "";
      return event("message", id, Encoding.JSON.write(message));
    }

    @Override
    public byte[] heartbeat() {
      return ":\n\n".getBytes(UTF_8);
    }

    @Override
    public byte[] end(ConnectError error) {
      return event("error", "", error.json());
    }

    /** JSON has no line breaks outside of strings, and escapes those inside: it is one line. */
    private static byte[] event(String name, String id, byte[] json) {
      return ("event: " + name + "\n" + id + "data: " + new String(json, UTF_8) + "\n\n")
          .getBytes(UTF_8);
    }
  }

  /** The file that an export is. */
  final class Download implements StreamFormat {
    private final ExportRequest request;

    Download(ExportRequest request) {
      this.request = request;
    }

    private boolean isJson() {
      return request.getFormat() == ExportFormat.EXPORT_FORMAT_JSON_LINES;
    }

    @Override
    public void describe(HttpFields.Mutable headers) {
      headers.put(
          HttpHeader.CONTENT_TYPE, isJson() ? "application/jsonl" : "text/csv; charset=utf-8");
      headers.put("Content-Disposition", "attachment; filename=\"" + fileName() + "\"");
    }

    private String fileName() {
      String kind =
          request.getKind() == ExportKind.UNRECOGNIZED
              ? "export"
              : request.getKind().name().replace("EXPORT_KIND_", "").toLowerCase(Locale.ROOT);
      return "tokenguard-" + kind + (isJson() ? ".jsonl" : ".csv");
    }

    @Override
    public byte[] write(Message message) {
      return ((ExportResponse) message).getData().toByteArray();
    }

    @Override
    public byte[] heartbeat() {
      return new byte[0];
    }

    @Override
    public byte[] end(ConnectError error) {
      return new byte[0];
    }
  }
}
