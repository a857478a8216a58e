package dev.tokenguard.client;

import org.jspecify.annotations.Nullable;

/** There is such an account already ({@code ACCOUNT_EXISTS}), made by another request. */
public final class AccountExistsException extends TokenGuardException {

  private static final long serialVersionUID = 1L;

  AccountExistsException(Fault fault, @Nullable Throwable cause) {
    super(fault, cause);
  }
}
