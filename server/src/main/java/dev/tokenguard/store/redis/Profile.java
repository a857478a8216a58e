package dev.tokenguard.store.redis;

import dev.tokenguard.domain.OwnAllowance;
import java.util.List;

/**
 * What decides which rules an account is under, as it was last seen.
 *
 * @param plan name of its plan; empty if it has no account and nobody may open one
 * @param version rises with every change that operators make; 1 for accounts opened at first use
 * @param opened when it was opened, milliseconds since the epoch; 0 if it was not seen
 * @param zone its own time zone; empty for the plan's
 * @param locale its own language; empty for none
 * @param allowances what it has in place of its plan's
 * @param payer the account that pays when it names itself alone; empty for itself
 * @param payerSince when that changed, milliseconds since the epoch; 0 if it never did
 */
record Profile(
    String plan,
    long version,
    long opened,
    String zone,
    String locale,
    List<OwnAllowance> allowances,
    String payer,
    long payerSince) {

  /** What an account is believed to have that was never seen: most have just this. */
  static Profile unseen(String defaultPlan) {
    return new Profile(defaultPlan, 1, 0, "", "", List.of(), "", 0);
  }
}
