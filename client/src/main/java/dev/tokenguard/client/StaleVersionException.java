package dev.tokenguard.client;

import org.jspecify.annotations.Nullable;

/**
 * The account was changed since the version that the update or deletion names ({@code
 * STALE_VERSION}): read it again, and decide again. Nothing was done.
 */
public final class StaleVersionException extends TokenGuardException {

  private static final long serialVersionUID = 1L;

  StaleVersionException(Fault fault, @Nullable Throwable cause) {
    super(fault, cause);
  }
}
