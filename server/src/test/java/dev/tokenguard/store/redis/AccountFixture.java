package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.TestRedis.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What operators will do to an account, done to its stored bytes; and everything that is stored,
 * read for an audit. The one test class that knows the layout: by the names of {@code layout.lua}.
 */
final class AccountFixture {

  /** What every snippet begins with. */
  private static final String READ =
      """
      local account = redis.call('GET', KEYS[ACCOUNT])
      if not account then return redis.error_reply('no such account') end
      account = {cmsgpack.unpack(account)}
      local standing = {cmsgpack.unpack(account[A_STANDING])}
      """;

  private static final String WRITE =
      """
      account[A_REVISION] = account[A_REVISION] + 1
      account[A_STANDING] = cmsgpack.pack(unpack(standing))
      account[A_SIZE] = #account
      redis.call('SET', KEYS[ACCOUNT], cmsgpack.pack(unpack(account)))
      return {}
      """;

  private static final String MEMBER =
      """
      local member = redis.call('HGET', KEYS[MEMBERS], ARGV[1])
      member = member and cmsgpack.unpack(member) or {0, {}, {}}
      """;

  private final TestRedis redis;
  private final Keys names;
  private final String account;
  private final byte[][] keys;

  AccountFixture(TestRedis redis, String namespace, String account) {
    this.redis = redis;
    this.names = new Keys(namespace);
    this.account = account;
    this.keys = names.of(account);
  }

  /** The keys in the order of the layout: account, holds, due, ledger, members. */
  byte[][] keys() {
    return keys.clone();
  }

  void suspend(boolean suspended) {
    update("standing[S_STATUS] = ARGV[1] == '1' and SUSPENDED or ACTIVE", suspended ? 1 : 0);
  }

  /** The subscription ends; null for never. */
  void expires(Instant time, long graceMillis) {
    update(
        "standing[S_EXPIRES], standing[S_GRACE] = tonumber(ARGV[1]), tonumber(ARGV[2])",
        time.toEpochMilli(),
        graceMillis);
  }

  void closed(boolean closed) {
    update("standing[S_CLOSED] = tonumber(ARGV[1])", closed ? 1 : 0);
  }

  void plan(String plan) {
    update("standing[S_PLAN], standing[S_PROFILE] = ARGV[1], standing[S_PROFILE] + 1", plan);
  }

  void zone(String zone) {
    update("standing[S_ZONE], standing[S_PROFILE] = ARGV[1], standing[S_PROFILE] + 1", zone);
  }

  void layout(int version) {
    update("account[A_LAYOUT] = tonumber(ARGV[1])", version);
  }

  /** Damage to the account, in Lua. */
  void spoil(String change) {
    update(change);
  }

  /** Damage to the balance of a token type, in Lua. */
  void spoilBalance(String type, String change) {
    update(
        """
        for slot = A_TYPES, #account, 2 do
          if account[slot] == ARGV[1] then
            local balance = {cmsgpack.unpack(account[slot + 1])}
        """
            + change
            + """

            account[slot + 1] = cmsgpack.pack(unpack(balance))
          end
        end
        """,
        type);
  }

  void listMember(String member) {
    run(
        MEMBER
            + "member[M_LISTED] = 1 redis.call('HSET', KEYS[MEMBERS], ARGV[1], "
            + "cmsgpack.pack(member)) return {}",
        member);
  }

  void cap(String member, String type, long cap) {
    run(
        MEMBER
            + "member[M_CAPS][ARGV[2]] = tonumber(ARGV[3]) redis.call('HSET', KEYS[MEMBERS], ARGV[1],"
            + " cmsgpack.pack(member)) return {}",
        member,
        type,
        cap);
  }

  /** As if an operator had removed the member while the member's work runs. */
  void removeMember(String member) {
    run("redis.call('HDEL', KEYS[MEMBERS], ARGV[1]) return {}", member);
  }

  /** The first half of adding a member: its own side, which this account is. */
  void payer(String payer, Instant now) {
    update(
        "standing[S_PAYER], standing[S_PAYER_SINCE] = ARGV[1], tonumber(ARGV[2]) "
            + "standing[S_PROFILE] = standing[S_PROFILE] + 1",
        payer,
        now.toEpochMilli());
    TestRedis.await(redis.commands().hset(names.belongs(account), bytes(payer), bytes(0)));
  }

  /** The first half of removing a member: the side of this account. */
  void unlist(String member) {
    update(
        MEMBER
            + "member[M_LISTED] = 0 redis.call('HSET', KEYS[MEMBERS], ARGV[1], "
            + "cmsgpack.pack(member)) standing[S_MEMBERS] = standing[S_MEMBERS] - 1",
        member);
  }

