package dev.tokenguard.store.redis;

import dev.tokenguard.domain.OwnAllowance;
import dev.tokenguard.domain.Schedule;
import dev.tokenguard.domain.ScheduleText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How an account's own allowances are stored: a sequence of token type, amount, schedule as the
 * catalog writes it ('' for the plan's), rollover, 1 if debt is carried. Scripts only pass it on.
 */
final class Allowances {
  private static final int SIZE = 5;

  private Allowances() {}

  static byte[] pack(List<OwnAllowance> allowances) {
    return Packer.pack(
        out -> {
          for (OwnAllowance each : allowances) {
            out.packString(each.tokenType())
                .packLong(each.amount())
                .packString(each.resets().map(Schedule::toString).orElse(""))
                .packLong(each.rolloverMax())
                .packInt(each.carryDebt() ? 1 : 0);
          }
        });
  }

  static List<OwnAllowance> unpack(byte[] packed) {
    if (packed.length == 0) {
      return List.of();
    }
    List<Object> values = StoredValues.values(packed);
    List<OwnAllowance> allowances = new ArrayList<>(values.size() / SIZE);
    for (int i = 0; i < values.size(); i += SIZE) {
      String resets = StoredValues.text(values, i + 2);
      allowances.add(
          new OwnAllowance(
              StoredValues.text(values, i),
              StoredValues.number(values, i + 1),
              resets.isEmpty() ? Optional.empty() : Optional.of(ScheduleText.parse(resets)),
              StoredValues.number(values, i + 3),
              StoredValues.number(values, i + 4) == 1));
    }
    return List.copyOf(allowances);
  }
}
