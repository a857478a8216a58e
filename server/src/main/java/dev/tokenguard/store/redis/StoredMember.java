package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Member;
import dev.tokenguard.domain.MemberBalance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.Value;

/**
 * MEMBER of {@code layout.lua}: {listed, caps, use}.
 *
 * @param listed whether an operator added it
 * @param caps token type to cap
 * @param use token type to what was used in one period
 */
record StoredMember(boolean listed, Map<String, Long> caps, Map<String, Use> use) {

  /**
   * What was used in a period.
   *
   * @param period the pocket of the allowance of that period; 0 or less where there is none
   */
  record Use(long period, long consumed, long held) {}

  private static final Use NOTHING = new Use(0, 0, 0);

  static StoredMember of(byte[] packed) {
    try (MessageUnpacker in = MessagePack.newDefaultUnpacker(packed)) {
      List<Value> parts = in.unpackValue().asArrayValue().list();
      Map<String, Long> caps = new TreeMap<>();
      entries(parts.get(1)).forEach((type, cap) -> caps.put(type, cap.asIntegerValue().toLong()));
      Map<String, Use> use = new TreeMap<>();
      entries(parts.get(2))
          .forEach(
              (type, row) -> {
                List<Value> numbers = row.asArrayValue().list();
                use.put(type, new Use(number(numbers, 0), number(numbers, 1), number(numbers, 2)));
              });
      return new StoredMember(number(parts, 0) == 1, caps, use);
    } catch (IOException e) { // it reads from memory
      throw new UncheckedIOException(e);
    }
  }

  /** An empty table of Lua is packed as an array. */
  private static Map<String, Value> entries(Value table) {
    Map<String, Value> entries = new TreeMap<>();
    if (table.isMapValue()) {
      table
          .asMapValue()
          .entrySet()
          .forEach(entry -> entries.put(entry.getKey().asRawValue().asString(), entry.getValue()));
    }
    return entries;
  }

  private static long number(List<Value> values, int index) {
    return values.get(index).asIntegerValue().toLong();
  }

  /**
   * The member as operators see it.
   *
   * @param periods token type to the pocket of the allowance that runs
   */
  Member member(String account, String id, Map<String, Long> periods) {
    TreeSet<String> types = new TreeSet<>(caps.keySet());
    Map<String, Use> now = new TreeMap<>(use);
    now.entrySet().removeIf(each -> !isNow(each.getValue(), periods.get(each.getKey())));
    types.addAll(now.keySet());
    List<MemberBalance> balances = new ArrayList<>(types.size());
    for (String type : types) {
      Use used = now.getOrDefault(type, NOTHING);
      balances.add(new MemberBalance(type, caps.get(type), used.consumed, used.held));
    }
    return new Member(account, id, Amounts.of(caps), balances, listed);
  }

  /** As {@code member_period.lua} has it; {@code allowance} is null where there is none. */
  private static boolean isNow(Use used, @Nullable Long allowance) {
    return allowance == null ? used.period <= 0 : used.period == allowance;
  }
}
