package dev.tokenguard.deploy.monitoring;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of metrics, taken out of PromQL and out of scrapes. */
final class MetricNames {
  private static final Pattern STRING = Pattern.compile("\"[^\"]*\"");
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
  private static final Pattern OURS = Pattern.compile("(tokenguard|jvm|process|system)_\\w+");
  private static final Pattern EXPOSED = Pattern.compile("(?m)^([a-zA-Z_:][a-zA-Z0-9_:]*)[{ ]");

  private MetricNames() {}

  /** Names of what servers expose, and of what recording rules keep: those have a colon. */
  static Set<String> in(String expression) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = NAME.matcher(STRING.matcher(expression).replaceAll("\"\""));
    while (matcher.find()) {
      String name = matcher.group();
      if (name.indexOf(':') > 0 || OURS.matcher(name).matches()) {
        names.add(name);
      }
    }
    return names;
  }

  /** Names of the series in a scrape. */
  static Set<String> exposed(String scrape) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = EXPOSED.matcher(scrape);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }
}
