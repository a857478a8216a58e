package dev.tokenguard.domain;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Tells whether accounts still use what a new catalog no longer has: such a catalog is refused, for
 * it would take away what somebody paid for.
 */
@FunctionalInterface
public interface CatalogUse {

  /**
   * Counts the accounts that use plans and token types.
   *
   * <p>An account uses its plan. It uses a token type if it has some of it left, held or owed:
   * tokens that are available, whether of an allowance or of a grant, tokens of an open
   * reservation, or debt. A balance that is merely zero, and what the ledger tells of the past, are
   * no use, and neither is what is left of an allowance that the account's plan no longer gives: it
   * is gone, though the store may not have taken it from an account that sleeps. So a token type
   * leaves in two steps, first all plans and then the catalog, with time between them for holds and
   * grants to be used up.
   *
   * <p>Asked again from time to time while the answer is not "none". The caller waits without
   * blocking and sets no deadline of its own: the stage must end, with a failure if the accounts
   * cannot be counted. An account that begins to use something after it was counted is not seen; it
   * keeps what it has, and is denied until the catalog has its plan again.
   *
   * @param plans names of plans; may be empty
   * @param tokenTypes names of token types; may be empty
   */
  CompletionStage<Counts> accountsUsing(Set<String> plans, Set<String> tokenTypes);

  /**
   * Numbers of accounts; names that no account uses may be missing.
   *
   * @param byPlan accounts on each plan
   * @param byTokenType accounts with some of each token type
   */
  record Counts(Map<String, Long> byPlan, Map<String, Long> byTokenType) {
    /** Nobody uses anything. */
    public static final Counts NONE = new Counts(Map.of(), Map.of());

    public Counts {
      byPlan = Map.copyOf(byPlan);
      byTokenType = Map.copyOf(byTokenType);
    }

    /** These accounts and others. */
    public Counts plus(Counts others) {
      return new Counts(sum(byPlan, others.byPlan), sum(byTokenType, others.byTokenType));
    }

    private static Map<String, Long> sum(Map<String, Long> one, Map<String, Long> other) {
      Map<String, Long> sum = new HashMap<>(one);
      other.forEach((name, accounts) -> sum.merge(name, accounts, Long::sum));
      return sum;
    }
  }
}
