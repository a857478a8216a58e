package dev.tokenguard.console;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of the console, as they are in the source tree. */
final class ConsoleFiles {

  static final Path ROOT = Path.of("src/main/resources/dev/tokenguard/console");

  private static final Pattern LANGUAGE = Pattern.compile("code: '(\\w+)'");

  private ConsoleFiles() {}

  /** Every module, by its path. */
  static Map<String, String> modules() {
    return ending(".js");
  }

  /** Every file with such an end, by its path. */
  static Map<String, String> ending(String end) {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path file : files.filter(each -> each.toString().endsWith(end)).toList()) {
        found.put(ROOT.relativize(file).toString().replace('\\', '/'), Files.readString(file));
      }
    } catch (IOException e) {
      throw new AssertionError("cannot read the console at " + ROOT, e);
    }
    return found;
  }

  /** The languages that one can choose. */
  static List<String> languages() {
    return LANGUAGE
        .matcher(file("i18n.js"))
        .results()
        .map((MatchResult each) -> each.group(1))
        .toList();
  }

  /** Texts of a language, by key; one with plural forms has an object of them. */
  static Map<String, JsonElement> messages(String language) {
    return new TreeMap<>(
        JsonParser.parseString(file("messages/" + language + ".json")).getAsJsonObject().asMap());
  }

  static String file(String name) {
    try {
      return Files.readString(ROOT.resolve(name));
    } catch (IOException e) {
      throw new AssertionError("the console has no " + name, e);
    }
  }
}
