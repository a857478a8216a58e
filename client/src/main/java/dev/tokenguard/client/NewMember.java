package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

import dev.tokenguard.v1.AddMemberRequest;
import java.util.Map;

/**
 * A member to add to an account, or whose caps to replace.
 *
 * <pre>{@code
 * NewMember.of("acme", "ann").withCaps(Map.of("image", 20L))
 * }</pre>
 *
 * <p>Immutable. Bounds are the server's to check: a bad value is a {@link TokenGuardException} with
 * code {@code INVALID_ARGUMENT} that names every bad field.
 *
 * @param request what is sent; its {@code request_id} may be empty
 */
public record NewMember(AddMemberRequest request) {

  /** Needs a request. */
  public NewMember {
    requireNonNull(request, "request");
  }

  /** A member without caps, for whom the account pays. */
  public static NewMember of(String accountId, String memberId) {
    return new NewMember(
        AddMemberRequest.newBuilder().setAccountId(accountId).setMemberId(memberId).build());
  }

  /**
   * The most tokens of each type that the member may use in a period; types not named have no cap.
   */
  public NewMember withCaps(Map<String, Long> caps) {
    return new NewMember(request.toBuilder().clearCaps().putAllCaps(caps).build());
  }

  /**
   * Calls that name only the member are not paid for by the account: the member has tokens of its
   * own, or belongs to several accounts and names the one that pays.
   */
  public NewMember payingForItself() {
    return new NewMember(request.toBuilder().setPaysForItself(true).build());
  }

  /**
   * Moves the member here if another account pays for it; without this, that is a fault with reason
   * {@code MEMBER_HAS_PAYER}.
   */
  public NewMember moving() {
    return new NewMember(request.toBuilder().setMove(true).build());
  }

  /**
   * Names the request, so that it is carried out once however often it is sent; without it the
   * client makes an id for each call.
   */
  public NewMember withRequestId(String requestId) {
    return new NewMember(request.toBuilder().setRequestId(requestId).build());
  }
}
