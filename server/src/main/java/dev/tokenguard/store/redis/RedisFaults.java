package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The one place that turns what Redis and its client say into a fault of ours. */
final class RedisFaults {

  /** Words with which Redis says that it cannot serve now, and may again soon. */
  private static final List<String> UNAVAILABLE =
      List.of(
          "LOADING",
          "READONLY",
          "MASTERDOWN",
          "BUSY",
          "OOM",
          "MISCONF",
          "NOREPLICAS",
          "CLUSTERDOWN",
          "TRYAGAIN",
          "MOVED", // after every redirect, or where redis.uri does not say that it is a Cluster
          "ASK",
          "NOAUTH",
          "WRONGPASS",
          "NOPERM");

  /**
   * Words of our scripts, of Redis, of cmsgpack and of Lua about one account's keys: a script fails
   * on its own only if what it reads is not what it wrote.
   */
  private static final List<String> CORRUPT =
      List.of(
          "TGCORRUPT",
          "TGLAYOUT",
          "WRONGTYPE",
          "Bad data format in input",
          "Missing bytes in input",
          "Extra bytes in input",
          "attempt to");

  private static final String CONNECTION_LOST = "the connection is lost or not there yet";

  private RedisFaults() {}

  /** The fault behind an exception of a command. */
  static FaultException of(Throwable thrown) {
    Throwable cause = unwrap(thrown);
    if (cause instanceof FaultException fault) {
      return fault;
    }
    if (cause instanceof RedisCommandTimeoutException || cause instanceof TimeoutException) {
      return FaultException.of(
          Fault.STORE_TIMEOUT,
          "Redis did not answer in time; whether the call was carried out is unknown: repeat it with"
              + " the same id");
    }
    String message = String.valueOf(cause.getMessage());
    FaultException layout = Layout.refused(message);
    if (layout != null) {
      return layout;
    }
    if (contains(message, CORRUPT)) {
      return FaultException.of(
          Fault.ACCOUNT_CORRUPT,
          "the stored data of this account cannot be read and were left as they are; other accounts"
              + " are not affected. The server's log has the details");
    }
    String word = unavailability(cause, message);
    if (word != null) {
      return FaultException.of(
          Fault.STORE_UNAVAILABLE, "Redis cannot serve now (" + word + "); try again soon");
    }
    return FaultException.of(Fault.INTERNAL, "internal error; the server's log has the details");
  }

  /** Whether nothing was sent, as there is no connection to the one that has the key. */
  static boolean isRejected(Throwable thrown) {
    return String.valueOf(unwrap(thrown).getMessage()).startsWith("Currently not connected");
  }

  /** Whether keys of the account are on their way to another master; nothing was run. */
  static boolean isOnItsWay(Throwable thrown) {
    return String.valueOf(unwrap(thrown).getMessage()).startsWith("TRYAGAIN");
  }

  /** Whether Redis has forgotten the script, as it does when it restarts; nothing was run. */
  static boolean isUnknownScript(Throwable thrown) {
    return String.valueOf(unwrap(thrown).getMessage()).startsWith("NOSCRIPT");
  }

  private static @Nullable String unavailability(Throwable cause, String message) {
    // A connection that could not be made tells why in its cause, as a wrong password.
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof RedisCommandExecutionException) {
        return word(String.valueOf(each.getMessage()));
      }
    }
    // Lettuce's word for a connection that was lost while both sides said hello.
    boolean lostAtHello =
        cause instanceof IllegalStateException && message.contains("RedisHandshakeHandler");
    if (cause instanceof RedisException || lostAtHello) {
      return CONNECTION_LOST;
    }
    // A connection that Redis resets fails its commands with what the socket says; one that is
    // closed by us cancels them.
    if (cause instanceof IOException || cause instanceof CancellationException) {
      return CONNECTION_LOST;
    }
    return word(message);
  }

  private static @Nullable String word(String message) {
    for (String word : UNAVAILABLE) {
      if (isWordOf(message, word)) {
        return word;
      }
    }
    return null;
  }

  private static boolean contains(String message, List<String> words) {
    for (String word : words) {
      if (isWordOf(message, word)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isWordOf(String message, String word) {
    int at = message.indexOf(word);
    if (at < 0) {
      return false;
    }
    int after = at + word.length();
    return (at == 0 || !Character.isLetter(message.charAt(at - 1)))
        && (after == message.length() || !Character.isLetter(message.charAt(after)));
  }

  /** What a stage failed with. */
  static Throwable unwrap(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
