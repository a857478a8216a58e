package dev.tokenguard.testing;

import dev.tokenguard.domain.Account;
import dev.tokenguard.domain.AccountFields;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Grant;
import dev.tokenguard.domain.LedgerEntry;
import dev.tokenguard.domain.Member;
import dev.tokenguard.domain.MemberBalance;
import dev.tokenguard.domain.RecentDenial;
import dev.tokenguard.domain.RecentDenials;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.domain.UsageCell;
import dev.tokenguard.store.AccountStore;
import dev.tokenguard.store.ChangeRequest;
import dev.tokenguard.store.Changed;
import dev.tokenguard.store.GrantStore;
import dev.tokenguard.store.HistoryStore;
import dev.tokenguard.store.Page;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Accounts, grants and history in memory, for tests of what is above the store: it lists and pages
 * as the contract of the interfaces says, changes little, and remembers what it was asked.
 */
public final class ScriptedAdminStore implements AccountStore, GrantStore, HistoryStore {

  /** What operators set of {@link Samples} accounts. */
  public static final AccountFields FIELDS =
      new AccountFields("", "", "free", false, null, Duration.ZERO, false, "", "", List.of());

  /** Every request, in order: a name, then its arguments. */
  public final List<List<Object>> asked = new CopyOnWriteArrayList<>();

  /** The requests' ids and fingerprints, in order. */
  public final List<ChangeRequest> requests = new CopyOnWriteArrayList<>();

  /** What there is; tests put into it. */
  public final NavigableMap<String, Account> accounts = new ConcurrentSkipListMap<>();

  /** Ledgers, oldest first. */
  public final Map<String, List<LedgerEntry>> ledgers = new ConcurrentHashMap<>();

  /** Usage. */
  public final Map<String, List<UsageCell>> usage = new ConcurrentHashMap<>();

  /** Open reservations. */
  public final Map<String, List<Reservation>> reservations = new ConcurrentHashMap<>();

  /** Grants. */
  public final List<Grant> grants = new CopyOnWriteArrayList<>();

  /** Time zones; UTC for others. */
  public final Map<String, ZoneId> zones = new ConcurrentHashMap<>();

  /** What each request waits for. */
  public volatile CompletableFuture<?> gate = CompletableFuture.completedFuture(null);

  /** What every request fails with; null for nothing. */
  public volatile @Nullable FaultException fault;

  /** Whether changes are told as carried out before. */
  public volatile boolean replay;

  /** An account on plan {@code free} with so many websites left. */
  public static Account account(String id, long websitesLeft) {
    return account(id, FIELDS, websitesLeft);
  }

  /** An account with so many websites left. */
  public static Account account(String id, AccountFields fields, long websitesLeft) {
    return new Account(
        id, fields, Samples.NOW, "", 0, 0, List.of(Samples.websites(websitesLeft)), 1, 1);
  }

  /** An entry of the ledger that charged websites, a second for each revision after the start. */
  public static LedgerEntry commit(long revision, String reservation) {
    return entry(
        revision,
        LedgerEntry.Kind.COMMIT,
        "create_website",
        "",
        reservation,
        List.of(new LedgerEntry.Line("website", 0, 1, 0, 1, 5 - revision)));
  }

  /** An entry of the ledger, a second for each revision after the start. */
  public static LedgerEntry entry(
      long revision,
      LedgerEntry.Kind kind,
      String feature,
      String member,
      String reservation,
      List<LedgerEntry.Line> lines) {
    return new LedgerEntry(
        revision,
        Samples.NOW.plusSeconds(revision),
        kind,
        feature,
        member,
        reservation,
        Map.of(),
        "",
        false,
        lines);
  }

  /** A ledger of so many commits. */
  public void fillLedger(String account, int entries) {
    accounts.putIfAbsent(account, account(account, 5));
    ledgers.put(account, IntStream.range(0, entries).mapToObj(i -> commit(i, "r" + i)).toList());
  }

  private <T> CompletionStage<T> answer(Supplier<T> value, Object... question) {
    asked.add(List.of(question));
    FaultException wrong = fault;
    return gate.thenApply(
        open -> {
          if (wrong != null) {
            throw wrong;
          }
          return value.get();
        });
  }

