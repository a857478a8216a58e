package dev.tokenguard.http;

import dev.tokenguard.auth.Access;
import dev.tokenguard.auth.CertificateNames;
import dev.tokenguard.auth.Presented;
import dev.tokenguard.auth.Rights;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Who may see what over HTTP. Thread-safe. */
public final class HttpAccess {
  private static final String METRICS = "GET /metrics";
  private static final Pattern THIS_MACHINE =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[?::1]?", Pattern.CASE_INSENSITIVE);

  private final Access access;
  private final boolean openMetrics;

  /**
   * Access by the same rules as that over gRPC.
   *
   * @param openMetrics whether everybody may see metrics
   */
  public HttpAccess(Access access, boolean openMetrics) {
    this.access = access;
    this.openMetrics = openMetrics;
  }

  /**
   * Why a request is refused; empty if it is not.
   *
   * @param path a path that there is
   */
  Optional<Denied> refuse(Request request, String path) {
    String call = "GET " + path;
    if (Rights.open().contains(call) || (openMetrics && call.equals(METRICS))) {
      return Optional.empty();
    }
    try {
      access.admit(call, presented(request));
      return Optional.empty();
    } catch (FaultException e) {
      return Optional.of(new Denied(status(e.fault()), String.valueOf(e.getMessage())));
    }
  }

  /**
   * A refusal.
   *
   * @param status of HTTP
   * @param message for people
   */
  record Denied(int status, String message) {}

  private static int status(Fault fault) {
    return switch (fault) {
      case UNAUTHENTICATED -> HttpStatus.UNAUTHORIZED_401;
      case PERMISSION_DENIED -> HttpStatus.FORBIDDEN_403;
      case RATE_LIMITED -> HttpStatus.TOO_MANY_REQUESTS_429;
      case KEYS_UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE_503;
      default -> HttpStatus.INTERNAL_SERVER_ERROR_500;
    };
  }

  /** What the caller of a request shows. */
  public Presented presented(Request request) {
    SocketAddress peer = request.getConnectionMetaData().getRemoteSocketAddress();
    EndPoint.SslSessionData tls =
        (EndPoint.SslSessionData) request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE);
    return new Presented(
        Optional.ofNullable(request.getHeaders().get(HttpHeader.AUTHORIZATION)),
        names(tls),
        peer instanceof InetSocketAddress inet
            && inet.getAddress().isLoopbackAddress()
            && namesThisMachine(request),
        peer instanceof InetSocketAddress inet ? inet.getAddress().getHostAddress() : "local");
  }

  /**
   * Whether a request is for this machine by a name that only means this machine. A page in a
   * browser on this machine can have its own domain point here, and then read what is answered; it
   * is not trusted for where it runs (DNS rebinding).
   */
  private static boolean namesThisMachine(Request request) {
    HttpURI uri = request.getHttpURI();
    String host = uri.getHost();
    return host != null && THIS_MACHINE.matcher(host).matches();
  }

  private static List<String> names(EndPoint.@Nullable SslSessionData tls) {
    return tls == null || tls.sslSession() == null
        ? List.of()
        : CertificateNames.of(tls.sslSession());
  }
}
