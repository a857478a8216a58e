import dev.tokenguard.client.BalanceRequest;
import dev.tokenguard.client.DeniedException;
import dev.tokenguard.client.Reservation;
import dev.tokenguard.client.ReserveRequest;
import dev.tokenguard.client.RetryPolicy;
import dev.tokenguard.client.TokenGuardClient;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.time.Duration;
import java.util.Map;

/**
 * Calls a server as services, probes and Prometheus do, so that the cache of classes has what a
 * server needs. {@code build.sh} runs it from source: {@code java -cp tokenguard.jar WarmUp.java
 * TARGET URL}.
 */
class WarmUp {
  private static final int ACCOUNTS = 50;

  /** The first calls of a server without a cache take a while, more so on a busy machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  public static void main(String[] args) throws Exception {
    try (TokenGuardClient guard = patient(args[0])) {
      for (int i = 0; i < ACCOUNTS; i++) {
        String account = "warm-" + i;
        Reservation kept = guard.reserve(ReserveRequest.of(account, "work")).orThrow();
        kept.commit();
        guard.reserve(ReserveRequest.of(account, "work")).orThrow().close(); // refunded
        guard.guard(ReserveRequest.of(account, "chat"), reservation -> account);
        guard.balance(BalanceRequest.of(account));
        denied(guard, account);
      }
    }
    for (String path : new String[] {"/livez", "/readyz", "/metrics"}) {
      URLConnection call = URI.create(args[1] + path).toURL().openConnection();
      try (InputStream body = call.getInputStream()) {
        body.readAllBytes();
      }
    }
  }

  private static TokenGuardClient patient(String target) {
    return TokenGuardClient.builder(target).deadline(PATIENCE).retry(RetryPolicy.NONE).build();
  }

  private static void denied(TokenGuardClient guard, String account) {
    try {
      guard.reserve(ReserveRequest.of(account, "work").withAmounts(Map.of("tokens", 1_000_000L))).orThrow();
      throw new IllegalStateException(account + " was not denied");
    } catch (DeniedException expected) {
      // This is what it is for.
    }
  }
}
