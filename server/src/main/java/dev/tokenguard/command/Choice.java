package dev.tokenguard.command;

import com.google.protobuf.ProtocolMessageEnum;
import dev.tokenguard.v1.AccountStatus;
import dev.tokenguard.v1.AdminEventOutcome;
import dev.tokenguard.v1.LogLevel;
import dev.tokenguard.v1.TransactionKind;
import dev.tokenguard.v1.UsageDimension;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The values of the protocol's enums as people write them: {@code token-type}, {@code commit}. */
final class Choice {
  private Choice() {}

  /** The word of a value: its name without its enum's, in small letters. */
  static String word(ProtocolMessageEnum value) {
    String name = value.getValueDescriptor().getName();
    String prefix = prefix(value);
    return (name.startsWith(prefix) ? name.substring(prefix.length()) : name)
        .toLowerCase(Locale.ROOT)
        .replace('_', '-');
  }

  /** An enum named FooBar has values named FOO_BAR_... */
  private static String prefix(ProtocolMessageEnum value) {
    return value
            .getDescriptorForType()
            .getName()
            .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
            .toUpperCase(Locale.ROOT)
        + "_";
  }

  private static <E extends ProtocolMessageEnum> E of(String text, List<E> values) {
    String word = text.toLowerCase(Locale.ROOT).replace('_', '-');
    return values.stream()
        .filter(value -> word(value).equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'"
                        + text
                        + "' (expected: "
                        + String.join(", ", values.stream().map(Choice::word).toList())
                        + ")"));
  }

  /** All but the first, which stands for none, and the last, which stands for unknown ones. */
  private static <E extends ProtocolMessageEnum> List<E> known(E[] values) {
    return Arrays.asList(values).subList(1, values.length - 1);
  }

  /**
   * A status.
   *
   * @throws IllegalArgumentException telling what is wrong and what is expected
   */
  static AccountStatus status(String text) {
    try {
      return of(text, known(AccountStatus.values()));
    } catch (TypeConversionException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * A log level.
   *
   * @param besides what else is expected where it stands
   */
  static LogLevel logLevel(String text, String besides) throws CommandException {
    List<LogLevel> levels = known(LogLevel.values());
    for (LogLevel each : levels) {
      if (word(each).equalsIgnoreCase(text)) {
        return each;
      }
    }
    throw CommandException.wrong(
        "'"
            + text
            + "' (expected: "
            + String.join(", ", levels.stream().map(Choice::word).toList())
            + ", "
            + besides
            + ")");
  }

  static final class Status implements ITypeConverter<AccountStatus> {
    @Override
    public AccountStatus convert(String text) {
      return of(text, known(AccountStatus.values()));
    }
  }

  static final class Kind implements ITypeConverter<TransactionKind> {
    @Override
    public TransactionKind convert(String text) {
      return of(text, known(TransactionKind.values()));
    }
  }

  static final class EventOutcome implements ITypeConverter<AdminEventOutcome> {
    @Override
    public AdminEventOutcome convert(String text) {
      return of(text, known(AdminEventOutcome.values()));
    }
  }

  /** {@code type} is short for {@code token-type}, as the options have it. */
  static final class Dimension implements ITypeConverter<UsageDimension> {
    @Override
    public UsageDimension convert(String text) {
      return of(text.equals("type") ? "token-type" : text, known(UsageDimension.values()));
    }
  }
}
