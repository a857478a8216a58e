package dev.tokenguard.config;

import java.util.Locale;

/**
 * One setting, as the table has it.
 *
 * @param key its name, {@code group.name}: that of its flag and its place in the file
 * @param type what values it takes
 * @param defaultText its default, written as a user would
 * @param doc what it is, in one line
 * @param <T> the type of its values
 */
record SettingDefinition<T>(String key, SettingType<T> type, String defaultText, String doc) {

  String group() {
    return key.substring(0, key.indexOf('.'));
  }

  String name() {
    return key.substring(key.indexOf('.') + 1);
  }

  /** The environment variable that sets it. */
  String variable() {
    return SettingsLoader.VARIABLE_PREFIX + key.replace('.', '_').toUpperCase(Locale.ROOT);
  }
}