  private Account known(String account) {
    Account known = accounts.get(account);
    if (known == null) {
      throw FaultException.of(Fault.ACCOUNT_NOT_FOUND, "no account " + account);
    }
    return known;
  }

  @Override
  public CompletionStage<Changed<Account>> create(
      String account, AccountFields fields, ChangeRequest request) {
    requests.add(request);
    return answer(
        () -> {
          if (accounts.containsKey(account) && !replay) {
            throw FaultException.of(Fault.ACCOUNT_EXISTS, "there is " + account);
          }
          accounts.put(account, account(account, fields, 5));
          return new Changed<>(known(account), replay);
        },
        "create",
        account,
        fields);
  }

  @Override
  public CompletionStage<Account> get(String account) {
    return answer(() -> known(account), "get", account);
  }

  @Override
  public CompletionStage<Page<Account>> list(
      String after, String prefix, int size, int look, Predicate<Account> filter) {
    return answer(
        () -> {
          List<Account> found = new ArrayList<>();
          int lookedAt = 0;
          String last = after;
          for (Account each : accounts.tailMap(after, false).values()) {
            if (lookedAt == look || found.size() == size) {
              return new Page<>(found, last);
            }
            lookedAt++;
            last = each.id();
            if (each.id().startsWith(prefix) && filter.test(each)) {
              found.add(each);
            }
          }
          return new Page<>(found, null);
        },
        "list",
        after,
        prefix,
        size,
        look);
  }

  @Override
  public CompletionStage<Page<Account>> listOf(String member, Predicate<Account> filter) {
    return answer(
        () -> new Page<>(accounts.values().stream().filter(filter).toList(), null),
        "listOf",
        member);
  }

  @Override
  public CompletionStage<Changed<Account>> update(
      String account,
      AccountFields fields,
      Set<AccountFields.Field> changed,
      long version,
      ChangeRequest request) {
    requests.add(request);
    return answer(
        () -> new Changed<>(known(account), replay), "update", account, fields, changed, version);
  }

  @Override
  public CompletionStage<Changed<Long>> delete(
      String account, boolean force, long version, ChangeRequest request) {
    requests.add(request);
    return answer(
        () -> {
          known(account);
          accounts.remove(account);
          return new Changed<>(2L, replay);
        },
        "delete",
        account,
        force,
        version);
  }

  @Override
  public CompletionStage<Changed<Member>> addMember(
      String account,
      String member,
      Amounts caps,
      boolean paysForItself,
      boolean move,
      ChangeRequest request) {
    requests.add(request);
    return answer(
        () -> new Changed<>(member(account, member, caps), replay),
        "addMember",
        account,
        member,
        caps,
        paysForItself,
        move);
  }

  private static Member member(String account, String member, Amounts caps) {
    return new Member(
        account,
        member,
        caps,
        List.of(new MemberBalance("website", 3L, 1, 1), new MemberBalance("x", null, 2, 0)),
        true);
  }

  @Override
  public CompletionStage<Member> getMember(String account, String member) {
    return answer(
        () -> member(account, member, Amounts.of("website", 3)), "getMember", account, member);
  }

  @Override
  public CompletionStage<Page<Member>> listMembers(
      String account, String cursor, int size, boolean counted) {
    return answer(
        () -> new Page<>(List.of(member(account, "m" + cursor, Amounts.NONE)), cursor + "1"),
        "listMembers",
        account,
        cursor,
        size,
        counted);
  }

  @Override
  public CompletionStage<Changed<Member>> capMember(
      String account, String member, Amounts caps, ChangeRequest request) {
    requests.add(request);
    return answer(
        () -> new Changed<>(member(account, member, caps), replay),
        "capMember",
        account,
        member,
        caps);
  }

  @Override
  public CompletionStage<Changed<String>> removeMember(
      String account, String member, ChangeRequest request) {
    requests.add(request);
    return answer(() -> new Changed<>(member, replay), "removeMember", account, member);
  }

