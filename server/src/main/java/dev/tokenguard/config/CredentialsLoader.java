package dev.tokenguard.config;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Loads the file of credentials: API keys and client certificates, with their roles and limits.
 *
 * <p>Whatever the file, the outcome is {@link Credentials} or a {@link CredentialsException} with
 * every problem, each with file, line and column. No message repeats a hash.
 */
public final class CredentialsLoader {
  private CredentialsLoader() {}

  /**
   * The credentials of a file.
   *
   * @param namespaces those that the server serves; empty if that is not known
   * @throws CredentialsException if the file cannot be read, is not YAML or is wrong
   */
  public static Credentials load(Path file, Set<String> namespaces) throws CredentialsException {
    Problems problems = new Problems();
    Optional<String> text = YamlFile.read(file, problems);
    if (text.isEmpty()) {
      throw new CredentialsException(problems.list());
    }
    return parse(text.get(), file.toString(), namespaces);
  }

  /**
   * The credentials of a text.
   *
   * @param name what problems call the text, such as the file's name
   * @param namespaces those that the server serves; empty if that is not known
   * @throws CredentialsException if it is not YAML or is wrong
   */
  public static Credentials parse(String text, String name, Set<String> namespaces)
      throws CredentialsException {
    Problems problems = new Problems();
    Optional<YamlSection> root = YamlFile.parse(text, name, problems);
    Optional<Credentials> credentials =
        root.map(section -> new CredentialsReader(section, namespaces).read());
    if (credentials.isEmpty() || !problems.isEmpty()) {
      throw new CredentialsException(problems.list());
    }
    return credentials.get();
  }
}
