package dev.tokenguard.config;

import java.util.List;

/** The catalog file cannot be used. */
public final class CatalogException extends ConfigException {
  private static final long serialVersionUID = 1;

  CatalogException(List<Problem> problems) {
    super(problems);
  }
}
