package dev.tokenguard.service;

import dev.tokenguard.domain.AccountAudit;
import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.store.AccountIds;
import dev.tokenguard.store.Page;
import dev.tokenguard.store.UpkeepStore;
import dev.tokenguard.store.UpkeepStore.Look;
import dev.tokenguard.store.UpkeepStore.Tidied;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One walk over all accounts, a part at a time. Of each account its own sums are looked at, and
 * what is due is done; one in so many is tidied and audited in full, and so is each that was off
 * before. For one thread.
 */
final class SweepWalk {
  private static final Logger log = LoggerFactory.getLogger(SweepWalk.class);

  /** At some 40 seconds a walk, every account is audited in full within the hour. */
  static final int AUDITED_ONE_IN = 60;

  /** An account that has more to forget than that goes on in the next walk. */
  private static final int TIDIED_AT_ONCE = 50;

  /** Remembered to be audited again; all of them are counted. */
  private static final int DRIFTED_AT_MOST = 10_000;

  private final UpkeepStore store;
  private final AccountIds ids;
  private final GuardListener guardListener;
  private final SweepListener listener;
  private final long number;
  private final Set<String> suspects;
  private final Set<String> drifted = new TreeSet<>();
  private long driftedCount;
  private long accounts;
  private long touched;
  private @Nullable String cursor = "";

  /**
   * A walk from the beginning.
   *
   * @param number of the walk: each picks others to be audited in full
   * @param suspects accounts that were off before
   */
  SweepWalk(
      UpkeepStore store,
      AccountIds ids,
      GuardListener guardListener,
      SweepListener listener,
      long number,
      Set<String> suspects) {
    this.store = store;
    this.ids = ids;
    this.guardListener = guardListener;
    this.listener = listener;
    this.number = number;
    this.suspects = Set.copyOf(suspects);
  }

  boolean isOver() {
    return cursor == null;
  }

  long accounts() {
    return accounts;
  }

  long touched() {
    return touched;
  }

  long driftedCount() {
    return driftedCount;
  }

  /** Ids of accounts that are off, in order. */
  Set<String> drifted() {
    return drifted;
  }

  /**
   * Takes the next part. It may be taken again if it fails.
   *
   * @return accounts that were looked at
   */
  CompletionStage<Integer> step(int size) {
    String from = cursor;
    if (from == null) {
      return CompletableFuture.completedFuture(0);
    }
    return store.scan(from, size).thenCompose(this::look);
  }

  private CompletionStage<Integer> look(Page<Look> page) {
    List<Look> looks = page.items();
    List<String> listed = new ArrayList<>(looks.size());
    List<String> tidy = new ArrayList<>();
    List<String> audit = new ArrayList<>();
    Set<String> off = new HashSet<>();
    for (Look each : looks) {
      String account = each.account();
      boolean inFull =
          Math.floorMod(account.hashCode() + number, AUDITED_ONE_IN) == 0
              || suspects.contains(account);
      if (!each.plan().isEmpty()) {
        listed.add(account);
      }
      if (!each.sound()) {
        off.add(account);
      } else if (each.due() || inFull) {
        tidy.add(account);
      }
      if (inFull) {
        audit.add(account);
      }
    }
    Part part = new Part(off);
    return indexed(listed)
        .thenCompose(done -> tidy(tidy, part))
        .thenCompose(done -> audit(audit, part))
        .thenApply(
            done -> {
              ended(part, looks.size());
              cursor = page.next();
              return looks.size();
            });
  }

  /** What the index of accounts lacks, it has again. */
  private CompletionStage<?> indexed(List<String> listed) {
    return listed.isEmpty() ? CompletableFuture.completedFuture(listed) : ids.add(listed);
  }

  private CompletionStage<?> tidy(List<String> accounts, Part part) {
    return InTurn.<String, @Nullable Tidied>each(
        accounts,
        account -> tidy(account, part, TIDIED_AT_ONCE),
        last -> {},
        (account, fault) -> failed(account, fault, part));
  }

  private CompletionStage<@Nullable Tidied> tidy(String account, Part part, int left) {
    return store
        .tidy(account)
        .thenCompose(
            tidied -> {
              if (tidied != null && tidied.changed()) {
                part.done(account, tidied.account());
                guardListener.looked(tidied.account());
              }
              return tidied != null && tidied.more() && left > 1
                  ? tidy(account, part, left - 1)
                  : CompletableFuture.<@Nullable Tidied>completedFuture(tidied);
            });
  }

  private CompletionStage<?> audit(List<String> accounts, Part part) {
    return InTurn.each(
        accounts,
        store::audit,
        audit -> audited(audit, part),
        (account, fault) -> failed(account, fault, part));
  }

  private void audited(AccountAudit audit, Part part) {
    if (!audit.balanced()) {
      part.off.add(audit.account());
      if (!suspects.contains(audit.account())) { // else it was told
        log.error("account {} is off: {}", audit.account(), String.join("; ", audit.findings()));
      }
    }
  }

  /** A store that cannot serve says nothing of the account. */
  private static void failed(String account, FaultException fault, Part part) {
    if (fault.fault() == Fault.ACCOUNT_CORRUPT) {
      part.off.add(account);
    } else if (fault.fault() != Fault.ACCOUNT_NOT_FOUND && fault.fault() != Fault.LAYOUT_UNKNOWN) {
      log.warn("account {} was passed over: {}", account, fault.getMessage());
    }
  }

  private void ended(Part part, int looked) {
    accounts += looked;
    touched += part.touched.size();
    for (String account : part.off) {
      boolean seenBefore = drifted.contains(account);
      if (!seenBefore && drifted.size() < DRIFTED_AT_MOST) {
        drifted.add(account);
      }
      driftedCount += seenBefore ? 0 : 1;
    }
    listener.looked(looked, part.touched.size(), part.returned);
  }

  /** What came of one part. */
  private static final class Part {
    private final Set<String> off;
    private final Set<String> touched = new HashSet<>();
    private long returned;

    Part(Set<String> off) {
      this.off = off;
    }

    /** Called from several of the store's threads. */
    synchronized void done(String account, AccountSnapshot after) {
      touched.add(account);
      returned +=
          after.events().stream()
              .filter(event -> event.kind() == AccountSnapshot.Kind.EXPIRED)
              .count();
    }
  }
}
