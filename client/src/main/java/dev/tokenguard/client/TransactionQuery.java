package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

import dev.tokenguard.v1.ListTransactionsRequest;
import dev.tokenguard.v1.TransactionFilter;
import dev.tokenguard.v1.TransactionKind;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * Which transactions of an account: those that meet every condition. Immutable.
 *
 * <pre>{@code
 * TransactionQuery.of("store-17").withKinds(List.of(TRANSACTION_KIND_COMMIT)).withFeature("chat")
 * }</pre>
 *
 * @param request what is sent
 */
public record TransactionQuery(ListTransactionsRequest request) {

  /** Needs a request. */
  public TransactionQuery {
    requireNonNull(request, "request");
  }

  /** All of them. */
  public static TransactionQuery of(String accountId) {
    return new TransactionQuery(
        ListTransactionsRequest.newBuilder().setAccountId(accountId).build());
  }

  /** Of these kinds; empty for all. */
  public TransactionQuery withKinds(List<TransactionKind> kinds) {
    return with(filter -> filter.clearKinds().addAllKinds(kinds));
  }

  /** With a line of this token type. */
  public TransactionQuery withTokenType(String tokenType) {
    return with(filter -> filter.setTokenType(tokenType));
  }

  /** For this feature. */
  public TransactionQuery withFeature(String feature) {
    return with(filter -> filter.setFeature(feature));
  }

  /** On behalf of this member. */
  public TransactionQuery withMember(String memberId) {
    return with(filter -> filter.setMemberId(memberId));
  }

  /** Of this reservation or grant. */
  public TransactionQuery withReservation(String reservationId) {
    return with(filter -> filter.setReservationId(reservationId));
  }

  /** At this time or later. */
  public TransactionQuery from(Instant startTime) {
    return with(filter -> filter.setStartTime(Protos.timestamp(startTime)));
  }

  /** Before this time. */
  public TransactionQuery before(Instant endTime) {
    return with(filter -> filter.setEndTime(Protos.timestamp(endTime)));
  }

  /** Its conditions alone, as for {@link ExportQuery#withFilter}. */
  public TransactionFilter filter() {
    return request.getFilter();
  }

  private TransactionQuery with(Consumer<TransactionFilter.Builder> change) {
    ListTransactionsRequest.Builder builder = request.toBuilder();
    change.accept(builder.getFilterBuilder());
    return new TransactionQuery(builder.build());
  }
}
