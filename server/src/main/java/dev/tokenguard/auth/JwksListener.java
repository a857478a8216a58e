package dev.tokenguard.auth;

/** Hears of looks at the keys that tokens are signed with. Must not block and must not throw. */
public interface JwksListener {
  /** Hears nothing. */
  JwksListener NONE = usable -> {};

  /** The keys were looked at, and could be used or not; those before stay in force if not. */
  void jwksLooked(boolean usable);
}
