package dev.tokenguard.config;

/**
 * One thing that is wrong with what was configured.
 *
 * @param where the place to mend: {@code file:line:column}, a file, an environment variable or a
 *     flag
 * @param what what is wrong there and what is expected
 */
public record Problem(String where, String what) {
  @Override
  public String toString() {
    return where + ": " + what;
  }
}
