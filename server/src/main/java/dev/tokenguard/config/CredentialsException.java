package dev.tokenguard.config;

import java.util.List;

/** The file of credentials cannot be used. */
public final class CredentialsException extends ConfigException {
  private static final long serialVersionUID = 1;

  CredentialsException(List<Problem> problems) {
    super(problems);
  }
}
