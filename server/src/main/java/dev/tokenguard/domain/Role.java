package dev.tokenguard.domain;

import java.util.List;
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
  ADMIN,
  /** An end user's browser: looks at the balance of one account. Only display tokens have it. */
  DISPLAY;

  /** Those that a key, a certificate or a JWT can have. */
  public static final List<Role> ASSIGNABLE = List.of(GUARD, VIEWER, OPERATOR, ADMIN);

  /** For people: {@code guard, viewer, operator or admin}. */
  public static final String NAMES = "guard, viewer, operator or admin";

  /** As files and messages have it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
