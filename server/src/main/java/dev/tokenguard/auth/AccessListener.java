package dev.tokenguard.auth;

/** Hears of callers that were turned away. Must not block and must not throw. */
public interface AccessListener {
  /** Hears nothing. */
  AccessListener NONE = reason -> {};

  /** A caller was turned away. */
  void refused(Refusal reason);
}