  /** As if the account had been deleted, or lost in a failover. */
  void delete() {
    run("redis.call('DEL', unpack(KEYS)) return {}");
  }

  /** Tokens on top of the allowance; {@code until} in ms, Periods.FOREVER for no end. */
  void grant(Instant now, String type, long amount, long priority, long until) {
    update(
        """
        local amount = tonumber(ARGV[3])
        local slot = A_TYPES
        while account[slot] and account[slot] ~= ARGV[2] do slot = slot + 2 end
        local balance = {B_POCKETS - 1, 0, 0, 0, 0, 0, 0, 0}
        if account[slot] then balance = {cmsgpack.unpack(account[slot + 1])} end
        local covered = math.min(balance[B_DEBT], amount)
        balance[B_DEBT] = balance[B_DEBT] - covered
        balance[B_GRANTED] = balance[B_GRANTED] + amount
        local pockets = {}
        for at = B_POCKETS, #balance, P_SIZE do
          pockets[#pockets + 1] = {unpack(balance, at, at + P_SIZE - 1)}
        end
        if amount > covered then
          pockets[#pockets + 1] = {account[A_NEXT_POCKET], tonumber(ARGV[4]), amount, amount - covered,
            0, tonumber(ARGV[1]), tonumber(ARGV[5]), GRANT, 0}
        end
        account[A_NEXT_POCKET] = account[A_NEXT_POCKET] + 1
        table.sort(pockets, function(a, b)
          for _, at in ipairs({1 + P_PRIORITY, 1 + P_UNTIL}) do
            if a[at] ~= b[at] then return a[at] < b[at] end
          end
          return a[1 + P_ID] < b[1 + P_ID]
        end)
        for i, pocket in ipairs(pockets) do
          for j = 1, P_SIZE do balance[B_POCKETS + (i - 1) * P_SIZE + j - 1] = pocket[j] end
        end
        balance[B_SIZE] = #balance
        account[slot], account[slot + 1] = ARGV[2], cmsgpack.pack(unpack(balance))
        if account[A_FIRST] ~= '' then
          redis.call('RPUSH', KEYS[LEDGER], account[A_FIRST])
          account[A_FIRST] = ''
        end
        redis.call('RPUSH', KEYS[LEDGER], cmsgpack.pack(account[A_REVISION] + 1, tonumber(ARGV[1]),
          L_GRANT, '', '', '', '', '', 0, ARGV[2], amount, 0, 0, 0,
          balance[B_GRANTED] - balance[B_CONSUMED] - balance[B_LAPSED]))
        """,
        now.toEpochMilli(),
        type,
        amount,
        priority,
        until);
  }

  private void update(String change, Object... arguments) {
    run(READ + change + "\n" + WRITE, arguments);
  }

  private List<Object> run(String snippet, Object... arguments) {
    byte[][] packed = new byte[arguments.length][];
    for (int i = 0; i < arguments.length; i++) {
      packed[i] = bytes(arguments[i]);
    }
    return redis.eval(withConstants(snippet), keys, packed);
  }

  /** Tokens charged in all hashes of usage of these days: {@code day/feature/type/member}. */
  Map<String, Long> usage(long firstDay, long lastDay) {
    Map<String, Long> cells = new java.util.TreeMap<>();
    long last = Math.floorDiv(lastDay, Keys.USAGE_DAYS);
    for (long bucket = Math.floorDiv(firstDay, Keys.USAGE_DAYS); bucket <= last; bucket++) {
      long start = bucket * Keys.USAGE_DAYS;
      TestRedis.await(redis.commands().hgetall(names.usage(account, bucket)))
          .forEach(
              (cell, total) -> {
                String[] parts = new String(cell, UTF_8).split("/", 2);
                cells.put(
                    start + Long.parseLong(parts[0]) + "/" + parts[1],
                    Long.valueOf(new String(total, UTF_8)));
              });
    }
    return cells;
  }

  /** Replaces the names of the layout by their values, outside of strings. */
  private static String withConstants(String snippet) {
    StringBuilder script = new StringBuilder();
    int i = 0;
    while (i < snippet.length()) {
      char c = snippet.charAt(i);
      int start = i++;
      if (c == '\'') {
        i = snippet.indexOf('\'', i) + 1;
        script.append(snippet, start, i);
      } else if (Character.isLetter(c) || c == '_') {
        while (i < snippet.length()
            && (Character.isLetterOrDigit(snippet.charAt(i)) || snippet.charAt(i) == '_')) {
          i++;
        }
        String word = snippet.substring(start, i);
        String value = ScriptAssembler.constant(word);
        script.append(value == null ? word : value);
      } else {
        script.append(c);
      }
    }
    return script.toString();
  }

