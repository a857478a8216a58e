package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes one script of a file in {@code lua/} and the sections of {@code lua/lib/} that it includes.
 *
 * <p>A line {@code -- include: name} is replaced by that section, where it stands. The names that
 * {@code codes.lua} and {@code layout.lua} define are replaced by their values: as locals that
 * functions capture they would cost a call more than all its work (lua/lib/begin.lua says why).
 * Comments and indentation are left out.
 */
final class ScriptAssembler {
  private static final String INCLUDE = "-- include: ";

  /** What the files of constants define, by name. */
  private static final class Constants {
    static final Map<String, String> BY_NAME = read();

    private static Map<String, String> read() {
      Map<String, String> byName = new HashMap<>();
      for (String file : new String[] {"lib/codes", "lib/layout"}) {
        for (String line : resource(file).split("\n")) {
          int equals = line.indexOf(" = ");
          if (line.startsWith("local ") && equals > 0) {
            String[] names = line.substring(6, equals).split(", ");
            String[] values = withoutComment(line.substring(equals + 3)).trim().split(", ");
            for (int i = 0; i < names.length; i++) {
              byName.put(names[i], values[i]);
            }
          }
        }
      }
      return Map.copyOf(byName);
    }
  }

  private ScriptAssembler() {}

  /** The whole script. */
  static String assemble(String name) {
    StringBuilder script = new StringBuilder(24_000);
    append(name, script);
    return script.toString();
  }

  /** The value of a constant of {@code codes.lua} or {@code layout.lua}; null if there is none. */
  static @Nullable String constant(String name) {
    return Constants.BY_NAME.get(name);
  }

  private static void append(String file, StringBuilder script) {
    for (String line : resource(file).split("\n")) {
      String trimmed = line.trim();
      if (trimmed.startsWith(INCLUDE)) {
        append("lib/" + trimmed.substring(INCLUDE.length()), script);
        continue;
      }
      String code = withoutComment(trimmed).trim();
      if (!code.isEmpty()) {
        appendCode(code, script);
        script.append('\n');
      }
    }
  }

  /** Copies code, with constants replaced, outside of strings. */
  private static void appendCode(String code, StringBuilder script) {
    int i = 0;
    while (i < code.length()) {
      char c = code.charAt(i);
      int start = i++;
      if (c == '\'') {
        i = code.indexOf('\'', i) + 1;
        script.append(code, start, i);
      } else if (Character.isLetter(c) || c == '_') {
        while (i < code.length()
            && (Character.isLetterOrDigit(code.charAt(i)) || code.charAt(i) == '_')) {
          i++;
        }
        String word = code.substring(start, i);
        script.append(Constants.BY_NAME.getOrDefault(word, word));
      } else {
        script.append(c);
      }
    }
  }

  /** Our scripts have no {@code --} in strings. */
  private static String withoutComment(String line) {
    int comment = line.indexOf("--");
    return comment < 0 ? line : line.substring(0, comment);
  }

  private static String resource(String file) {
    try (InputStream in = ScriptAssembler.class.getResourceAsStream("lua/" + file + ".lua")) {
      if (in == null) {
        throw new IllegalStateException("lua/" + file + ".lua is missing from the jar");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
