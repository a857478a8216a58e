package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Account;
import dev.tokenguard.domain.Balance;
import dev.tokenguard.domain.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Accounts as operators see them, of the bytes that are stored.
 *
 * @param plans the rules that an account is under
 */
record StoredAccounts(Function<Profile, Plan> plans) {

  Account account(String id, byte[] packed) {
    StoredValues.Account stored = StoredValues.account(packed);
    Standing standing = StoredValues.standing(packed);
    Plan plan = plans.apply(standing.profile());
    TreeSet<String> types = new TreeSet<>(plan.allowances().keySet());
    types.addAll(stored.balances().keySet());
    List<Balance> balances = new ArrayList<>(types.size());
    for (String type : types) {
      balances.add(
          StoredValues.balance(
              type, stored.balances().get(type), plan.allowances().containsKey(type)));
    }
    return new Account(
        id,
        standing.fields(),
        standing.opened(),
        standing.profile().payer(),
        standing.members(),
        stored.open(),
        balances,
        standing.profile().version(),
        stored.revision());
  }
}
