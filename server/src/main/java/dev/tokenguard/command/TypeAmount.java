package dev.tokenguard.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Tokens of a type as people write them: {@code image=10}. */
record TypeAmount(String tokenType, long amount) {
  static final TypeAmount NONE = new TypeAmount("", 0);

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException telling what is wrong and what is expected
   */
  static TypeAmount parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException(
          "'" + text + "' (expected: a token type and an amount, such as image=10)");
    }
    return new TypeAmount(text.substring(0, equals), amount(text.substring(equals + 1)));
  }

  static long amount(String text) {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' (expected: a whole number of tokens)");
    }
  }

  /** All of them by type; a type that is named twice is a slip. */
  static Map<String, Long> byType(List<TypeAmount> amounts) {
    Map<String, Long> byType = new LinkedHashMap<>();
    for (TypeAmount each : amounts) {
      if (byType.put(each.tokenType, each.amount) != null) {
        throw new IllegalArgumentException(
            each.tokenType + " is named twice (expected: each token type once)");
      }
    }
    return byType;
  }

  /** Amounts for a table. */
  static String text(Map<String, Long> amounts) {
    return amounts.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(each -> each.getKey() + "=" + each.getValue())
        .collect(Collectors.joining(" "));
  }

  /** For picocli, whose errors name the option. */
  static final class Converter implements ITypeConverter<TypeAmount> {
    @Override
    public TypeAmount convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
