package dev.tokenguard.campaign;

import dev.tokenguard.testing.Keys;
import dev.tokenguard.v1.AuditAccountRequest;
import dev.tokenguard.v1.AuditAccountResponse;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.GetBalanceResponse;
import dev.tokenguard.v1.ListReservationsRequest;
import dev.tokenguard.v1.ListReservationsResponse;
import dev.tokenguard.v1.ListTransactionsRequest;
import dev.tokenguard.v1.ListTransactionsResponse;
import dev.tokenguard.v1.Reservation;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TokenAdminServiceGrpc.TokenAdminServiceBlockingStub;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import dev.tokenguard.v1.Transaction;
import dev.tokenguard.v1.TransactionLine;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Reads an account's books when everything has come to rest. */
final class ClosingReader implements AutoCloseable {

  private static final int PAGE = 1000;
  private static final int TRIES = 20;
  private static final int LEDGER_BYTES = 16 << 20;

  private final ManagedChannel channel;

  ClosingReader(String target) {
    channel =
        Grpc.newChannelBuilder(target, InsecureChannelCredentials.create())
            .maxInboundMessageSize(LEDGER_BYTES)
            .build();
  }

  /** Reads it whole, at one revision. */
  Closing read(int account) {
    for (int i = 0; ; i++) {
      Call before = balance(account);
      if (before.revision == 0) {
        // Nobody has opened it.
        return new Closing(before, List.of(), List.of(), List.of());
      }
      List<Closing.OpenHold> open = open(account);
      AuditAccountResponse audit =
          operator()
              .auditAccount(
                  AuditAccountRequest.newBuilder().setAccountId(Requests.account(account)).build());
      List<Closing.Entry> ledger = ledger(account);
      Call after = balance(account);
      // What expires meanwhile changes it.
      if (before.revision == after.revision || i == TRIES) {
        return new Closing(after, open, ledger, List.copyOf(audit.getFindingsList()));
      }
    }
  }

  private Call balance(int account) {
    Call call = new Call();
    call.account = account;
    call.start = System.nanoTime();
    GetBalanceResponse told =
        TokenGuardServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(1, TimeUnit.MINUTES)
            .withWaitForReady()
            .getBalance(
                GetBalanceRequest.newBuilder().setAccountId(Requests.account(account)).build());
    Answers.note(call, told);
    call.end = System.nanoTime();
    return call;
  }

  private TokenAdminServiceBlockingStub operator() {
    return TokenAdminServiceGrpc.newBlockingStub(Keys.with(Keys.ADMIN, channel))
        .withDeadlineAfter(1, TimeUnit.MINUTES)
        .withWaitForReady();
  }

  private List<Closing.OpenHold> open(int account) {
    List<Closing.OpenHold> open = new ArrayList<>();
    String page = "";
    do {
      ListReservationsResponse told =
          operator()
              .listReservations(
                  ListReservationsRequest.newBuilder()
                      .setAccountId(Requests.account(account))
                      .setPageSize(PAGE)
                      .setPageToken(page)
                      .build());
      for (Reservation each : told.getReservationsList()) {
        open.add(
            new Closing.OpenHold(
                Requests.id(each.getReservationId()),
                each.getAmountsOrDefault(Answers.TYPE, 0),
                each.getExpireTime().getSeconds() * 1000));
      }
      page = told.getNextPageToken();
    } while (!page.isEmpty());
    return open;
  }

  private List<Closing.Entry> ledger(int account) {
    List<Closing.Entry> ledger = new ArrayList<>();
    String page = "";
    do {
      ListTransactionsResponse told =
          operator()
              .listTransactions(
                  ListTransactionsRequest.newBuilder()
                      .setAccountId(Requests.account(account))
                      .setPageSize(PAGE)
                      .setPageToken(page)
                      .build());
      told.getTransactionsList().forEach(each -> ledger.add(entry(each)));
      page = told.getNextPageToken();
    } while (!page.isEmpty());
    Collections.reverse(ledger);
    return ledger;
  }

  private static Closing.Entry entry(Transaction told) {
    TransactionLine line =
        told.getLinesCount() == 0 ? TransactionLine.getDefaultInstance() : told.getLines(0);
    return new Closing.Entry(
        told.getRevision(),
        Closing.Kind.valueOf(told.getKind().name().replace("TRANSACTION_KIND_", "")),
        Requests.id(told.getReservationId()),
        line.getGranted(),
        line.getConsumed(),
        line.getLapsed(),
        line.getReleased(),
        line.getBalance(),
        told.getLate(),
        told.getTime().getSeconds() * 1000 + told.getTime().getNanos() / 1_000_000);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
