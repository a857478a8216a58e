package dev.tokenguard.service;

import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.Feature;
import dev.tokenguard.domain.TokenType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Says a denial in the language of the one who reads it. Thread-safe; a language is read from its
 * file when it is first spoken.
 *
 * <p>Times are told as what is left ("in 5 hours"): that is right in every time zone. To add a
 * language, add its file next to {@code denials_en.properties} and its tag to {@link #LANGUAGES}.
 */
public final class DenialMessages {

  /** Language tags that messages are written in; the first is spoken when no other fits. */
  static final List<String> LANGUAGES = List.of("en", "th", "fa");

  private final ConcurrentMap<String, Phrasebook> phrasebooks = new ConcurrentHashMap<>();

  /**
   * A denial in words.
   *
   * @param requested BCP 47 tag that the caller sent; empty if none
   * @param accountLocale BCP 47 tag of the account; null if it has none
   * @param now the store's clock, from which the time to the reset is counted
   */
  public Message of(
      Denial denial,
      String requested,
      @Nullable String accountLocale,
      Instant now,
      Catalog catalog) {
    String language = language(requested.isEmpty() ? accountLocale : requested);
    Phrasebook phrases = phrasebooks.computeIfAbsent(language, Phrasebook::load);
    Map<String, String> values =
        Map.of(
            "feature", featureTitle(denial.feature(), catalog),
            "title", tokenTitle(denial.tokenType(), catalog),
            "required", phrases.number(denial.required()),
            "available", phrases.number(denial.available()));
    String text = phrases.fill(denial.reason().name(), values);
    Instant resetAt = denial.resetAt();
    if (resetAt != null) {
      String left = phrases.duration(Duration.between(now, resetAt));
      text += phrases.fill("reset", Map.of("duration", left));
    }
    return new Message(text, language);
  }

  /** The first language of ours that a BCP 47 tag asks for; English for anything else. */
  static String language(@Nullable String tag) {
    if (tag != null) {
      int end = 0;
      while (end < tag.length() && tag.charAt(end) != '-' && tag.charAt(end) != '_') {
        end++;
      }
      String primary = tag.substring(0, end).toLowerCase(Locale.ROOT);
      if (LANGUAGES.contains(primary)) {
        return primary;
      }
    }
    return LANGUAGES.get(0);
  }

  private static String featureTitle(String name, Catalog catalog) {
    Feature feature = catalog.features().get(name);
    return feature == null ? name : feature.title();
  }

  private static String tokenTitle(@Nullable String name, Catalog catalog) {
    TokenType type = name == null ? null : catalog.tokenTypes().get(name);
    return type != null ? type.title() : name == null ? "" : name;
  }

  /**
   * A denial in words.
   *
   * @param text for an end user to read
   * @param locale the language it is in, a BCP 47 tag
   */
  public record Message(String text, String locale) {}
}
