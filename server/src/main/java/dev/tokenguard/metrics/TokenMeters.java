package dev.tokenguard.metrics;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Balance;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Settlement;
import dev.tokenguard.domain.TokenType;
import io.micrometer.core.instrument.Counter;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** Counts tokens by type. Thread-safe. */
final class TokenMeters {

  static final String UNKNOWN = "unknown";

  private final Meters meters;
  private final Supplier<Catalog> catalog;
  private final Counter opened;
  private final ConcurrentMap<String, Counters> byType = new ConcurrentHashMap<>();

  TokenMeters(Meters meters, Supplier<Catalog> catalog) {
    this.meters = meters;
    this.catalog = catalog;
    this.opened = meters.counter(Metric.ACCOUNTS_OPENED);
  }

  void held(Amounts amounts) {
    add(amounts, Counters::held);
  }

  /** What an extend has raised. */
  void raised(Amounts before, Amounts after) {
    after
        .byType()
        .forEach((type, amount) -> add(of(type).held(), Math.max(0, amount - before.of(type))));
  }

  void committed(Amounts amounts) {
    add(amounts, Counters::committed);
  }

  void refunded(Amounts amounts) {
    add(amounts, Counters::refunded);
  }

  /** A reservation was charged. */
  void settledByCommit(Settlement settlement) {
    settled(settlement, Counters::holdsCommitted);
  }

  /** A reservation was returned by its caller. */
  void settledByRefund(Settlement settlement) {
    settled(settlement, Counters::holdsRefunded);
  }

  private void settled(Settlement settlement, Function<Counters, Counter> which) {
    if (!settlement.late()) { // that hold had expired, and was counted then
      settlement
          .reservation()
          .amounts()
          .byType()
          .keySet()
          .forEach(type -> which.apply(of(type)).increment());
    }
  }

  /** What was due when the account was touched. */
  void due(AccountSnapshot account) {
    for (AccountSnapshot.Event event : account.events()) {
      switch (event.kind()) {
        case OPENED -> opened.increment();
        case RESET -> of(event.tokenType()).resets().increment();
        case EXPIRED -> {
          add(of(event.tokenType()).expired(), event.amount());
          of(event.tokenType()).holdsExpired().increment();
        }
        case LAPSED -> add(of(event.tokenType()).lapsed(), event.amount());
        case GRANTED -> granted(event.tokenType(), event.amount());
      }
    }
  }

  /**
   * Counts the balances that have become low by taking {@code taken} of them: those that are low
   * now and were not before. A balance that stays low is counted once.
   */
  void taken(Amounts taken, AccountSnapshot after) {
    for (Balance balance : after.balances()) {
      long amount = taken.of(balance.tokenType());
      TokenType type = catalog.get().tokenTypes().get(balance.tokenType());
      if (amount > 0 && type != null && balance.isBelow(type.lowPercent())) {
        boolean lowBefore =
            Math.max(0, balance.free() + amount) < balance.granted() * (type.lowPercent() / 100.0);
        if (!lowBefore) {
          of(balance.tokenType()).low().increment();
        }
      }
    }
  }

  /** An account that an operator has opened. */
  void opened() {
    opened.increment();
  }

  /** Tokens that came on top of the allowance. */
  void granted(String type, long amount) {
    add(of(type).granted(), amount);
  }

  private void add(Amounts amounts, Function<Counters, Counter> which) {
    amounts.byType().forEach((type, amount) -> add(which.apply(of(type)), amount));
  }

  /** Prometheus counts in doubles; what a counter loses beyond 2^53 tokens, nobody reads. */
  private static void add(Counter counter, long amount) {
    counter.increment((double) amount);
  }

  private Counters of(String type) {
    Counters counters = byType.get(type);
    return counters != null ? counters : byType.computeIfAbsent(known(type), this::newCounters);
  }

  /** A type that a catalog no longer has, but an account still holds, must not become a label. */
  private String known(String type) {
    return catalog.get().tokenTypes().containsKey(type) ? type : UNKNOWN;
  }

  private Counters newCounters(String type) {
    return new Counters(
        meters.counter(Metric.HELD, type),
        meters.counter(Metric.COMMITTED, type),
        meters.counter(Metric.REFUNDED, type),
        meters.counter(Metric.EXPIRED, type),
        meters.counter(Metric.HOLDS_ENDED, type, "committed"),
        meters.counter(Metric.HOLDS_ENDED, type, "refunded"),
        meters.counter(Metric.HOLDS_ENDED, type, "expired"),
        meters.counter(Metric.LAPSED, type),
        meters.counter(Metric.GRANTED, type),
        meters.counter(Metric.RESETS, type),
        meters.counter(Metric.BALANCE_LOW, type));
  }

  private record Counters(
      Counter held,
      Counter committed,
      Counter refunded,
      Counter expired,
      Counter holdsCommitted,
      Counter holdsRefunded,
      Counter holdsExpired,
      Counter lapsed,
      Counter granted,
      Counter resets,
      Counter low) {}
}
