package dev.tokenguard.command;

import dev.tokenguard.v1.Allowance;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Allowances as people write them: {@code image=100}, {@code image=100:monthly}, {@code
 * image=100:every 30 days:rollover=20:carry-debt}. The server knows what resets there are.
 */
final class AllowanceText {
  static final String SYNTAX = "TYPE=AMOUNT[:RESETS][:rollover=N][:carry-debt]";

  private static final String ROLLOVER = "rollover=";

  private AllowanceText() {}

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException telling what is wrong and what is expected
   */
  static Allowance parse(String text) {
    String[] parts = text.split(":", -1);
    TypeAmount amount = TypeAmount.parse(parts[0]);
    Allowance.Builder allowance =
        Allowance.newBuilder().setTokenType(amount.tokenType()).setAmount(amount.amount());
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i].strip();
      if (part.equals("carry-debt")) {
        allowance.setCarryDebt(true);
      } else if (part.startsWith(ROLLOVER)) {
        allowance.setRolloverMax(TypeAmount.amount(part.substring(ROLLOVER.length())));
      } else if (i == 1 && !part.isEmpty()) {
        allowance.setResets(part);
      } else {
        throw new IllegalArgumentException(
            "'" + part + "' in '" + text + "' (expected: " + SYNTAX + ")");
      }
    }
    return allowance.build();
  }

  static String text(Allowance allowance) {
    StringBuilder text = new StringBuilder();
    text.append(allowance.getTokenType()).append('=').append(allowance.getAmount());
    if (!allowance.getResets().isEmpty()) {
      text.append(':').append(allowance.getResets());
    }
    if (allowance.getRolloverMax() != 0) {
      text.append(':').append(ROLLOVER).append(allowance.getRolloverMax());
    }
    return text.append(allowance.getCarryDebt() ? ":carry-debt" : "").toString();
  }

  /** For picocli, whose errors name the option. */
  static final class Converter implements ITypeConverter<Allowance> {
    @Override
    public Allowance convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
