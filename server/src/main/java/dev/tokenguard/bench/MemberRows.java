package dev.tokenguard.bench;

import com.google.protobuf.Timestamp;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.AddMemberRequest;
import dev.tokenguard.v1.Allowance;
import dev.tokenguard.v1.Balance;
import dev.tokenguard.v1.CreateGrantRequest;
import dev.tokenguard.v1.Grant;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * The hot path with all that operators add to accounts: members with a cap, grants beside the
 * allowance, groups that pay for users who name themselves alone.
 */
final class MemberRows {
  private static final int GRANTS = 9;
  private static final long GRANTED = 1000;

  /** More than can be in flight, so that no two calls meet on an account that has no token left. */
  private static final int BORROWERS = 256;

  private static final int ACCOUNTS_AT_MOST = 1000;
  private static final int USERS_OF_A_GROUP = 10;
  private static final Duration LONG = Duration.ofMinutes(1);

  private final BenchOptions options;
  private final GrpcCalls calls;
  private final AdminCalls admin;
  private final RedisCalls redis;
  private final Names names;
  private final Runner runner;
  private final List<Runner.Load> loads = new ArrayList<>();
  private final List<Figure> figures = new ArrayList<>();
  private double scriptsAtMost;

  MemberRows(
      BenchOptions options,
      GrpcCalls calls,
      AdminCalls admin,
      RedisCalls redis,
      Names names,
      Runner runner) {
    this.options = options;
    this.calls = calls;
    this.admin = admin;
    this.redis = redis;
    this.names = names;
    this.runner = runner;
  }

  /** Runs the rows. */
  List<Figure> run() throws BenchException, InterruptedException {
    int count = Math.min(options.accounts(), ACCOUNTS_AT_MOST);
    List<Balance> cost = calls.tryReserve(names.account('t', 4), names.reservation());
    String type = cost.get(0).getTokenType();
    Map<String, Long> caps = new TreeMap<>();
    cost.forEach(each -> caps.put(each.getTokenType(), each.getAvailable()));

    rows(Budgets.CAPPED_MEMBER, capped('c', count, caps));
    String[] manyPockets = names.accounts('p', count);
    Caller[] members = capped('p', count, caps);
    grant(manyPockets, type, GRANTED);
    rows(Budgets.TEN_POCKETS, members);
    rows(Budgets.GROUP_PAYS, users(count));
    loads.add(new Runner.Load(Budgets.BORROW, Budgets.MANY, borrow(type)));
    runner.run(loads);

    checkGrants(manyPockets[0], GRANTED);
    figures.add(new Figure(Budgets.SCRIPTS_A_RESERVE, scriptsAtMost, "calls"));
    return figures;
  }

  /** A row of reservations, and one that commits them, once it is sure what they are. */
  private void rows(String whose, Caller[] callers) throws BenchException, InterruptedException {
    Supplier<Caller> inTurn = GrpcCalls.inTurn(callers);
    prepare("first calls, " + whose, calls.pair(inTurn), callers.length);
    ConcurrentLinkedQueue<GrpcCalls.Held> held = new ConcurrentLinkedQueue<>();
    Operation reserve = calls.reserve(inTurn, held::add);
    int tries = 2 * callers.length;
    RedisStats before = redis.stats();
    prepare("reserve, " + whose, reserve, tries);
    double scripts = redis.stats().since(before).scripts();
    scriptsAtMost = Math.max(scriptsAtMost, scripts / tries);
    loads.add(new Runner.Load(Budgets.RESERVE + ", " + whose, Budgets.MANY, reserve));
    loads.add(new Runner.Load(Budgets.COMMIT + ", " + whose, Budgets.MANY, calls.commit(held)));
  }

  private void prepare(String what, Operation operation, int count)
      throws BenchException, InterruptedException {
    runner.prepare(what, GrpcCalls.limited(operation, count), LONG);
  }

  /** A member with caps in each of some accounts that are not open to others. */
  private Caller[] capped(char group, int count, Map<String, Long> caps) throws BenchException {
    String[] accounts = names.accounts(group, count);
    admin.create(
        Arrays.stream(accounts)
            .map(each -> Account.newBuilder().setAccountId(each).setMembersOnly(true).build())
            .toList());
    Caller[] callers = new Caller[count];
    List<AddMemberRequest> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      callers[i] = new Caller(accounts[i], names.account(Character.toUpperCase(group), i));
      members.add(
          AddMemberRequest.newBuilder()
              .setAccountId(accounts[i])
              .setMemberId(callers[i].member())
              .putAllCaps(caps)
              .setPaysForItself(true)
              .build());
    }
    admin.add(members);
    return callers;
  }

  /** Users who name themselves alone, and for each ten of whom a group pays. */
  private Caller[] users(int count) throws BenchException {
    String[] groups = names.accounts('g', 2 + (count - 1) / USERS_OF_A_GROUP);
    String[] users = names.accounts('u', count);
    admin.create(
        Arrays.stream(groups)
            .map(each -> Account.newBuilder().setAccountId(each).setMembersOnly(true).build())
            .toList());
    List<AddMemberRequest> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      members.add(
          AddMemberRequest.newBuilder()
              .setAccountId(groups[i / USERS_OF_A_GROUP])
              .setMemberId(users[i])
              .build());
    }
    admin.add(members);
    return Caller.alone(users);
  }

  /** Grants that burn after the allowance, each of which ends on a day of its own. */
  private void grant(String[] accounts, String type, long amount) throws BenchException {
    long now = Instant.now().getEpochSecond();
    List<CreateGrantRequest> grants = new ArrayList<>();
    for (String account : accounts) {
      for (int i = 0; i < GRANTS; i++) {
        long expires = now + Duration.ofDays(365 + i).toSeconds();
        grants.add(
            CreateGrantRequest.newBuilder()
                .setAccountId(account)
                .setTokenType(type)
                .setAmount(amount)
                .setReason("bench")
                .setExpireTime(Timestamp.newBuilder().setSeconds(expires))
                .setRequestId(names.reservation())
                .build());
      }
    }
    admin.grant(grants);
  }

  /** A reservation that empties ten pockets, and its refund that fills them again. */
  private Operation borrow(String type) throws BenchException {
    String[] accounts = names.accounts('w', BORROWERS);
    Allowance one = Allowance.newBuilder().setTokenType(type).setAmount(1).build();
    admin.create(
        Arrays.stream(accounts)
            .map(each -> Account.newBuilder().setAccountId(each).addAllowances(one).build())
            .toList());
    grant(accounts, type, 1);
    checkGrants(accounts[0], 1);
    return calls.borrow(new ConcurrentLinkedQueue<>(List.of(accounts)), type, 1 + GRANTS);
  }

  /** All pockets are there, and what was reserved came out of the first: all were looked at. */
  private void checkGrants(String account, long remaining) throws BenchException {
    List<Grant> grants = admin.grants(account);
    if (grants.size() != GRANTS
        || grants.stream().anyMatch(each -> each.getRemaining() != remaining)) {
      throw new BenchException("the accounts with ten pockets are not as they were made");
    }
  }
}
