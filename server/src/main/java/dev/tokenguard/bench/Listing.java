package dev.tokenguard.bench;

import dev.tokenguard.v1.AccountStatus;
import dev.tokenguard.v1.ListAccountsRequest;
import dev.tokenguard.v1.ListAccountsResponse;
import java.util.ArrayList;
import java.util.List;

/** What it takes to list accounts, a page of a thousand at a time, one page after the other. */
final class Listing {
  private static final int PAGE = 1000;

  /** Digits of an id that a prefix leaves open: as many accounts as ten pages. */
  private static final int OPEN_DIGITS = 4;

  private final AdminCalls admin;
  private final Runner runner;
  private final Progress progress;
  private final List<Runner.Load> loads = new ArrayList<>();

  Listing(AdminCalls admin, Runner runner, Progress progress) {
    this.admin = admin;
    this.runner = runner;
    this.progress = progress;
  }

  /**
   * Runs the rows.
   *
   * @param accounts about how many there are
   * @param middle the id of one of them
   */
  List<Figure> run(long accounts, String middle) throws BenchException, InterruptedException {
    List<String> tokens = new ArrayList<>();
    Figure rate = walk(accounts, tokens);
    row(Budgets.LIST_FIRST, at(""));
    row(Budgets.LIST_MIDDLE, at(tokens.get(tokens.size() / 2)));
    // The very last page may be of a few accounts only.
    row(Budgets.LIST_LAST, at(tokens.get(Math.max(0, tokens.size() - 2))));
    String prefix = middle.substring(0, middle.length() - OPEN_DIGITS);
    row(Budgets.LIST_PREFIX, at("").setIdPrefix(prefix));
    row(Budgets.LIST_NONE, at("").setStatus(AccountStatus.ACCOUNT_STATUS_SUSPENDED));
    runner.run(loads);
    return List.of(rate);
  }

  private static ListAccountsRequest.Builder at(String token) {
    return ListAccountsRequest.newBuilder().setPageSize(PAGE).setPageToken(token);
  }

  private void row(String name, ListAccountsRequest.Builder request) throws BenchException {
    int expected = admin.page(request.build()).getAccountsCount();
    loads.add(new Runner.Load(name, Budgets.ONE, admin.page(request.build(), expected)));
  }

  /** Through all of them; collects the token of each page. */
  private Figure walk(long accounts, List<String> tokens) throws BenchException {
    var listed = progress.of(new Pace(accounts, "accounts listed"));
    long begun = System.nanoTime();
    long seen = 0;
    String token = "";
    do {
      tokens.add(token);
      ListAccountsResponse page = admin.page(at(token).build());
      seen += page.getAccountsCount();
      listed.accept(page.getAccountsCount());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    if (seen < accounts) {
      throw new BenchException(
          String.format("%,d accounts were made, and %,d are listed", accounts, seen));
    }
    return new Figure(
        "list of all, page by page", seen * 1e9 / (System.nanoTime() - begun), "accounts/s");
  }
}
