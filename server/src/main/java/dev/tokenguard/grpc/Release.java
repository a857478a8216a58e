package dev.tokenguard.grpc;

/**
 * Which release answers, told in the trailers of every reply.
 *
 * @param version of the server
 * @param layout in which it stores accounts
 */
public record Release(String version, long layout) {
  /** Of a server that tells nothing of itself. */
  public static final Release UNTOLD = new Release("", 0);
}
