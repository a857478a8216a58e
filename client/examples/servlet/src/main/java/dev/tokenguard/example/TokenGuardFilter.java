package dev.tokenguard.example;

import dev.tokenguard.client.DuplicateReservationException;
import dev.tokenguard.client.Reservation;
import dev.tokenguard.client.ReserveRequest;
import dev.tokenguard.client.ReserveResult;
import dev.tokenguard.client.TokenGuardClient;
import dev.tokenguard.client.TokenGuardException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts TokenGuard before servlets: reserves what a feature costs before the work, and keeps it held
 * while the work runs.
 *
 * <p>The work is charged when its answer says that it went well (below 400), and refunded when the
 * answer says otherwise or the servlet throws. A container does not tell a servlet that its client
 * has gone: the work goes on to its end, and is charged, for it was done. When TokenGuard cannot be
 * asked the work does not run: 503. For servlets that answer before they return from {@code
 * service}; an async one settles by itself with {@link TokenGuardClient#guardAsync}.
 */
public final class TokenGuardFilter extends HttpFilter {

  private static final long serialVersionUID = 1L;

  private final transient TokenGuardClient guard;
  private final String feature;
  private final transient Function<HttpServletRequest, @Nullable String> account;
  private final Duration ttl;

  /**
   * Makes a filter.
   *
   * @param feature a feature of the catalog
   * @param account who pays
   * @param ttl how long the hold outlives this process
   */
  public TokenGuardFilter(
      TokenGuardClient guard,
      String feature,
      Function<HttpServletRequest, @Nullable String> account,
      Duration ttl) {
    this.guard = guard;
    this.feature = feature;
    this.account = account;
    this.ttl = ttl;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String payer = account.apply(request);
    if (payer == null) {
      Refusal.of("UNAUTHENTICATED", "The request does not say who pays.").send(response, 401);
      return;
    }
    try (Reservation reservation = reserve(payer, request, response)) {
      if (reservation == null) {
        return;
      }
      reservation.keepAlive();
      chain.doFilter(request, response);
      if (response.getStatus() < 400) {
        reservation.commit(); // Closed without it, the hold is refunded.
      } else {
        reservation.refund("HTTP " + response.getStatus());
      }
    }
  }

  private @Nullable Reservation reserve(
      String payer, HttpServletRequest request, HttpServletResponse response) throws IOException {
    ReserveRequest asked =
        ReserveRequest.of(payer, feature)
            .withReservationId(request.getHeader("Idempotency-Key"))
            .withLocale(request.getLocale().toLanguageTag())
            .withTtl(ttl);
    try {
      ReserveResult decision = guard.reserve(asked);
      if (decision instanceof ReserveResult.Denied denied) {
        Refusal.of(denied).send(response, denied.denial().httpStatus());
        return null;
      }
      return decision.orThrow();
    } catch (DuplicateReservationException known) {
      String state = known.reservation().state().name();
      Refusal.of("RESERVATION_" + state, "The same request again: " + known.getMessage() + ".")
          .send(response, known.httpStatus());
    } catch (TokenGuardException fault) {
      explain(fault, response);
    }
    return null;
  }

  private void explain(TokenGuardException fault, HttpServletResponse response) throws IOException {
    switch (fault.code()) {
      case UNAVAILABLE, DEADLINE_EXCEEDED, ABORTED, RESOURCE_EXHAUSTED -> {
        Duration wait = fault.retryAfter();
        long seconds = wait == null ? 1 : Math.max(1, wait.plusMillis(999).toSeconds());
        response.setHeader("Retry-After", Long.toString(seconds));
        Refusal.of("TOKENGUARD_UNAVAILABLE", "Nothing was done. Please try again soon.")
            .send(response, 503);
      }
      case INVALID_ARGUMENT ->
          Refusal.of("INVALID_ARGUMENT", "The account or the Idempotency-Key is malformed.")
              .send(response, 400);
      case ALREADY_EXISTS ->
          Refusal.of("IDEMPOTENCY_MISMATCH", "The Idempotency-Key was used for something else.")
              .send(response, 409);
      default -> {
        getServletContext().log("TokenGuard", fault);
        Refusal.of("INTERNAL", "Spending cannot be checked.").send(response, 500);
      }
    }
  }
}
