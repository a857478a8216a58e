package dev.tokenguard.config;

import dev.tokenguard.config.Credentials.Certificate;
import dev.tokenguard.config.Credentials.Key;
import dev.tokenguard.domain.Identity;
import dev.tokenguard.domain.Quota;
import dev.tokenguard.domain.Role;
import dev.tokenguard.domain.Scope;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/**
 * Reads the parts of a file of credentials. Goes on after a problem, so that all are told; what
 * comes out can be used only if there was none.
 */
final class CredentialsReader {
  private static final int MAX = 10_000;

  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._@-]{0,63}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

  /** As DESIGN has account ids. */
  private static final Pattern ACCOUNT = Pattern.compile("[a-zA-Z0-9._:@+|~=-]{1,128}");

  private static final Pattern ALTERNATIVE_NAME =
      Pattern.compile("dns:[a-zA-Z0-9*.-]{1,253}|uri:[a-zA-Z][a-zA-Z0-9+.-]*:\\S{1,2000}");

  private static final Set<String> COMMON =
      Set.of(
          "role",
          "namespace",
          "accounts",
          "prefixes",
          "max_in_flight",
          "calls_per_second",
          "max_streams");

  private final YamlSection root;
  private final Set<String> namespaces;
  private final Map<String, String> keysByHash = new HashMap<>();
  private final Map<String, String> holdersByName = new HashMap<>();

  CredentialsReader(YamlSection root, Set<String> namespaces) {
    this.root = root;
    this.namespaces = namespaces;
  }

  Credentials read() {
    root.allow(Set.of("keys", "certificates"));
    List<Key> keys = each("keys", this::key);
    List<Certificate> certificates = each("certificates", this::certificate);
    return new Credentials(keys, certificates);
  }

  private <T> List<T> each(String key, BiFunction<String, YamlSection, Optional<T>> read) {
    Optional<YamlSection> parent = root.section(key);
    Set<String> names = parent.map(YamlSection::keys).orElse(Collections.emptySet());
    if (names.size() > MAX) {
      root.problem(key, names.size() + " names (expected: at most " + MAX + ")");
      return List.of();
    }
    List<T> entries = new ArrayList<>();
    for (String name : names) {
      if (!NAME.matcher(name).matches()) {
        parent
            .orElseThrow()
            .keyProblem(
                name,
                "not a name (expected: 1 to 64 letters, digits, '.', '_', '@' and '-', a letter or"
                    + " digit first)");
      }
      parent
          .orElseThrow()
          .section(name)
          .flatMap(each -> read.apply(name, each))
          .ifPresent(entries::add);
    }
    return entries;
  }

  private Optional<Key> key(String name, YamlSection section) {
    section.allow(with("sha256", "expires"));
    Optional<String> hash = section.raw("sha256").map(text -> text.toLowerCase(Locale.ROOT));
    if (hash.isEmpty() || !SHA256.matcher(hash.get()).matches()) {
      // Not what is there instead: it may be the key itself.
      section.problem(
          "sha256",
          "no hash (expected: the SHA-256 of the key, 64 hex digits; 'tokenguard key create' prints"
              + " it)");
      return Optional.empty();
    }
    String other = keysByHash.putIfAbsent(hash.get(), name);
    if (other != null) {
      section.problem("sha256", "the same key as " + other + " (expected: a key for each name)");
    }
    Optional<Instant> expires = time(section, "expires");
    return identity(name, section).map(who -> new Key(hash.get(), expires, who));
  }

  private Optional<Certificate> certificate(String name, YamlSection section) {
    section.allow(with("names"));
    Set<String> names = section.list("names", ALTERNATIVE_NAME, "dns:host or uri:scheme:...");
    if (!section.keys().contains("names")) {
      section.problem(
          "no names (expected: names: in the certificate, as [dns:generator.shop.svc] or"
              + " [uri:spiffe://shop/generator])");
    }
    for (String each : names) {
      String other = holdersByName.putIfAbsent(each, name);
      if (other != null) {
        section.problem("names", "'" + YamlSection.shown(each) + "' is " + other + "'s already");
      }
    }
    return identity(name, section).map(who -> new Certificate(names, who));
  }

  private Optional<Identity> identity(String name, YamlSection section) {
    Optional<Role> role = section.choice("role", Role.ASSIGNABLE);
    if (role.isEmpty() && !section.keys().contains("role")) {
      section.problem("no role (expected: role: " + Role.NAMES + ")");
    }
    Optional<String> namespace = section.text("namespace");
    if (namespace.isPresent() && !namespaces.isEmpty() && !namespaces.contains(namespace.get())) {
      section.problem(
          "namespace",
          "'"
              + YamlSection.shown(namespace.get())
              + "' is not served"
              + Names.hint(namespace.get(), namespaces)
              + "; others are named by the setting redis.tenant_namespaces");
    }
    String account = "account ids";
    Scope scope =
        new Scope(
            section.list("accounts", ACCOUNT, account),
            section.list("prefixes", ACCOUNT, "beginnings of " + account));
    Quota quota =
        new Quota(
            limit(section, "max_in_flight"),
            limit(section, "calls_per_second"),
            limit(section, "max_streams"));
    return role.map(each -> new Identity(name, each, namespace, scope, quota));
  }

  private static int limit(YamlSection section, String key) {
    return section.number(key, 1, 1_000_000).map(Math::toIntExact).orElse(0);
  }

  private static Optional<Instant> time(YamlSection section, String key) {
    Optional<String> text = section.text(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(text.get()));
    } catch (DateTimeParseException e) {
      section.problem(
          key,
          "'"
              + YamlSection.shown(text.get())
              + "' (expected: a time such as 2027-01-31T00:00:00Z)");
      return Optional.empty();
    }
  }

  private static Set<String> with(String... more) {
    Set<String> all = new TreeSet<>(COMMON);
    all.addAll(List.of(more));
    return all;
  }
}
