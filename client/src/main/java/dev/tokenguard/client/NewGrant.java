package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

import dev.tokenguard.v1.CreateGrantRequest;
import java.time.Instant;

/**
 * Tokens to grant on top of the allowance: bought, earned, given.
 *
 * <pre>{@code
 * NewGrant.of("store-17", "image", 500, "purchase").withRequestId(payment.id())
 * }</pre>
 *
 * <p>Immutable. Bounds are the server's to check: a bad value is a {@link TokenGuardException} with
 * code {@code INVALID_ARGUMENT} that names every bad field.
 *
 * @param request what is sent; its {@code request_id} may be empty
 */
public record NewGrant(CreateGrantRequest request) {

  /** Needs a request. */
  public NewGrant {
    requireNonNull(request, "request");
  }

  /**
   * A grant that counts at once, never lapses, and is used after the allowance.
   *
   * @param tokenType a token type of the catalog
   * @param amount whole tokens, at least 1
   * @param reason why, in one word: {@code purchase}, {@code referral}, {@code reward}, or another
   *     of 1 to 64 ASCII letters, digits, {@code _} and {@code -}
   */
  public static NewGrant of(String accountId, String tokenType, long amount, String reason) {
    return new NewGrant(
        CreateGrantRequest.newBuilder()
            .setAccountId(accountId)
            .setTokenType(tokenType)
            .setAmount(amount)
            .setReason(reason)
            .build());
  }

  /** For people; at most 256 bytes. */
  public NewGrant withNote(String note) {
    return new NewGrant(request.toBuilder().setNote(note).build());
  }

  /** Who grants it; an id, for the history. */
  public NewGrant withActor(String actor) {
    return new NewGrant(request.toBuilder().setActor(actor).build());
  }

  /**
   * From -1,000 to 1,000: pockets with smaller numbers are used first. An allowance has 0. Default:
   * 100.
   */
  public NewGrant withPriority(int priority) {
    return new NewGrant(request.toBuilder().setPriority(priority).build());
  }

  /** From when on it counts, at most 10 years ahead. Default: at once. */
  public NewGrant withStartTime(Instant startTime) {
    return new NewGrant(request.toBuilder().setStartTime(Protos.timestamp(startTime)).build());
  }

  /** When what is left of it lapses. Default: never. */
  public NewGrant withExpireTime(Instant expireTime) {
    return new NewGrant(request.toBuilder().setExpireTime(Protos.timestamp(expireTime)).build());
  }

  /**
   * Names the request, so that it is carried out once however often it is sent: the payment's id,
   * so that a webhook that is delivered twice grants once. It is the id of the grant too; without
   * it the client makes an id for each call, which does not protect from a caller that calls again.
   */
  public NewGrant withRequestId(String requestId) {
    return new NewGrant(request.toBuilder().setRequestId(requestId).build());
  }
}
