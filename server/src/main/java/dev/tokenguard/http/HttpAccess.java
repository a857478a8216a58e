package dev.tokenguard.http;

import dev.tokenguard.auth.Access;
import dev.tokenguard.auth.CertificateNames;
import dev.tokenguard.auth.Presented;
import dev.tokenguard.auth.Rights;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Who may see what over HTTP. Thread-safe. */
public final class HttpAccess {
  private static final String METRICS = "GET /metrics";
  private static final Pattern NO_DOMAIN =
      Pattern.compile("[A-Za-z0-9_-]+|[0-9]+(\\.[0-9]+){3}|\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]?");

  private final Access access;
  private final boolean openMetrics;
  private final Sessions sessions;

  /**
   * Access by the same rules as that over gRPC.
   *
   * @param openMetrics whether everybody may see metrics
   */
  public HttpAccess(Access access, boolean openMetrics, Clock clock) {
    this.access = access;
    this.openMetrics = openMetrics;
    this.sessions = new Sessions(clock);
  }

  /** How one signs in to the console, and out. */
  SessionHandler sessionHandler() {
    return new SessionHandler(this, sessions);
  }

  /**
   * Why a request is refused; empty if it is not.
   *
   * @param call the full name of an RPC, or {@code GET} and a path that there is
   */
  Optional<Denied> refuse(Request request, String call) {
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
  Presented presented(Request request) {
    SocketAddress peer = request.getConnectionMetaData().getRemoteSocketAddress();
    EndPoint.SslSessionData tls =
        (EndPoint.SslSessionData) request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE);
    return new Presented(
        authorization(request),
        names(tls),
        peer instanceof InetSocketAddress inet
            && inet.getAddress().isLoopbackAddress()
            && namesNoDomain(request),
        peer instanceof InetSocketAddress inet ? inet.getAddress().getHostAddress() : "local");
  }

  private List<String> authorization(Request request) {
    List<String> shown = request.getHeaders().getValuesList(HttpHeader.AUTHORIZATION);
    return shown.isEmpty() ? sessions.authorization(request).stream().toList() : shown;
  }

  /**
   * Whether a request names its host by an address, or by a name that no domain of the internet can
   * have. A page of any site can have its own domain point to this machine, and then read what is
   * answered: it must not be trusted for where its browser runs (DNS rebinding).
   */
  private static boolean namesNoDomain(Request request) {
    String host = request.getHttpURI().getHost();
    return host != null && NO_DOMAIN.matcher(host).matches();
  }

  private static List<String> names(EndPoint.@Nullable SslSessionData tls) {
    return tls == null || tls.sslSession() == null
        ? List.of()
        : CertificateNames.of(tls.sslSession());
  }
}
