package dev.tokenguard.testing;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Allowance;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Balance;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.Feature;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.Policies;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.domain.Schedule;
import dev.tokenguard.domain.Settlement;
import dev.tokenguard.domain.TokenType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A small catalog, and values as a store would answer them. */
public final class Samples {

  /** The store's clock. */
  public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  /** Two token types, three features (one is free), one plan. */
  public static final Catalog CATALOG = catalog();

  private Samples() {}

  private static Catalog catalog() {
    Map<String, TokenType> types = new TreeMap<>();
    types.put("image", new TokenType("image", "Images", 20));
    types.put("website", new TokenType("website", "Websites", 20));
    Map<String, Feature> features = new TreeMap<>();
    features.put(
        "create_website",
        new Feature("create_website", "Create a website", Amounts.of("website", 1)));
    features.put(
        "create_shop",
        new Feature(
            "create_shop", "Create a shop", Amounts.of(Map.of("website", 1L, "image", 3L))));
    features.put("chat", new Feature("chat", "Chat", Amounts.NONE));
    Map<String, Allowance> allowances = new TreeMap<>();
    allowances.put("website", new Allowance("website", 5, new Schedule.Daily(), 0, false));
    Plan free =
        new Plan(
            "free",
            "Free",
            Optional.empty(),
            new TreeMap<>(allowances),
            Optional.empty(),
            Policies.DEFAULT);
    return new Catalog(
        new TreeMap<>(types),
        new TreeMap<>(features),
        new TreeMap<>(Map.of("free", free)),
        Optional.of(free));
  }

  /** A balance of 5 websites of which so many are left. */
  public static Balance websites(long left) {
    return new Balance(
        "website",
        left,
        0,
        5 - left,
        0,
        NOW.plus(Duration.ofHours(12)),
        new Balance.Lifetime(5, 5 - left, 0, 0));
  }

  /** An account with {@link #websites}. */
  public static AccountSnapshot account(String id, long websitesLeft, long revision) {
    return new AccountSnapshot(
        id, "free", null, List.of(websites(websitesLeft)), List.of(), 0, revision, NOW, List.of());
  }

  /** An open reservation for ten minutes. */
  public static Reservation reservation(
      String id, String account, String feature, Amounts amounts) {
    return reservation(id, account, feature, amounts, Reservation.State.OPEN);
  }

  /** A reservation of ten minutes. */
  public static Reservation reservation(
      String id, String account, String feature, Amounts amounts, Reservation.State state) {
    return new Reservation(
        id, account, "", feature, amounts, state, NOW, NOW.plus(Duration.ofMinutes(10)));
  }

  /** One website was asked for, none is left. */
  public static Decision.Denied denied(String account, Denial.Reason reason) {
    Denial denial =
        new Denial(
            reason,
            "create_website",
            "website",
            Denial.Scope.ACCOUNT,
            1,
            0,
            NOW.plus(Duration.ofHours(12)));
    return new Decision.Denied(denial, account(account, 0, 7));
  }

  /** A settlement that charged everything. */
  public static Settlement committed(String id, String account, Amounts amounts) {
    return new Settlement(
        reservation(id, account, "create_website", amounts, Reservation.State.COMMITTED),
        amounts,
        Amounts.NONE,
        Amounts.NONE,
        Amounts.NONE,
        false,
        false,
        account(account, 4, 2));
  }

  /** A settlement that returned everything. */
  public static Settlement refunded(String id, String account, Amounts amounts) {
    return new Settlement(
        reservation(id, account, "create_website", amounts, Reservation.State.REFUNDED),
        Amounts.NONE,
        amounts,
        Amounts.NONE,
        Amounts.NONE,
        false,
        false,
        account(account, 5, 2));
  }
}
