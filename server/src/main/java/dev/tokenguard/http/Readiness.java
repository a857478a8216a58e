package dev.tokenguard.http;

/**
 * Whether the server can do its work now.
 *
 * @param ready whether it can
 * @param reason why, or why not, for people
 */
public record Readiness(boolean ready, String reason) {

  /** It can. */
  public static final Readiness READY = new Readiness(true, "the store can be used");

  /** It cannot. */
  public static Readiness notReady(String reason) {
    return new Readiness(false, reason);
  }
}
