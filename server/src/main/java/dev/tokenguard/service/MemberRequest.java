package dev.tokenguard.service;

import java.util.Map;

/**
 * What an operator asks of members, in domain words and not checked yet, as a {@link GuardRequest}.
 */
public sealed interface MemberRequest {

  /**
   * Add a member, or replace the caps of one.
   *
   * @param account to which account
   * @param member whom
   * @param caps by token type
   * @param paysForItself whether calls that name it alone are not paid for by the account
   * @param move whether it may be taken from another account
   * @param requestId the operator's id of the change; may be empty, as in all that follow
   */
  record Add(
      String account,
      String member,
      Map<String, Long> caps,
      boolean paysForItself,
      boolean move,
      String requestId)
      implements MemberRequest {}

  /**
   * Replace the caps of a member.
   *
   * @param account of which account
   * @param member whom
   * @param caps by token type
   * @param requestId the operator's id of the change
   */
  record Cap(String account, String member, Map<String, Long> caps, String requestId)
      implements MemberRequest {}

  /**
   * Remove a member.
   *
   * @param account from which account
   * @param member whom
   * @param requestId the operator's id of the change
   */
  record Remove(String account, String member, String requestId) implements MemberRequest {}

  /**
   * Look at one.
   *
   * @param account of which account
   * @param member whom
   */
  record Of(String account, String member) implements MemberRequest {}

  /**
   * List members.
   *
   * @param account of which account
   * @param pageSize about so many; 0 for the default
   * @param pageToken where to go on; empty from the beginning
   * @param counted also those that nobody added
   */
  record ListAll(String account, int pageSize, String pageToken, boolean counted)
      implements MemberRequest {}
}
