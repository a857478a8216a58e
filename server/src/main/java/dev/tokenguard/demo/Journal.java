package dev.tokenguard.demo;

import dev.tokenguard.client.BalanceRequest;
import dev.tokenguard.client.DeniedException;
import dev.tokenguard.client.TokenGuardClient;
import dev.tokenguard.demo.Console.Mood;
import dev.tokenguard.v1.Balance;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells what happens to briefs, and keeps count of the sites that each user was given. */
final class Journal {
  private final TokenGuardClient tokens;
  private final Console console;
  private final Map<String, Integer> sites = new LinkedHashMap<>();

  Journal(TokenGuardClient tokens, Console console) {
    this.tokens = tokens;
    this.console = console;
  }

  /** Somebody new enters. */
  void enter(String user, String heading) {
    sites.put(user, 0);
    console.heading(user + " " + heading);
  }

  void built(String user, Site site) {
    sites.merge(user, 1, Integer::sum);
    entry(Mood.GOOD, "built", site.slug(), "1 charged", left(user));
  }

  void failed(String user, BriefFile brief, String why) {
    entry(Mood.BAD, "failed", brief.slug(), "refunded", left(user));
    console.more(why);
  }

  void refused(BriefFile brief, DeniedException denied) {
    String reason = denied.denial().reason().name();
    entry(Mood.REFUSED, "refused", brief.slug(), "HTTP " + denied.httpStatus(), reason);
  }

  void duplicate(BriefFile brief) {
    entry(Mood.REFUSED, "refused", brief.slug(), "HTTP 409", "the same order again");
  }

  void entry(Mood mood, String what, String slug, String cost, String rest) {
    console.event(mood, what, "%-17s %-10s %s".formatted(slug, cost, rest));
  }

  /** How many sites each user was given, in order of appearance. */
  Map<String, Integer> sites() {
    return Collections.unmodifiableMap(sites);
  }

  private String left(String user) {
    Balance balance = tokens.balance(BalanceRequest.of(user)).getBalances(0);
    return balance.getAvailable() + " of " + balance.getGranted() + " left";
  }
}
