package dev.tokenguard.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What was configured cannot be used. The message has a line for every problem and is meant for
 * people; there is no stack trace, as the fault is not in the code.
 */
public abstract sealed class ConfigException extends Exception
    permits CatalogException, CredentialsException, SettingsException {
  private static final long serialVersionUID = 1;

  private final transient List<Problem> problems;

  ConfigException(List<Problem> problems) {
    super(
        problems.stream().map(Problem::toString).collect(Collectors.joining("\n")),
        null,
        false,
        false);
    this.problems = List.copyOf(problems);
  }

  /** A line for every problem; never null. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /** Everything that is wrong, in the order of the sources; at least one. */
  public List<Problem> problems() {
    return problems;
  }
}
