package dev.tokenguard.domain;

/**
 * A setting as it is in force, for people.
 *
 * @param name its name, such as {@code grpc.listen}
 * @param value its value as it was written, without what is secret in it
 * @param defaultValue what it would be if nobody had set it
 * @param source where the value comes from
 * @param origin the same more exactly: the line of the file, the variable, the flag; empty for a
 *     default
 */
public record EffectiveSetting(
    String name, String value, String defaultValue, Source source, String origin) {

  /** Where a value comes from; a later one wins over those before it. */
  public enum Source {
    /** Nobody set it. */
    DEFAULT,
    /** The file of settings. */
    FILE,
    /** An environment variable. */
    ENVIRONMENT,
    /** A flag of the command line. */
    FLAG
  }
}
