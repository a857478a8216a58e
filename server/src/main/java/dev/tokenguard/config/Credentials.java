package dev.tokenguard.config;

import dev.tokenguard.domain.Identity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who may call, as the file of credentials says. Immutable.
 *
 * @param keys API keys, of which only hashes are known
 * @param certificates names in client certificates
 */
public record Credentials(List<Key> keys, List<Certificate> certificates) {
  /** Nobody. */
  public static final Credentials NONE = new Credentials(List.of(), List.of());

  /** Keeps copies. */
  public Credentials {
    keys = List.copyOf(keys);
    certificates = List.copyOf(certificates);
  }

  /**
   * An API key.
   *
   * @param sha256 the SHA-256 of the key, in lower-case hex
   * @param expires from when on it is not accepted; empty for never
   * @param identity who uses it
   */
  public record Key(String sha256, Optional<Instant> expires, Identity identity) {}

  /**
   * Client certificates.
   *
   * @param names subject alternative names, any of which is enough: {@code dns:...} or {@code
   *     uri:...}
   * @param identity who has it
   */
  public record Certificate(Set<String> names, Identity identity) {
    /** Keeps a copy. */
    public Certificate {
      names = Set.copyOf(names);
    }
  }

  /** The names of the credentials, in order. */
  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    keys.forEach(each -> names.add(each.identity().name()));
    certificates.forEach(each -> names.add(each.identity().name()));
    return names;
  }
}
