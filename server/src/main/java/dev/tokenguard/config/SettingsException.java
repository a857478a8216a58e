package dev.tokenguard.config;

import java.util.List;

/** The settings cannot be used. */
public final class SettingsException extends ConfigException {
  private static final long serialVersionUID = 1;

  SettingsException(List<Problem> problems) {
    super(problems);
  }
}
