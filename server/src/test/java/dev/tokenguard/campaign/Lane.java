package dev.tokenguard.campaign;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One of many that work at the same time: reserves, works, settles, and does by chance what callers
 * do by mistake. Its calls follow one another.
 *
 * <p>Amounts are random and large, so that a sum tells which of them are in it.
 */
final class Lane {

  private static final int AMOUNT_BITS = 36;
  private static final int TOP_UP_BITS = 41;

  /** How often tokens are bought when there are too few, in percent. */
  private static final int TOP_UP_PERCENT = 30;

  private static final int HOT_PERCENT = 20;
  private static final int HOT_ACCOUNTS = 4;

  private static final long SHORT_MILLIS = 1000;
  private static final int LONG_MILLIS = 20_000;

  private final Sender sender;
  private final Random random;
  private final int accounts;
  private final AtomicLong ids;
  private final BooleanSupplier stopping;
  private final Runnable ended;
  private int account;

  /**
   * @param ids the next one that no caller has used
   * @param ended told when this lane has stopped
   */
  Lane(
      Sender sender,
      long seed,
      int accounts,
      AtomicLong ids,
      BooleanSupplier stopping,
      Runnable ended) {
    this.sender = sender;
    this.random = new Random(seed);
    this.accounts = accounts;
    this.ids = ids;
    this.stopping = stopping;
    this.ended = ended;
  }

  /** Begins the next piece of work. */
  void next() {
    if (stopping.getAsBoolean()) {
      ended.run();
      return;
    }
    boolean hot = random.nextInt(100) < HOT_PERCENT;
    account = random.nextInt(hot ? Math.min(HOT_ACCOUNTS, accounts) : accounts);
    int what = random.nextInt(100);
    if (what < 40) {
      reserve(lifetime(), this::commit);
    } else if (what < 50) {
      reserve(lifetime(), held -> ask(Rpc.REFUND, held.id, 0, this::settled));
    } else if (what < 58) {
      reserve(lifetime(), this::extend);
    } else if (what < 62) {
      reserve(SHORT_MILLIS + random.nextInt(2000), held -> next());
    } else if (what < 63) {
      reserve(SHORT_MILLIS, held -> after(SHORT_MILLIS + 300, () -> commit(held)));
    } else if (what < 65) {
      reserve(lifetime(), this::repeat);
    } else if (what < 87) {
      ask(Rpc.CONSUME, id(), amount(), this::orTopUp);
    } else if (what < 94) {
      ask(Rpc.CHECK, 0, amount(), told -> next());
    } else {
      ask(Rpc.BALANCE, 0, 0, told -> next());
    }
  }

  private long id() {
    return ids.getAndIncrement();
  }

  private long amount() {
    return 1 + (random.nextLong() >>> (Long.SIZE - AMOUNT_BITS));
  }

  private long lifetime() {
    return 2 * SHORT_MILLIS + random.nextInt(LONG_MILLIS);
  }

  private void reserve(long ttlMillis, Consumer<Call> then) {
    Call call = call(Rpc.RESERVE, id(), amount());
    call.ttlMillis = ttlMillis;
    sender.send(
        call,
        random,
        told -> {
          if (told.told == Told.OK) {
            then.accept(told);
          } else {
            orTopUp(told);
          }
        });
  }

  private void commit(Call held) {
    ask(Rpc.COMMIT, held.id, actual(held.amount), this::settled);
  }

  private long actual(long amount) {
    return switch (random.nextInt(6)) {
      case 0 -> 1 + random.nextLong(amount);
      case 1 -> amount + 1 + random.nextLong(amount);
      case 2 -> amount;
      default -> Call.WHOLE;
    };
  }

  private void extend(Call held) {
    Call call = call(Rpc.EXTEND, held.id, held.reserved + amount());
    call.ttlMillis = lifetime();
    sender.send(call, random, told -> commit(held));
  }

  /** Asks again for what was answered, or for what is too late, as callers do by mistake. */
  private void repeat(Call held) {
    Call again = call(Rpc.RESERVE, held.id, held.amount);
    again.ttlMillis = held.ttlMillis;
    switch (random.nextInt(3)) {
      case 0 -> sender.send(again, random, told -> commit(held));
      case 1 ->
          ask(
              Rpc.COMMIT,
              held.id,
              Call.WHOLE,
              told -> ask(Rpc.COMMIT, held.id, Call.WHOLE, this::settled));
      default ->
          ask(Rpc.REFUND, held.id, 0, told -> ask(Rpc.COMMIT, held.id, Call.WHOLE, this::settled));
    }
  }

  private void settled(Call told) {
    next();
  }

  private void orTopUp(Call told) {
    if (told.told != Told.DENIED || random.nextInt(100) >= TOP_UP_PERCENT) {
      next();
    } else if (random.nextInt(3) == 0) {
      long amount = 1 + (random.nextLong() >>> (Long.SIZE - TOP_UP_BITS));
      ask(Rpc.ADJUST, id(), random.nextInt(4) == 0 ? -amount() : amount, this::settled);
    } else {
      long amount = 1 + (random.nextLong() >>> (Long.SIZE - TOP_UP_BITS));
      ask(Rpc.GRANT, id(), amount, this::settled);
    }
  }

  private void after(long millis, Runnable then) {
    sender.timer.schedule(then, millis, TimeUnit.MILLISECONDS);
  }

  private void ask(Rpc rpc, long id, long amount, Consumer<Call> then) {
    sender.send(call(rpc, id, amount), random, then);
  }

  private Call call(Rpc rpc, long id, long amount) {
    Call call = new Call();
    call.rpc = rpc;
    call.account = account;
    call.id = id;
    call.amount = amount;
    return call;
  }
}
