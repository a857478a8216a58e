package dev.tokenguard.store;

import dev.tokenguard.domain.Account;
import dev.tokenguard.domain.AccountFields;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Member;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * Accounts and their members. Thread-safe; never blocks. Inputs are valid when they come here; a
 * stage fails with a {@link FaultException} and nothing else.
 */
public interface AccountStore {

  /** Opens an account. */
  CompletionStage<Changed<Account>> create(
      String account, AccountFields fields, ChangeRequest request);

  /** An account as it is now, what was due being done. */
  CompletionStage<Account> get(String account);

  /**
   * Accounts in order of id, as they were stored by their last change.
   *
   * @param after only ids after this one; empty from the beginning
   * @param prefix only ids that begin so; empty for all
   * @param size as many at most
   * @param look look at so many at most, however few pass the filter
   * @param filter which ones
   */
  CompletionStage<Page<Account>> list(
      String after, String prefix, int size, int look, Predicate<Account> filter);

  /** Accounts to which a user was added as a member, in order of id. */
  CompletionStage<Page<Account>> listOf(String member, Predicate<Account> filter);

  /**
   * Changes some fields of an account.
   *
   * @param changed which of {@code fields}
   * @param version that it must have; 0 for any
   */
  CompletionStage<Changed<Account>> update(
      String account,
      AccountFields fields,
      Set<AccountFields.Field> changed,
      long version,
      ChangeRequest request);

  /**
   * Deletes an account with all that belongs to it.
   *
   * @param force refund open reservations first; else they forbid it
   * @param version that it must have; 0 for any
   * @return reservations that were refunded
   */
  CompletionStage<Changed<Long>> delete(
      String account, boolean force, long version, ChangeRequest request);

  /**
   * Adds a member, or replaces the caps of one.
   *
   * @param caps by token type; none for types not named
   * @param paysForItself whether calls that name the member alone are not paid for by the account
   * @param move whether it may be taken from another payer
   */
  CompletionStage<Changed<Member>> addMember(
      String account,
      String member,
      Amounts caps,
      boolean paysForItself,
      boolean move,
      ChangeRequest request);

  /** A member as it is now. */
  CompletionStage<Member> getMember(String account, String member);

  /**
   * Members in no particular order.
   *
   * @param cursor where to go on; empty from the beginning
   * @param size about so many
   * @param counted also those that nobody added
   */
  CompletionStage<Page<Member>> listMembers(
      String account, String cursor, int size, boolean counted);

  /** Replaces the caps of a member. */
  CompletionStage<Changed<Member>> capMember(
      String account, String member, Amounts caps, ChangeRequest request);

  /**
   * Removes a member; what it holds is settled against the account.
   *
   * @return its id
   */
  CompletionStage<Changed<String>> removeMember(
      String account, String member, ChangeRequest request);
}
