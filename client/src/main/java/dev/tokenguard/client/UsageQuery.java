package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

import dev.tokenguard.v1.GetUsageRequest;
import dev.tokenguard.v1.UsageDimension;
import java.time.LocalDate;
import java.util.List;

/**
 * Which usage of an account, and what its rows are told apart by. Immutable.
 *
 * <pre>{@code
 * UsageQuery.of("acme").groupedBy(USAGE_DIMENSION_MEMBER, USAGE_DIMENSION_TOKEN_TYPE).withLimit(10)
 * }</pre>
 *
 * @param request what is sent
 */
public record UsageQuery(GetUsageRequest request) {

  /** Needs a request. */
  public UsageQuery {
    requireNonNull(request, "request");
  }

  /** The last 30 days by token type, today in the account's time zone included. */
  public static UsageQuery of(String accountId) {
    return new UsageQuery(GetUsageRequest.newBuilder().setAccountId(accountId).build());
  }

  /**
   * From the first day to the last, inclusive, in the account's time zone. At most the server's
   * {@code usage.days} are kept.
   */
  public UsageQuery withDays(LocalDate first, LocalDate last) {
    return new UsageQuery(
        request.toBuilder().setStartDate(first.toString()).setEndDate(last.toString()).build());
  }

  /** What rows are told apart by; all else is summed up. */
  public UsageQuery groupedBy(UsageDimension... dimensions) {
    return new UsageQuery(
        request.toBuilder().clearGroupBy().addAllGroupBy(List.of(dimensions)).build());
  }

  /** Only of this token type. */
  public UsageQuery withTokenType(String tokenType) {
    return new UsageQuery(request.toBuilder().setTokenType(tokenType).build());
  }

  /** Only for this feature. */
  public UsageQuery withFeature(String feature) {
    return new UsageQuery(request.toBuilder().setFeature(feature).build());
  }

  /** Only on behalf of this member. */
  public UsageQuery withMember(String memberId) {
    return new UsageQuery(request.toBuilder().setMemberId(memberId).build());
  }

  /** Rows at most, those of the largest amount; 0 for 1,000, at most 10,000. */
  public UsageQuery withLimit(int limit) {
    return new UsageQuery(request.toBuilder().setLimit(limit).build());
  }
}
