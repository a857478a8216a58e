package dev.tokenguard.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * The phrases, digits and units of one language, from its file. Immutable.
 *
 * <p>Not {@code ResourceBundle}, which falls back to the language of the machine; not {@code
 * NumberFormat} and {@code MessageFormat}, which load the locale data of the JDK for three phrases.
 */
final class Phrasebook {

  private static final Duration MINUTES_UP_TO = Duration.ofHours(2);
  private static final Duration HOURS_UP_TO = Duration.ofDays(2);

  private final String language;
  private final Properties phrases;

  private Phrasebook(String language, Properties phrases) {
    this.language = language;
    this.phrases = phrases;
  }

  /** Reads the file of a language. */
  static Phrasebook load(String language) {
    String file = "denials_" + language + ".properties";
    Properties phrases = new Properties();
    try (InputStream in = Phrasebook.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + file);
      }
      phrases.load(new InputStreamReader(in, UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
    return new Phrasebook(language, phrases);
  }

  /** A phrase with its {@code {name}} places filled. */
  String fill(String key, Map<String, String> values) {
    String phrase = phrase(key);
    StringBuilder text = new StringBuilder(phrase.length() + 32);
    int from = 0;
    for (int open = phrase.indexOf('{'); open >= 0; open = phrase.indexOf('{', from)) {
      int close = phrase.indexOf('}', open);
      String name = phrase.substring(open + 1, close);
      text.append(phrase, from, open).append(values.get(name));
      from = close + 1;
    }
    return text.append(phrase, from, phrase.length()).toString();
  }

  /** A number in the digits of the language, in groups of three; not negative. */
  String number(long number) {
    String latin = Long.toString(number);
    char zero = phrase("digit.zero").charAt(0);
    String separator = phrase("digit.group");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < latin.length(); i++) {
      if (i > 0 && (latin.length() - i) % 3 == 0) {
        text.append(separator);
      }
      text.append((char) (zero + latin.charAt(i) - '0'));
    }
    return text.toString();
  }

  /** A time that is left, in the largest unit that tells enough; rounded up, so nobody is early. */
  String duration(Duration left) {
    if (left.compareTo(MINUTES_UP_TO) < 0) {
      return counted("minute", Math.max(1, ceil(left, Duration.ofMinutes(1))));
    }
    if (left.compareTo(HOURS_UP_TO) < 0) {
      return counted("hour", ceil(left, Duration.ofHours(1)));
    }
    return counted("day", ceil(left, Duration.ofDays(1)));
  }

  /** The phrase of a key. */
  String phrase(String key) {
    String phrase = phrases.getProperty(key);
    if (phrase == null) {
      throw new IllegalStateException("denials_" + language + ".properties: no " + key);
    }
    return phrase;
  }

  /** Every key of the file. */
  Set<String> keys() {
    return phrases.stringPropertyNames();
  }

  private String counted(String unit, long count) {
    return fill(unit + (count == 1 ? ".one" : ".other"), Map.of("count", number(count)));
  }

  private static long ceil(Duration left, Duration unit) {
    return -Math.floorDiv(-left.toSeconds(), unit.toSeconds());
  }
}
