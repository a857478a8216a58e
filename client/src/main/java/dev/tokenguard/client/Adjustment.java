package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

import dev.tokenguard.v1.AdjustBalanceRequest;

/**
 * A correction of a balance by hand.
 *
 * <pre>{@code
 * Adjustment.of("store-17", "image", -3, "chargeback").withActor("ops:mali").allowingDebt()
 * }</pre>
 *
 * <p>Immutable. Bounds are the server's to check: a bad value is a {@link TokenGuardException} with
 * code {@code INVALID_ARGUMENT} that names every bad field.
 *
 * @param request what is sent; its {@code request_id} may be empty
 */
public record Adjustment(AdjustBalanceRequest request) {

  /** Needs a request. */
  public Adjustment {
    requireNonNull(request, "request");
  }

  /**
   * A correction that leaves no debt.
   *
   * @param tokenType a token type of the catalog
   * @param amount whole tokens more, or fewer if negative; not 0
   * @param reason why, in one word: 1 to 64 of ASCII letters, digits, {@code _} and {@code -}
   */
  public static Adjustment of(String accountId, String tokenType, long amount, String reason) {
    return new Adjustment(
        AdjustBalanceRequest.newBuilder()
            .setAccountId(accountId)
            .setTokenType(tokenType)
            .setAmount(amount)
            .setReason(reason)
            .build());
  }

  /** For people; at most 256 bytes. */
  public Adjustment withNote(String note) {
    return new Adjustment(request.toBuilder().setNote(note).build());
  }

  /** Who does it; an id, for the history. */
  public Adjustment withActor(String actor) {
    return new Adjustment(request.toBuilder().setActor(actor).build());
  }

  /**
   * Lets a negative adjustment go below zero; without this, more than is available is a fault with
   * reason {@code INSUFFICIENT_TOKENS} and nothing is done.
   */
  public Adjustment allowingDebt() {
    return new Adjustment(request.toBuilder().setAllowDebt(true).build());
  }

  /**
   * Names the request, so that it is carried out once however often it is sent; without it the
   * client makes an id for each call, which does not protect from a caller that calls again.
   */
  public Adjustment withRequestId(String requestId) {
    return new Adjustment(request.toBuilder().setRequestId(requestId).build());
  }
}
