package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to spend, by whom and for what: the request of reserve, guard, consume and check.
 *
 * <pre>{@code
 * ReserveRequest.of("store-17", "create_website").withMember("ann").withTtl(Duration.ofMinutes(5))
 * }</pre>
 *
 * <p>Immutable. Bounds are the server's to check: a bad value is a {@link TokenGuardException} with
 * code {@code INVALID_ARGUMENT} that names every bad field.
 *
 * @param accountId who pays
 * @param memberId on whose behalf, when the account has members
 * @param feature what is guarded: a feature of the catalog
 * @param reservationId the idempotency key; null: the client makes one
 * @param amounts an estimate in whole tokens by token type, which replaces the catalog's cost;
 *     empty: the catalog's cost
 * @param ttl how long the hold lives unless it is settled or extended; null: the server's default.
 *     Consume and check hold nothing and do not use it
 * @param metadata kept with the reservation and written to the ledger; check does not use it
 * @param locale language of a denial's message, a BCP 47 tag; null: the client's, else the
 *     account's
 * @param resume whether this is another run of work that may have been started under the same id;
 *     see {@link #resuming}
 */
public record ReserveRequest(
    String accountId,
    @Nullable String memberId,
    String feature,
    @Nullable String reservationId,
    Map<String, Long> amounts,
    @Nullable Duration ttl,
    Map<String, String> metadata,
    @Nullable String locale,
    boolean resume) {

  /** Copies the maps. */
  public ReserveRequest {
    requireNonNull(accountId, "accountId");
    requireNonNull(feature, "feature");
    amounts = Map.copyOf(amounts);
    metadata = Map.copyOf(metadata);
  }

  /** A request for what the feature costs by the catalog. */
  public static ReserveRequest of(String accountId, String feature) {
    return new ReserveRequest(
        accountId, null, feature, null, Map.of(), null, Map.of(), null, false);
  }

  /** Names the member on whose behalf it is; null for none. */
  public ReserveRequest withMember(@Nullable String newMemberId) {
    return new ReserveRequest(
        accountId, newMemberId, feature, reservationId, amounts, ttl, metadata, locale, resume);
  }

  /**
   * Names the reservation, so that a double click or a job that is delivered twice carries the same
   * id and is charged once. One id is for one piece of work: after a refund it is used up, and a
   * new try takes a new id. A denial does not use it up.
   */
  public ReserveRequest withReservationId(@Nullable String newReservationId) {
    return new ReserveRequest(
        accountId, memberId, feature, newReservationId, amounts, ttl, metadata, locale, resume);
  }

  /** Estimates the cost: whole tokens by token type, each at least 1. */
  public ReserveRequest withAmounts(Map<String, Long> newAmounts) {
    return new ReserveRequest(
        accountId, memberId, feature, reservationId, newAmounts, ttl, metadata, locale, resume);
  }

  /**
   * Says how long the hold lives unless it is settled or extended; null for the server's default.
   */
  public ReserveRequest withTtl(@Nullable Duration newTtl) {
    return new ReserveRequest(
        accountId, memberId, feature, reservationId, amounts, newTtl, metadata, locale, resume);
  }

  /** Adds notes for the ledger, in place of earlier ones. */
  public ReserveRequest withMetadata(Map<String, String> newMetadata) {
    return new ReserveRequest(
        accountId, memberId, feature, reservationId, amounts, ttl, newMetadata, locale, resume);
  }

  /** Says in which language a denial is told, a BCP 47 tag; null for the client's. */
  public ReserveRequest withLocale(@Nullable String newLocale) {
    return new ReserveRequest(
        accountId, memberId, feature, reservationId, amounts, ttl, metadata, newLocale, resume);
  }

  /**
   * Says that this is another run of the same work, as when a queue delivers a job again after its
   * worker died: if the id is known and its hold still open, this caller takes it over. Without it,
   * an id that somebody else has reserved already is a {@linkplain Reservation#duplicate()
   * duplicate}.
   */
  public ReserveRequest resuming() {
    return new ReserveRequest(
        accountId, memberId, feature, reservationId, amounts, ttl, metadata, locale, true);
  }
}
