package dev.tokenguard.auth;

/** What of the accounts a call can see, which decides who with limited credentials may make it. */
public enum Reach {
  /** None: what it tells belongs to no account. */
  NONE,
  /** Those that its request names, each of which must be in the caller's scope. */
  NAMED,
  /** Those whose ids begin as its request says, which is narrowed to the caller's scope. */
  PREFIX,
  /** All of them at once: not for a limited credential. */
  ALL,
  /** The server itself, whomever it serves: not for a tenant's credential either. */
  SERVER
}
