package dev.tokenguard.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which accounts a caller may know of. Of all others it cannot even tell whether they exist.
 * Immutable.
 *
 * @param accounts by their ids
 * @param prefixes by what their ids begin with; empty, as {@code accounts}, for every account
 * @param members whose use of them it may ask for; absent for everybody's
 */
public record Scope(Set<String> accounts, Set<String> prefixes, Optional<Set<String>> members) {
  /** Every account. */
  public static final Scope ALL = new Scope(Set.of(), Set.of());

  /** Keeps copies. */
  public Scope {
    accounts = Set.copyOf(accounts);
    prefixes = Set.copyOf(prefixes);
    members = members.map(Set::copyOf);
  }

  /** Accounts with all their members. */
  public Scope(Set<String> accounts, Set<String> prefixes) {
    this(accounts, prefixes, Optional.empty());
  }

  /**
   * What an end user may see.
   *
   * @param member whose use of the account; empty for nobody's
   */
  public static Scope ofDisplay(String account, String member) {
    return new Scope(
        Set.of(account), Set.of(), Optional.of(member.isEmpty() ? Set.of() : Set.of(member)));
  }

  /** Whether the use of a member may be asked for. */
  public boolean includesMember(String member) {
    return members.isEmpty() || members.get().contains(member);
  }

  /** Whether it has no limits. */
  public boolean isAll() {
    return accounts.isEmpty() && prefixes.isEmpty();
  }

  /** Whether an account is in it. */
  public boolean includes(String account) {
    if (isAll() || accounts.contains(account)) {
      return true;
    }
    for (String prefix : prefixes) {
      if (account.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /** For people: {@code accounts a, b and those that begin with 'shop-'}. */
  @Override
  public String toString() {
    if (isAll()) {
      return "all accounts";
    }
    List<String> parts = new ArrayList<>();
    if (!accounts.isEmpty()) {
      parts.add("the accounts " + String.join(", ", new TreeSet<>(accounts)));
    }
    if (!prefixes.isEmpty()) {
      parts.add(
          "accounts that begin with '" + String.join("' or '", new TreeSet<>(prefixes)) + "'");
    }
    return String.join(" and ", parts);
  }
}
