package dev.tokenguard.deploy.monitoring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page that tells what to do about an alert.
 *
 * @param alert the name of the alert
 * @param text the page, as Markdown
 */
record Runbook(String alert, String text) {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");

  /** All pages, in order of name. */
  static List<Runbook> all() throws IOException {
    List<Runbook> pages = new ArrayList<>();
    try (Stream<Path> files = Files.list(RuleFile.RUNBOOKS)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        pages.add(new Runbook(name.replaceFirst("\\.md$", ""), Files.readString(file)));
      }
    }
    return pages;
  }

  /** What it asks Prometheus: each line of its blocks of PromQL. */
  List<String> queries() {
    List<String> lines = new ArrayList<>();
    Matcher blocks = BLOCK.matcher(text);
    while (blocks.find()) {
      if (blocks.group(1).equals("promql")) {
        blocks.group(2).lines().filter(line -> !line.isBlank()).forEach(lines::add);
      }
    }
    return lines;
  }
}
