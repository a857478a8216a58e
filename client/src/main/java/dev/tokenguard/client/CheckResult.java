package dev.tokenguard.client;

import dev.tokenguard.v1.Balance;
import java.util.List;
import java.util.Map;

/**
 * What a reserve would decide now: {@link Allowed} or {@link Denied}. It promises nothing: by the
 * time of the reserve, somebody else may have the tokens.
 */
public sealed interface CheckResult {

  /** What a reserve would hold, in whole tokens by token type; empty for a free feature. */
  Map<String, Long> required();

  /** The token types concerned. */
  List<Balance> balances();

  /** Revision of the account that was looked at. */
  long revision();

  /**
   * A reserve would be allowed.
   *
   * @param required what it would hold, in whole tokens by token type
   * @param balances the token types concerned
   * @param revision revision of the account
   */
  record Allowed(Map<String, Long> required, List<Balance> balances, long revision)
      implements CheckResult {
    /** Copies the collections. */
    public Allowed {
      required = Map.copyOf(required);
      balances = List.copyOf(balances);
    }
  }

  /**
   * A reserve would be denied.
   *
   * @param denial why
   * @param required what it would hold, in whole tokens by token type
   * @param balances the token types concerned
   * @param revision revision of the account
   */
  record Denied(Denial denial, Map<String, Long> required, List<Balance> balances, long revision)
      implements CheckResult {
    /** Copies the collections. */
    public Denied {
      required = Map.copyOf(required);
      balances = List.copyOf(balances);
    }
  }

  /**
   * This result, if a reserve would be allowed.
   *
   * @throws DeniedException if it would be denied
   */
  default Allowed orThrow() {
    if (this instanceof Denied denied) {
      throw new DeniedException(denied.denial());
    }
    return (Allowed) this;
  }
}