  /** Everything that is stored of the account; null if there is none. */
  @org.jspecify.annotations.Nullable
  Stored read() {
    List<Object> raw = redis.eval(withConstants(READ_ALL), keys);
    return raw.isEmpty() ? null : new Stored(raw);
  }

  private static final String READ_ALL =
      """
      local account = redis.call('GET', KEYS[ACCOUNT])
      if not account then return {} end
      account = {cmsgpack.unpack(account)}
      local stored
      local inexact = {}
      local function number(value)
        if type(value) ~= 'number' or value ~= math.floor(value) or math.abs(value) > MAX then
          inexact[#inexact + 1] = tostring(value)
        end
        return value
      end
      local types, holds, dues, ledger, members, scheduled, grants = {}, {}, {}, {}, {}, {}, {}
      stored = redis.call('HGETALL', KEYS[GRANTS])
      for i = 1, #stored, 2 do
        local grant = {cmsgpack.unpack(stored[i + 1])}
        grants[#grants + 1] = {tonumber(stored[i]), grant[G_ID], grant[G_TYPE], grant[G_FROM]}
      end
      for slot = A_TYPES, #account, 2 do
        local balance = {cmsgpack.unpack(account[slot + 1])}
        local pockets = {}
        for at = B_POCKETS, #balance, P_SIZE do
          pockets[#pockets + 1] = {balance[at + P_ID], balance[at + P_PRIORITY],
            number(balance[at + P_AMOUNT]), number(balance[at + P_FREE]), number(balance[at + P_HELD]),
            balance[at + P_UNTIL], balance[at + P_SCHEDULE] == GRANT and 1 or 0}
        end
        types[#types + 1] = {account[slot], number(balance[B_GRANTED]), number(balance[B_CONSUMED]),
          number(balance[B_LAPSED]), number(balance[B_ORPHANED]), number(balance[B_PERIOD_CONSUMED]),
          number(balance[B_PERIOD_LAPSED]), number(balance[B_DEBT]), pockets}
      end
      stored = redis.call('HGETALL', KEYS[HOLDS])
      for i = 1, #stored, 2 do
        local hold, takes = {cmsgpack.unpack(stored[i + 1])}, {}
        if hold[H_STATE] == OPEN then
          for at = H_ROWS, #hold, T_SIZE do
            takes[#takes + 1] = {unpack(hold, at, at + T_SIZE - 1)}
          end
        end
        holds[#holds + 1] = {stored[i], hold[H_STATE], hold[H_EXPIRES], hold[H_MEMBER], takes}
      end
      stored = redis.call('ZRANGE', KEYS[DUE], 0, -1, 'WITHSCORES')
      for i = 1, #stored, 2 do
        local list = string.sub(stored[i], 1, 1) == SCHEDULED and scheduled or dues
        list[#list + 1] = {stored[i], tonumber(stored[i + 1])}
      end
      local entries = redis.call('LRANGE', KEYS[LEDGER], 0, -1)
      if account[A_FIRST] ~= '' then table.insert(entries, 1, account[A_FIRST]) end
      for i, entry in ipairs(entries) do
        entry = {cmsgpack.unpack(entry)}
        local lines = {}
        for at = N_LINES, #entry, N_LINE_SIZE do
          lines[#lines + 1] = {unpack(entry, at, at + N_LINE_SIZE - 1)}
          for j = 1, N_LINE_SIZE - 1 do number(entry[at + j]) end
        end
        ledger[i] = {entry[1], entry[2], entry[3], entry[6], entry[8], lines, entry[9]}
      end
      stored = redis.call('HGETALL', KEYS[MEMBERS])
      for i = 1, #stored, 2 do
        local member, uses = cmsgpack.unpack(stored[i + 1]), {}
        for name, use in pairs(member[M_USE]) do
          uses[#uses + 1] = {name, use[1], number(use[2]), number(use[3])}
        end
        members[#members + 1] = {stored[i], uses, member[M_LISTED]}
      end
      return {account[A_REVISION], account[A_OPEN], account[A_NEXT_DUE], account[A_NEXT_POCKET], FORGET,
        types, holds, dues, ledger, members, inexact, scheduled, grants,
        ({cmsgpack.unpack(account[A_STANDING])})[S_MEMBERS]}
      """;