  @Override
  public CompletionStage<Granted> grant(GrantCommand command, ChangeRequest request) {
    requests.add(request);
    return answer(
        () -> {
          Instant starts = command.starts();
          Grant grant =
              new Grant(
                  request.id(),
                  command.account(),
                  command.tokenType(),
                  command.amount(),
                  command.amount(),
                  0,
                  command.reason(),
                  command.note(),
                  command.actor(),
                  command.priority(),
                  Samples.NOW,
                  starts == null ? Samples.NOW : starts,
                  command.expires(),
                  starts != null);
          grants.add(grant);
          return new Granted(grant, Samples.websites(5), 7, replay, false);
        },
        "grant",
        command);
  }

  @Override
  public CompletionStage<List<Grant>> list(String account) {
    return answer(() -> List.copyOf(grants), "listGrants", account);
  }

  @Override
  public CompletionStage<Revoked> revoke(
      String account, String grant, String note, String actor, ChangeRequest request) {
    requests.add(request);
    return answer(
        () -> new Revoked(3, Samples.websites(2), 8, replay, false),
        "revoke",
        account,
        grant,
        note,
        actor);
  }

  @Override
  public CompletionStage<Adjusted> adjust(AdjustCommand command, ChangeRequest request) {
    requests.add(request);
    return answer(() -> new Adjusted(Samples.websites(4), 9, replay, false), "adjust", command);
  }

  private Stream<LedgerEntry> ledger(String account) {
    known(account);
    return ledgers.getOrDefault(account, List.of()).stream();
  }

  @Override
  public CompletionStage<List<LedgerEntry>> entriesBefore(String account, long before, int size) {
    return answer(
        () ->
            ledger(account)
                .filter(entry -> entry.revision() < before)
                .sorted((a, b) -> Long.compare(b.revision(), a.revision()))
                .limit(size)
                .toList(),
        "entriesBefore",
        account,
        before,
        size);
  }

  @Override
  public CompletionStage<List<LedgerEntry>> entriesAfter(String account, long after, int size) {
    return answer(
        () -> ledger(account).filter(entry -> entry.revision() > after).limit(size).toList(),
        "entriesAfter",
        account,
        after,
        size);
  }

  @Override
  public CompletionStage<Page<Reservation>> openReservations(
      String account, String cursor, int size) {
    return answer(
        () -> {
          List<Reservation> all = reservations.getOrDefault(account, List.of());
          int from = cursor.isEmpty() ? 0 : Integer.parseInt(cursor);
          int to = Math.min(all.size(), from + size);
          return new Page<>(all.subList(from, to), to == all.size() ? null : "" + to);
        },
        "openReservations",
        account,
        cursor,
        size);
  }

  @Override
  public CompletionStage<RecentDenials> denials(String account, int size) {
    return answer(
        () ->
            new RecentDenials(
                "th",
                Samples.NOW,
                List.of(
                    new RecentDenial(
                        new Denial(
                            Denial.Reason.INSUFFICIENT_TOKENS,
                            "create_website",
                            "website",
                            Denial.Scope.ACCOUNT,
                            2,
                            1,
                            Samples.NOW.minusSeconds(1)),
                        "joe",
                        "r9",
                        Samples.NOW.minusSeconds(60),
                        Samples.NOW.minusSeconds(30),
                        3))),
        "denials",
        account,
        size);
  }

  @Override
  public CompletionStage<Reservation> reservation(String account, String id) {
    return answer(
        () -> Samples.reservation(id, account, "create_website", Amounts.of("website", 1)),
        "reservation",
        account,
        id);
  }

  @Override
  public CompletionStage<List<UsageCell>> usage(String account, LocalDate first, LocalDate last) {
    return answer(
        () -> {
          known(account);
          return usage.getOrDefault(account, List.of()).stream()
              .filter(cell -> !cell.day().isBefore(first) && !cell.day().isAfter(last))
              .toList();
        },
        "usage",
        account,
        first,
        last);
  }

  @Override
  public CompletionStage<ZoneId> zone(String account) {
    return answer(
        () -> {
          known(account);
          return zones.getOrDefault(account, ZoneId.of("UTC"));
        },
        "zone",
        account);
  }
}
