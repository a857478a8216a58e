package dev.tokenguard.example;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.tokenguard.client.Denial;
import dev.tokenguard.client.ReserveResult;
import dev.tokenguard.v1.Balance;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a client is told whose work did not run, as JSON. */
record Refusal(
    boolean success,
    String errorCode,
    @Nullable Long tokensRemaining,
    @Nullable Long originalTokens,
    @Nullable Long consumedTokens,
    @Nullable String resetTime,
    String message) {

  private static final Gson GSON =
      new GsonBuilder()
          .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
          .serializeNulls()
          .create();

  static Refusal of(String errorCode, String message) {
    return new Refusal(false, errorCode, null, null, null, null, message);
  }

  static Refusal of(ReserveResult.Denied denied) {
    Denial denial = denied.denial();
    String type = denial.tokenType();
    Optional<Balance> balance =
        denied.balances().stream()
            .filter(each -> type == null || each.getTokenType().equals(type))
            .findFirst();
    Instant reset = denial.resetTime();
    return new Refusal(
        false,
        denial.reason().name(),
        type != null
            ? Long.valueOf(denial.available())
            : balance.map(Balance::getAvailable).orElse(null),
        balance.map(Balance::getGranted).orElse(null),
        balance.map(Balance::getConsumed).orElse(null),
        reset == null ? null : reset.toString(),
        denial.message());
  }

  void send(HttpServletResponse response, int status) throws IOException {
    response.setStatus(status);
    response.setContentType("application/json");
    response.setCharacterEncoding("UTF-8");
    response.getWriter().write(GSON.toJson(this));
  }
}
