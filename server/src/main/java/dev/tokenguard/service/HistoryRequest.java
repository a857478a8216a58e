package dev.tokenguard.service;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an operator asks of what happened, in domain words and not checked yet, as a {@link
 * GuardRequest}. Names that are not given are empty.
 */
public sealed interface HistoryRequest {

  /**
   * List the ledger.
   *
   * @param account whose
   * @param pageSize as many at most; 0 for the default
   * @param pageToken where to go on; empty from the newest
   * @param filter which ones
   */
  record Transactions(String account, int pageSize, String pageToken, Filter filter)
      implements HistoryRequest {}

  /**
   * Which transactions: those that meet every condition.
   *
   * @param kinds names of kinds; empty, or an empty name, for all
   * @param tokenType with a line of this type
   * @param feature for this feature
   * @param member on behalf of this member
   * @param reservation of this reservation or grant
   * @param start at this time or later; null for any
   * @param end before this time; null for any
   */
  record Filter(
      List<String> kinds,
      String tokenType,
      String feature,
      String member,
      String reservation,
      @Nullable Instant start,
      @Nullable Instant end) {

    /** Every transaction. */
    public static final Filter ALL = new Filter(List.of(), "", "", "", "", null, null);
  }

  /**
   * List open reservations.
   *
   * @param account whose
   * @param pageSize as many at most; 0 for the default
   * @param pageToken where to go on; empty from the beginning
   * @param member only those on behalf of this member
   */
  record Reservations(String account, int pageSize, String pageToken, String member)
      implements HistoryRequest {}

  /**
   * Sum up what was charged.
   *
   * @param account whose
   * @param startDate first day; empty for 29 days before the last
   * @param endDate last day; empty for today
   * @param groupBy names of dimensions; empty for the token type alone
   * @param tokenType only of this type
   * @param feature only for this feature
   * @param member only on behalf of this member
   * @param limit rows at most; 0 for the default
   */
  record Usage(
      String account,
      String startDate,
      String endDate,
      List<String> groupBy,
      String tokenType,
      String feature,
      String member,
      int limit)
      implements HistoryRequest {}

  /**
   * Write a file.
   *
   * @param kind name of what; required
   * @param format name of how; empty for CSV
   * @param account of this account alone; empty for all
   * @param filter of transactions, which; null for all
   * @param startDate of usage, as in {@link Usage}
   * @param endDate of usage, as in {@link Usage}
   */
  record Export(
      String kind,
      String format,
      String account,
      @Nullable Filter filter,
      String startDate,
      String endDate)
      implements HistoryRequest {}
}