  /** What is stored, in Java's words. */
  static final class Stored {
    final long revision;
    final long open;
    final long nextDue;
    final long nextPocket;
    final long forget;
    final List<Type> types = new ArrayList<>();
    final List<Hold> holds = new ArrayList<>();
    final Map<String, Long> due = new java.util.TreeMap<>();
    final List<Entry> ledger = new ArrayList<>();
    final List<Use> uses = new ArrayList<>();
    final Map<Long, Long> scheduled = new java.util.TreeMap<>();
    final Map<Long, Granted> grants = new java.util.TreeMap<>();
    final java.util.Set<String> listed = new java.util.TreeSet<>();
    final long members;
    final int inexact;

    private Stored(List<Object> raw) {
      revision = StoredValues.number(raw, 0);
      open = StoredValues.number(raw, 1);
      nextDue = StoredValues.number(raw, 2);
      nextPocket = StoredValues.number(raw, 3);
      forget = StoredValues.number(raw, 4);
      for (List<Object> type : rows(raw, 5)) {
        List<Pocket> pockets = new ArrayList<>();
        for (List<Object> p : rows(type, 8)) {
          pockets.add(
              new Pocket(n(p, 0), n(p, 1), n(p, 2), n(p, 3), n(p, 4), n(p, 5), n(p, 6) == 1));
        }
        types.add(
            new Type(
                text(type, 0),
                n(type, 1),
                n(type, 2),
                n(type, 3),
                n(type, 4),
                n(type, 5),
                n(type, 6),
                n(type, 7),
                pockets));
      }
      for (List<Object> hold : rows(raw, 6)) {
        List<Take> takes = new ArrayList<>();
        for (List<Object> take : rows(hold, 4)) {
          takes.add(new Take(text(take, 0), n(take, 1), n(take, 2), n(take, 3)));
        }
        holds.add(new Hold(text(hold, 0), (int) n(hold, 1), n(hold, 2), text(hold, 3), takes));
      }
      for (List<Object> row : rows(raw, 7)) {
        due.put(text(row, 0), n(row, 1));
      }
      for (List<Object> entry : rows(raw, 8)) {
        List<Line> lines = new ArrayList<>();
        for (List<Object> line : rows(entry, 5)) {
          lines.add(
              new Line(text(line, 0), n(line, 1), n(line, 2), n(line, 3), n(line, 4), n(line, 5)));
        }
        ledger.add(
            new Entry(
                n(entry, 0),
                n(entry, 1),
                Kind.values()[(int) n(entry, 2)],
                text(entry, 3),
                text(entry, 4),
                lines,
                n(entry, 6) == 1));
      }
      for (List<Object> row : rows(raw, 11)) {
        scheduled.put(Long.valueOf(text(row, 0).substring(1)), n(row, 1));
      }
      for (List<Object> grant : rows(raw, 12)) {
        grants.put(n(grant, 0), new Granted(text(grant, 1), text(grant, 2), n(grant, 3)));
      }
      members = StoredValues.number(raw, 13);
      for (List<Object> member : rows(raw, 9)) {
        if (n(member, 2) == 1) {
          listed.add(text(member, 0));
        }
        for (List<Object> use : rows(member, 1)) {
          uses.add(new Use(text(member, 0), text(use, 0), n(use, 1), n(use, 2), n(use, 3)));
        }
      }
      inexact = rows(raw, 10).size();
    }

    private static long n(List<Object> row, int index) {
      return StoredValues.number(row, index);
    }

    private static String text(List<Object> row, int index) {
      return StoredValues.text(row, index);
    }

    @SuppressWarnings("unchecked") // a row is a list of the same kind
    private static List<List<Object>> rows(List<Object> raw, int index) {
      return (List<List<Object>>) raw.get(index);
    }

    List<Entry> ledger(Kind kind) {
      return ledger.stream().filter(entry -> entry.kind == kind).toList();
    }
  }

  /** Kinds of ledger entries, in the order of the layout. */
  enum Kind {
    OPEN,
    GRANT,
    RESET,
    COMMIT,
    REFUND,
    EXPIRE,
    ADJUST
  }

  record Type(
      String name,
      long granted,
      long consumed,
      long lapsed,
      long orphaned,
      long periodConsumed,
      long periodLapsed,
      long debt,
      List<Pocket> pockets) {}

  record Pocket(
      long id, long priority, long amount, long free, long held, long until, boolean grant) {}

  record Granted(String id, String type, long from) {}

  record Take(String type, long memberPeriod, long pocket, long amount) {}

  record Hold(String id, int state, long expires, String member, List<Take> takes) {}

  record Line(String type, long granted, long consumed, long lapsed, long released, long balance) {}

  record Entry(
      long revision,
      long millis,
      Kind kind,
      String reservation,
      String note,
      List<Line> lines,
      boolean late) {}

  record Use(String member, String type, long period, long consumed, long held) {}
}
