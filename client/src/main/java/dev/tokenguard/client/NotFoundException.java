package dev.tokenguard.client;

import org.jspecify.annotations.Nullable;

/**
 * What was named is not there: an account, a member, a grant or a reservation, which the {@link
 * #reason} tells.
 */
public final class NotFoundException extends TokenGuardException {

  private static final long serialVersionUID = 1L;

  NotFoundException(Fault fault, @Nullable Throwable cause) {
    super(fault, cause);
  }
}
