package dev.tokenguard.domain;

import java.util.Locale;

/** What a caller is there for. Which calls a role may make is a table in the package auth. */
public enum Role {
  /** A service that generates: reserves, settles, checks and looks at balances. */
  GUARD,
  /** Somebody who looks: at accounts, what happened to them, and reports. */
  VIEWER,
  /** Somebody who looks after accounts: members, grants, corrections. */
  OPERATOR,
  /** Everything. */
  ADMIN;

  /** As files and messages have it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
