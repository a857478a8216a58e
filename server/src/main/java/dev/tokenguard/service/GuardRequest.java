package dev.tokenguard.service;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks for, in domain words and not checked yet: any string, number or size may be in
 * there. Strings that were not given are empty.
 */
public sealed interface GuardRequest {

  /** Who pays. */
  String account();

  /**
   * Hold the cost of a feature, or charge it at once.
   *
   * @param account who pays
   * @param member on whose behalf
   * @param feature what is guarded
   * @param reservation the caller's id
   * @param amounts what replaces the feature's cost; empty for the cost
   * @param ttl how long to hold; null for the default, and where nothing stays held
   * @param metadata for the ledger
   */
  record Reserve(
      String account,
      String member,
      String feature,
      String reservation,
      Map<String, Long> amounts,
      @Nullable Duration ttl,
      Map<String, String> metadata)
      implements GuardRequest {}

  /**
   * Say what a reserve would be answered.
   *
   * @param account who would pay
   * @param member on whose behalf
   * @param feature what is guarded
   * @param amounts what replaces the feature's cost; empty for the cost
   */
  record Check(String account, String member, String feature, Map<String, Long> amounts)
      implements GuardRequest {}

  /**
   * Charge a reservation.
   *
   * @param account who pays
   * @param reservation which one
   * @param actual what the work took; null for what is held
   * @param metadata for the ledger
   */
  record Commit(
      String account,
      String reservation,
      @Nullable Map<String, Long> actual,
      Map<String, String> metadata)
      implements GuardRequest {}

  /**
   * Return a reservation.
   *
   * @param account who pays
   * @param reservation which one
   * @param reason for the ledger
   */
  record Refund(String account, String reservation, String reason) implements GuardRequest {}

  /**
   * Keep a reservation alive, and raise what it holds.
   *
   * @param account who pays
   * @param reservation which one
   * @param ttl how long to hold from now on; null for the default
   * @param amounts totals to hold; empty for the time only
   */
  record Extend(
      String account, String reservation, @Nullable Duration ttl, Map<String, Long> amounts)
      implements GuardRequest {}

  /**
   * Tell, or watch, what an account has.
   *
   * @param account whose
   * @param member also what this member has used
   * @param tokenTypes only these; empty for all
   */
  record Balance(String account, String member, List<String> tokenTypes) implements GuardRequest {}
}
