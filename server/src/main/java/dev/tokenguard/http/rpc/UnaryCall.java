package dev.tokenguard.http.rpc;

import com.google.protobuf.Message;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Base64;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/** Answers a request with the one message of a call, or with its error. */
final class UnaryCall extends ClientCall.Listener<Message> {
  private final Exchange exchange;
  private final Encoding encoding;
  private @Nullable Metadata headers;
  private @Nullable Message message;

  UnaryCall(Exchange exchange, Encoding encoding) {
    this.exchange = exchange;
    this.encoding = encoding;
  }

  @Override
  public void onHeaders(Metadata received) {
    headers = received;
  }

  @Override
  public void onMessage(Message received) {
    message = received;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    Message answer = message;
    if (!status.isOk() || answer == null) {
      copy(trailers, "", exchange.response().getHeaders());
      exchange.fail(ConnectError.of(status, trailers));
    } else if (exchange.claim()) {
      if (headers != null) {
        copy(headers, "", exchange.response().getHeaders());
      }
      copy(trailers, "Trailer-", exchange.response().getHeaders());
      exchange.send(HttpStatus.OK_200, encoding.contentType(), encoding.write(answer));
    }
  }

  /** Puts metadata into headers, but for what gRPC keeps for itself. */
  private static void copy(Metadata metadata, String prefix, HttpFields.Mutable headers) {
    for (String name : metadata.keys()) {
      if (name.startsWith("grpc-") || name.equals("content-type")) {
        continue;
      }
      if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        byte[] value = metadata.get(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER));
        if (value != null) {
          headers.put(prefix + name, Base64.getEncoder().withoutPadding().encodeToString(value));
        }
      } else {
        String value = metadata.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
        if (value != null) {
          headers.put(prefix + name, value);
        }
      }
    }
  }
}
