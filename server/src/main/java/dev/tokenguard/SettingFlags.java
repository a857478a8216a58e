package dev.tokenguard;

import dev.tokenguard.config.SettingsTable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/** A flag for every setting, made from the one table of them. */
@Command
final class SettingFlags {
  private @Nullable CommandSpec command;

  /** Called by picocli with the command that these flags are mixed into. */
  @Spec(Spec.Target.MIXEE)
  void addTo(CommandSpec mixee) {
    command = mixee;
    for (SettingsTable.Described setting : SettingsTable.described()) {
      String shown =
          setting.defaultText().isEmpty() ? "" : " (default: " + setting.defaultText() + ")";
      mixee.addOption(
          OptionSpec.builder("--" + setting.key())
              .paramLabel("VALUE")
              .type(String.class)
              .description((setting.doc() + shown).replace("%", "%%"))
              .build());
    }
  }

  /** The settings that were given, by key. */
  Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    if (command != null) {
      for (OptionSpec option : command.options()) {
        if (option.longestName().contains(".") && option.getValue() != null) {
          values.put(option.longestName().substring(2), option.<String>getValue());
        }
      }
    }
    return values;
  }
}
