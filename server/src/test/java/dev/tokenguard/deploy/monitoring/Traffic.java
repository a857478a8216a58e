package dev.tokenguard.deploy.monitoring;

import com.google.protobuf.Duration;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.CheckAndReserveResponse;
import dev.tokenguard.v1.CreateAccountRequest;
import dev.tokenguard.v1.CreateGrantRequest;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.wire.Caller;

/** A little of everything that a server counts, again and again. */
final class Traffic {

  /** A plan whose allowance resets every second, beside the usual one. */
  static final String CATALOG =
      """
      token_types:
        website: {title: Websites}
        film: {}
      features:
        create_website: {cost: {website: 1}}
        shoot: {cost: {film: 1}}
      plans:
        free:
          allowances:
            website: {amount: 5, resets: daily}
        sprint:
          allowances:
            website: {amount: 5, resets: every PT1S}
      default_plan: free
      """;

  private final Caller caller;
  private int rounds;

  Traffic(Caller caller) {
    this.caller = caller;
    TokenAdminServiceGrpc.newBlockingStub(caller.operators())
        .createAccount(
            CreateAccountRequest.newBuilder()
                .setAccount(Account.newBuilder().setAccountId("runner").setPlan("sprint"))
                .build());
  }

  /** Every end that a hold can have, denials of two kinds, a repeated call, a grant, a reset. */
  void round() {
    rounds++;
    String account = "account-" + rounds;
    caller.reserve(account, "create_website", "charged");
    caller.reserve(account, "create_website", "charged");
    caller.commit(account, "charged");
    caller.reserve(account, "create_website", "returned");
    caller.refund(account, "returned");
    CheckAndReserveResponse unused =
        caller
            .stub()
            .checkAndReserve(
                Caller.reserveRequest(account, "create_website", "forgotten")
                    .setTtl(Duration.newBuilder().setSeconds(1))
                    .build());
    caller.reserve(account, "create_website", "too-much", "website", 100);
    caller.reserve(account, "shoot", "not-in-the-plan");
    for (int i = 0; i < 3; i++) {
      caller.consume(account, "create_website", "at-once-" + i);
    }
    caller.consume("runner", "create_website", "run-" + rounds);
    caller.balance("runner");
    TokenAdminServiceGrpc.newBlockingStub(caller.operators())
        .createGrant(
            CreateGrantRequest.newBuilder()
                .setAccountId(account)
                .setTokenType("website")
                .setAmount(2)
                .setReason("purchase")
                .setRequestId("grant-" + rounds)
                .build());
  }
}
