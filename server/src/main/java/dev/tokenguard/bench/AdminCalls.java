package dev.tokenguard.bench;

import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.AddMemberRequest;
import dev.tokenguard.v1.BatchAddMembersRequest;
import dev.tokenguard.v1.BatchCreateAccountsRequest;
import dev.tokenguard.v1.BatchCreateGrantsRequest;
import dev.tokenguard.v1.BatchResult;
import dev.tokenguard.v1.CreateAccountRequest;
import dev.tokenguard.v1.CreateGrantRequest;
import dev.tokenguard.v1.GetSweepRequest;
import dev.tokenguard.v1.GetSweepResponse;
import dev.tokenguard.v1.Grant;
import dev.tokenguard.v1.ListAccountsRequest;
import dev.tokenguard.v1.ListAccountsResponse;
import dev.tokenguard.v1.ListGrantsRequest;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;

/** What operators call, over gRPC. Thread-safe. */
final class AdminCalls {
  /** Items of a batch, as many as a server takes. */
  static final int BATCH = 1000;

  private final Channels channels;

  AdminCalls(Channels channels) {
    this.channels = channels;
  }

  /** Opens accounts. */
  void create(List<Account> accounts) throws BenchException {
    for (List<Account> batch : batches(accounts)) {
      BatchCreateAccountsRequest.Builder request = BatchCreateAccountsRequest.newBuilder();
      batch.forEach(each -> request.addRequestsBuilder().setAccount(each));
      check(
          channels
              .await(TokenAdminServiceGrpc.getBatchCreateAccountsMethod(), request.build())
              .getResultsList());
    }
  }

  /**
   * Opens accounts on the default plan, a batch a call, until there are so many.
   *
   * @param created hears how many were opened by each call
   */
  Operation create(LongFunction<String> account, long count, LongConsumer created) {
    AtomicLong next = new AtomicLong();
    return done -> {
      long from = next.getAndAdd(BATCH);
      if (from >= count) {
        return false;
      }
      BatchCreateAccountsRequest.Builder request = BatchCreateAccountsRequest.newBuilder();
      for (long i = from; i < Math.min(count, from + BATCH); i++) {
        request.addRequests(
            CreateAccountRequest.newBuilder()
                .setAccount(Account.newBuilder().setAccountId(account.apply(i))));
      }
      channels.call(
          TokenAdminServiceGrpc.getBatchCreateAccountsMethod(),
          request.build(),
          done,
          reply -> {
            Optional<String> failed = failed(reply.getResultsList());
            if (failed.isPresent()) {
              done.failed(failed.get());
            } else {
              created.accept(reply.getResultsCount());
              done.succeeded();
            }
          });
      return true;
    };
  }

  /** Adds members. */
  void add(List<AddMemberRequest> members) throws BenchException {
    for (List<AddMemberRequest> batch : batches(members)) {
      check(
          channels
              .await(
                  TokenAdminServiceGrpc.getBatchAddMembersMethod(),
                  BatchAddMembersRequest.newBuilder().addAllRequests(batch).build())
              .getResultsList());
    }
  }

  /** Grants tokens. */
  void grant(List<CreateGrantRequest> grants) throws BenchException {
    for (List<CreateGrantRequest> batch : batches(grants)) {
      check(
          channels
              .await(
                  TokenAdminServiceGrpc.getBatchCreateGrantsMethod(),
                  BatchCreateGrantsRequest.newBuilder().addAllRequests(batch).build())
              .getResultsList());
    }
  }

  /** The grants of an account, in the order in which they burn. */
  List<Grant> grants(String account) throws BenchException {
    return channels
        .await(
            TokenAdminServiceGrpc.getListGrantsMethod(),
            ListGrantsRequest.newBuilder().setAccountId(account).build())
        .getGrantsList();
  }

  /** A page of a list of accounts. */
  ListAccountsResponse page(ListAccountsRequest request) throws BenchException {
    return channels.await(TokenAdminServiceGrpc.getListAccountsMethod(), request);
  }

  /** A page of a list of accounts, over and over. It must have so many accounts. */
  Operation page(ListAccountsRequest request, int accounts) {
    return done -> {
      channels.call(
          TokenAdminServiceGrpc.getListAccountsMethod(),
          request,
          done,
          reply -> {
            if (reply.getAccountsCount() == accounts) {
              done.succeeded();
            } else {
              done.failed("a page of " + reply.getAccountsCount() + ", not of " + accounts);
            }
          });
      return true;
    };
  }

  /** How the background walk is doing. */
  GetSweepResponse sweep() throws BenchException {
    return channels.await(
        TokenAdminServiceGrpc.getGetSweepMethod(), GetSweepRequest.getDefaultInstance());
  }

  private static void check(List<BatchResult> results) throws BenchException {
    Optional<String> failed = failed(results);
    if (failed.isPresent()) {
      throw new BenchException(failed.get());
    }
  }

  /** What went wrong first, if anything. */
  private static Optional<String> failed(List<BatchResult> results) {
    return results.stream()
        .filter(BatchResult::hasError)
        .findFirst()
        .map(each -> each.getError().getReason() + ": " + each.getError().getMessage());
  }

  static <T> List<List<T>> batches(List<T> all) {
    List<List<T>> batches = new ArrayList<>();
    for (int from = 0; from < all.size(); from += BATCH) {
      batches.add(all.subList(from, Math.min(all.size(), from + BATCH)));
    }
    return batches;
  }
}
