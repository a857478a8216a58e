package dev.tokenguard.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What of the token display can be seen without a browser. */
class DisplayFileTest {
  private static final String FILE = "/dev/tokenguard/display/token-display.js";

  /** Every page of every product loads it. */
  private static final int MAX_BYTES = 18_000;

  private static String source() throws IOException {
    try (InputStream in = DisplayFileTest.class.getResourceAsStream(FILE)) {
      return new String(Objects.requireNonNull(in, FILE).readAllBytes(), UTF_8);
    }
  }

  @Test
  void noTextIsMissingInALanguage() throws IOException {
    Set<String> english = texts("en");
    assertTrue(english.size() > 8, english::toString);
    assertEquals(english, texts("th"));
    assertEquals(english, texts("fa"));
  }

  /** The names of the texts of a language, and what is filled into them. */
  private static Set<String> texts(String language) throws IOException {
    Matcher block = Pattern.compile("(?s)\n  " + language + ": \\{\n(.*?)\n  },").matcher(source());
    assertTrue(block.find(), language);
    Matcher text = Pattern.compile("(\\w+): '([^']*)'").matcher(block.group(1));
    Set<String> names = new TreeSet<>();
    while (text.find()) {
      Set<String> filled = new TreeSet<>();
      Pattern.compile("\\{\\w}")
          .matcher(text.group(2))
          .results()
          .forEach(r -> filled.add(r.group()));
      names.add(text.group(1) + filled);
    }
    return names;
  }

  @Test
  void itIsSmallAndMakesNoMarkup() throws IOException {
    String source = source();
    int bytes = source.getBytes(UTF_8).length;
    assertTrue(bytes <= MAX_BYTES, () -> bytes + " bytes");
    for (String forbidden : new String[] {"innerHTML", "insertAdjacent", "eval(", "new Function"}) {
      assertFalse(source.contains(forbidden), forbidden);
    }
  }
}
