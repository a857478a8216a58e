package dev.tokenguard.store.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * ACCOUNT of {@code layout.lua} as upkeep looks at it: everything that is needed to tell whether
 * something is due and whether the sums are right. What cannot be read is a problem in words rather
 * than an exception, and the rest of the account is read all the same.
 *
 * @param revision rises with every change
 * @param open open holds, as the account counts them
 * @param nextDue no open hold expires, and no grant begins, before this time
 * @param profile the rules that it is under
 * @param types by token type; those that cannot be read are missing
 * @param firstEntry the ledger's first entry, while it is the only one; else empty
 * @param problems what is damaged; empty if nothing is
 * @param layout in which it is stored; of another one than this server's nothing is read
 */
record AccountValue(
    long revision,
    long open,
    long nextDue,
    Profile profile,
    SortedMap<String, TypeValue> types,
    byte[] firstEntry,
    List<String> problems,
    long layout) {
  private static final int SIZE = at("A_SIZE");
  private static final int REVISION = at("A_REVISION");
  private static final int OPEN = at("A_OPEN");
  private static final int NEXT_DUE = at("A_NEXT_DUE");
  private static final int STANDING = at("A_STANDING");
  private static final int TYPES = at("A_TYPES");

  private static final int BALANCE_SIZE = at("B_SIZE");
  private static final int POCKETS = at("B_POCKETS");
  private static final int POCKET = size("P_SIZE");
  private static final long GRANT = size("GRANT");

  private static final int POCKET_ID = size("P_ID");
  private static final int POCKET_FREE = size("P_FREE");
  private static final int POCKET_HELD = size("P_HELD");
  private static final int POCKET_UNTIL = size("P_UNTIL");
  private static final int POCKET_SCHEDULE = size("P_SCHEDULE");
  private static final int GRANTED = at("B_GRANTED");
  private static final int CONSUMED = at("B_CONSUMED");
  private static final int LAPSED = at("B_LAPSED");
  private static final int ORPHANED = at("B_ORPHANED");
  private static final int DEBT = at("B_DEBT");

  private static final byte[] NO_ENTRY = {};
  private static final Profile UNKNOWN = Profile.unseen("");

  /** One token type: BALANCE. */
  record TypeValue(
      long granted, long consumed, long lapsed, long orphaned, long debt, List<Pocket> pockets) {

    /** Of a token type that an account does not have. */
    static final TypeValue NONE = new TypeValue(0, 0, 0, 0, 0, List.of());

    /** What is free in all pockets less the debt. */
    long free() {
      return pockets.stream().mapToLong(Pocket::free).sum() - debt;
    }

    /** What open reservations hold, of pockets that have lapsed too. */
    long held() {
      return pockets.stream().mapToLong(Pocket::held).sum() + orphaned;
    }

    /** Whether nothing was lost and nothing made up. */
    boolean isConserved() {
      return granted == free() + held() + consumed + lapsed;
    }
  }

  /** POCKET. */
  record Pocket(long id, long free, long held, long until, boolean grant) {}

  /** Reads an account, as far as it can be read. */
  static AccountValue of(byte[] packed) {
    try {
      return read(StoredValues.values(packed));
    } catch (RuntimeException e) { // bytes that no script wrote: there is no telling what is wrong
      return damaged("the account cannot be read");
    }
  }

  private static AccountValue read(List<Object> values) {
    if (StoredValues.number(values, SIZE) != values.size()) {
      return damaged("the account is cut short");
    }
    long layout = Layout.of(values);
    if (layout != Layout.KNOWN) {
      return new AccountValue(
          0, 0, Long.MAX_VALUE, UNKNOWN, new TreeMap<>(), NO_ENTRY, List.of(), layout);
    }
    List<String> problems = new ArrayList<>();
    TreeMap<String, TypeValue> types = new TreeMap<>();
    for (int i = TYPES; i < values.size(); i += 2) {
      String type = StoredValues.text(values, i);
      try {
        types.put(type, type((byte[]) values.get(i + 1)));
      } catch (RuntimeException e) {
        problems.add("the balance of " + type + " cannot be read");
      }
    }
    return new AccountValue(
        StoredValues.number(values, REVISION),
        StoredValues.number(values, OPEN),
        StoredValues.number(values, NEXT_DUE),
        profile((byte[]) values.get(STANDING), problems),
        types,
        StoredLedger.first(values),
        problems,
        layout);
  }

  /** An account of which nothing can be read. */
  static AccountValue damaged(String problem) {
    return new AccountValue(
        0, 0, 0, UNKNOWN, new TreeMap<>(), NO_ENTRY, List.of(problem), Layout.KNOWN);
  }

  private static Profile profile(byte[] standing, List<String> problems) {
    try {
      return Standing.of(standing).profile();
    } catch (RuntimeException e) {
      problems.add("the standing of the account cannot be read");
      return UNKNOWN;
    }
  }

  private static TypeValue type(byte[] packed) {
    List<Object> values = StoredValues.values(packed);
    if (StoredValues.number(values, BALANCE_SIZE) != values.size()) {
      throw new IllegalStateException("cut short");
    }
    List<Pocket> pockets = new ArrayList<>((values.size() - POCKETS) / POCKET);
    for (int at = POCKETS; at < values.size(); at += POCKET) {
      pockets.add(
          new Pocket(
              StoredValues.number(values, at + POCKET_ID),
              StoredValues.number(values, at + POCKET_FREE),
              StoredValues.number(values, at + POCKET_HELD),
              StoredValues.number(values, at + POCKET_UNTIL),
              StoredValues.number(values, at + POCKET_SCHEDULE) == GRANT));
    }
    return new TypeValue(
        StoredValues.number(values, GRANTED),
        StoredValues.number(values, CONSUMED),
        StoredValues.number(values, LAPSED),
        StoredValues.number(values, ORPHANED),
        StoredValues.number(values, DEBT),
        pockets);
  }

  /** Whether another release wrote it, and nothing can be told of it. */
  boolean isForeign() {
    return layout != Layout.KNOWN;
  }

  /** Whether anything of it can be read. */
  boolean isReadable() {
    return revision > 0;
  }

  /** Whether a script that touched it now would have something to do: a hold, a grant, a period. */
  boolean isDue(long now) {
    return nextDue <= now
        || types.values().stream()
            .anyMatch(type -> type.pockets().stream().anyMatch(pocket -> pocket.until() <= now));
  }

  /** Whether everything can be read and every sum is right, as far as the account alone tells. */
  boolean isSound() {
    return problems.isEmpty() && types.values().stream().allMatch(TypeValue::isConserved);
  }

  /** A position of {@code layout.lua}; Lua counts from 1. */
  private static int at(String name) {
    return size(name) - 1;
  }

  private static int size(String name) {
    return Integer.parseInt(String.valueOf(ScriptAssembler.constant(name)));
  }
}
