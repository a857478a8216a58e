package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

import dev.tokenguard.v1.ResetDueAccountsRequest;
import dev.tokenguard.v1.ResetDueAccountsResponse;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Resets what is due, call by call. Calls follow one another, so its fields need no lock. */
final class DueResets {

  private final AdminCalls calls;
  private final Queue<ResetDueAccountsRequest> parts = new ArrayDeque<>();
  private final ResetDueAccountsResponse.Builder sums = ResetDueAccountsResponse.newBuilder();
  private final CompletableFuture<ResetDueAccountsResponse> result = new CompletableFuture<>();

  DueResets(AdminCalls calls, ResetDueAccountsRequest request) {
    this.calls = calls;
    if (request.getAccountIdsCount() == 0) {
      parts.add(request);
    }
    // An id is ASCII, and has a tag and a length of at most two bytes before it.
    Batches.split(request.getAccountIdsList(), id -> id.length() + 3)
        .forEach(
            ids -> parts.add(request.toBuilder().clearAccountIds().addAllAccountIds(ids).build()));
  }

  CompletableFuture<ResetDueAccountsResponse> start() {
    sendNext();
    return result;
  }

  private void sendNext() {
    ResetDueAccountsRequest part = parts.poll();
    if (part == null) {
      result.complete(sums.build());
      return;
    }
    Futures.whenDone(
        calls.call(TokenAdminServiceGrpc.getResetDueAccountsMethod(), part),
        (answer, thrown) -> {
          try {
            answered(part, answer, thrown);
          } catch (RuntimeException e) {
            result.completeExceptionally(e);
          }
        });
  }

  private void answered(
      ResetDueAccountsRequest part,
      @Nullable ResetDueAccountsResponse answer,
      @Nullable Throwable thrown) {
    if (answer == null) {
      result.completeExceptionally(requireNonNull(thrown));
      return;
    }
    sums.setLookedAt(sums.getLookedAt() + answer.getLookedAt())
        .setReset(sums.getReset() + answer.getReset())
        .addAllErrors(answer.getErrorsList());
    if (!answer.getNextPageToken().isEmpty()) {
      Listing.requireProgress(part.getPageToken(), answer.getNextPageToken());
      parts.add(part.toBuilder().setPageToken(answer.getNextPageToken()).build());
    }
    sendNext();
  }
}
