package dev.tokenguard.config;

import dev.tokenguard.domain.EffectiveSetting.Source;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Loads the settings: defaults, over them a YAML file, over it environment variables, over them
 * flags. {@code grpc.listen} is {@code listen} under {@code grpc} in the file, {@code
 * TOKENGUARD_GRPC_LISTEN} in the environment and {@code --grpc.listen} as a flag.
 */
public final class SettingsLoader {
  /** What our environment variables begin with. */
  public static final String VARIABLE_PREFIX = "TOKENGUARD_";

  /** The environment variable that names the file of settings. */
  public static final String FILE_VARIABLE = VARIABLE_PREFIX + "CONFIG";

  /**
   * What Kubernetes sets for every Service of the namespace, in every pod: one that is called
   * {@code tokenguard} must not keep the server from starting.
   */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          "TOKENGUARD_(\\w+_)?(SERVICE_HOST|SERVICE_PORT(_\\w+)?"
              + "|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

  private static final Pattern SERVICE_PORT_LINK = Pattern.compile("TOKENGUARD_(\\w+_)?PORT");
  private static final Pattern SERVICE_PORT_VALUE = Pattern.compile("(tcp|udp|sctp)://.*");

  private SettingsLoader() {}

  /**
   * The settings from these sources.
   *
   * @param file the settings file; null for the one that {@link #FILE_VARIABLE} names, or none
   * @param environment all environment variables; those of others are passed over
   * @param flags values by key, without dashes in front
   * @throws SettingsException with everything that is wrong in any of the sources
   */
  public static Settings load(
      @Nullable Path file, Map<String, String> environment, Map<String, String> flags)
      throws SettingsException {
    Problems problems = new Problems();
    SettingValues values = new SettingValues(problems);
    String named = environment.getOrDefault(FILE_VARIABLE, "");
    if (file != null) {
      readFile(file, values, problems);
    } else if (!named.isEmpty()) {
      readFile(Path.of(named), values, problems);
    }
    readEnvironment(environment, values, problems);
    readFlags(flags, values, problems);
    if (problems.isEmpty()) {
      values.checkTogether();
    }
    if (!problems.isEmpty()) {
      throw new SettingsException(problems.list());
    }
    return values.toSettings();
  }

  /** The settings of somebody who set none. */
  public static Settings defaults() {
    return new SettingValues(new Problems()).toSettings();
  }

  private static void readFile(Path file, SettingValues values, Problems problems) {
    Optional<YamlSection> root =
        YamlFile.read(file, problems)
            .flatMap(text -> YamlFile.parse(text, file.toString(), problems));
    if (root.isEmpty()) {
      return;
    }
    Set<String> groups = new TreeSet<>();
    SettingsTable.byKey().values().forEach(setting -> groups.add(setting.group()));
    for (String group : root.get().keys()) {
      if (SettingsTable.byKey().containsKey(group)) {
        root.get().keyProblem(group, "a dotted key (expected: its group, and the name below it)");
      } else if (!groups.contains(group)) {
        root.get().keyProblem(group, "unknown group of settings" + Names.hint(group, groups));
      } else {
        root.get().section(group).ifPresent(section -> readGroup(group, section, values));
      }
    }
  }

  private static void readGroup(String group, YamlSection section, SettingValues values) {
    for (String name : section.keys()) {
      String key = group + "." + name;
      SettingDefinition<?> setting = SettingsTable.byKey().get(key);
      if (setting == null) {
        section.keyProblem(
            name, "unknown setting" + Names.hint(key, SettingsTable.byKey().keySet()));
      } else {
        section
            .raw(name)
            .ifPresent(text -> values.set(setting, text, Source.FILE, section.where(name)));
      }
    }
  }

  private static void readEnvironment(
      Map<String, String> environment, SettingValues values, Problems problems) {
    Map<String, SettingDefinition<?>> known = new TreeMap<>();
    SettingsTable.byKey().values().forEach(setting -> known.put(setting.variable(), setting));
    // In order of name, so that problems are too.
    new TreeMap<>(environment)
        .forEach(
            (variable, text) -> {
              SettingDefinition<?> setting = known.get(variable);
              if (setting != null && !isServiceLink(variable, text)) {
                values.set(setting, text, Source.ENVIRONMENT, variable);
              } else if (variable.startsWith(VARIABLE_PREFIX)
                  && !variable.equals(FILE_VARIABLE)
                  && !isServiceLink(variable, text)) {
                problems.add(
                    variable,
                    "unknown environment variable" + Names.hint(variable, known.keySet()));
              }
            });
  }

  private static boolean isServiceLink(String variable, String text) {
    return SERVICE_LINK.matcher(variable).matches()
        || (SERVICE_PORT_LINK.matcher(variable).matches()
            && SERVICE_PORT_VALUE.matcher(text).matches());
  }

  private static void readFlags(
      Map<String, String> flags, SettingValues values, Problems problems) {
    flags.forEach(
        (name, text) -> {
          String key = name.toLowerCase(Locale.ROOT).replace('-', '_');
          SettingDefinition<?> setting = SettingsTable.byKey().get(key);
          if (setting == null) {
            problems.add(
                "--" + name, "unknown flag" + Names.hint(key, SettingsTable.byKey().keySet()));
          } else {
            values.set(setting, text, Source.FLAG, "--" + name);
          }
        });
  }
}
