package dev.tokenguard.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Denial;
import dev.tokenguard.testing.Samples;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DenialMessagesTest {

  private static final Pattern PLACE = Pattern.compile("\\{[a-z]+}");

  private final DenialMessages messages = new DenialMessages();

  static Iterable<String> languages() {
    return DenialMessages.LANGUAGES;
  }

  @ParameterizedTest
  @MethodSource("languages")
  void everyLanguageHasEveryPhraseWithTheSamePlaces(String language) {
    Phrasebook english = Phrasebook.load("en");
    Phrasebook phrases = Phrasebook.load(language);
    assertEquals(new TreeSet<>(english.keys()), new TreeSet<>(phrases.keys()));
    for (String key : english.keys()) {
      assertFalse(phrases.phrase(key).isBlank(), key);
      assertEquals(places(english.phrase(key)), places(phrases.phrase(key)), key);
    }
  }

  @ParameterizedTest
  @MethodSource("languages")
  void everyLanguageSaysEveryReason(String language) {
    for (Denial.Reason reason : Denial.Reason.values()) {
      DenialMessages.Message message = message(reason, language, null, 3, 1, null);
      assertEquals(language, message.locale());
      assertFalse(message.text().matches("(?s).*(\\{|null).*"), message.text());
      assertTrue(message.text().codePoints().count() > 10, message.text());
    }
  }

  @Test
  void saysItInEnglish() {
    assertEquals(
        "You don't have enough tokens. Websites: 1,200 needed, 1 available."
            + " Your allowance resets in 12 hours.",
        tooFew("en", 1200, 1, Duration.ofHours(12)));
    assertEquals(
        "Your plan does not include \"Create a website\". Upgrade to use it.",
        message(Denial.Reason.FEATURE_NOT_IN_PLAN, "en", null, 0, 0, null).text());
  }

  @Test
  void saysItInThaiWithLatinDigits() {
    assertEquals(
        "โทเค็นของคุณไม่เพียงพอ Websites: ต้องใช้ 1,200 โทเค็น แต่เหลืออยู่ 1 โทเค็น"
            + " โควตาของคุณจะรีเซ็ตในอีก 12 ชั่วโมง",
        tooFew("th", 1200, 1, Duration.ofHours(12)));
  }

  @Test
  void saysItInPersianWithPersianDigits() {
    String text = tooFew("fa", 1200, 0, Duration.ofHours(12));
    assertEquals(
        "توکن کافی ندارید. این کار به ۱٬۲۰۰ توکن «Websites» نیاز دارد و ۰ توکن موجود است."
            + " سهمیهٔ شما تا ۱۲ ساعت دیگر تمدید می‌شود.",
        text);
  }

  @ParameterizedTest
  @CsvSource({
    "PT1S, 1 minute",
    "PT0S, 1 minute",
    "-PT5S, 1 minute",
    "PT60S, 1 minute",
    "PT61S, 2 minutes",
    "PT1H, 60 minutes",
    "PT2H, 2 hours",
    "PT2H1S, 3 hours",
    "PT47H59M, 48 hours",
    "PT48H, 2 days",
    "P30DT1H, 31 days",
  })
  void tellsWhatIsLeftAndNeverTooLittle(Duration left, String words) {
    assertEquals(words, Phrasebook.load("en").duration(left));
  }

  @ParameterizedTest
  @CsvSource({
    // requested, account's, spoken
    "'', , en",
    "'', th, th",
    "'', fa-AF, fa",
    "fa, th, fa",
    "fa-IR, , fa",
    "FA-ir-u-nu-latn, , fa",
    "th_TH, , th",
    "de, th, en",
    "'-', th, en",
    "'!!', , en",
    "'', '!!', en",
    "faroese, , en",
  })
  void picksTheLanguage(String requested, @Nullable String account, String spoken) {
    assertEquals(
        spoken, message(Denial.Reason.ACCOUNT_SUSPENDED, requested, account, 0, 0, null).locale());
  }

  @Test
  void aTagOfAnyLengthIsNoError() {
    assertEquals("en", DenialMessages.language("x".repeat(100_000)));
    assertEquals("en", DenialMessages.language(null));
    assertEquals("en", DenialMessages.language("\u0000\uD800"));
  }

  private String tooFew(String language, long required, long available, Duration reset) {
    return message(Denial.Reason.INSUFFICIENT_TOKENS, language, null, required, available, reset)
        .text();
  }

  private DenialMessages.Message message(
      Denial.Reason reason,
      String requested,
      @Nullable String account,
      long required,
      long available,
      @Nullable Duration reset) {
    Denial denial =
        new Denial(
            reason,
            "create_website",
            "website",
            Denial.Scope.ACCOUNT,
            required,
            available,
            reset == null ? null : Samples.NOW.plus(reset));
    return messages.of(denial, requested, account, Samples.NOW, Samples.CATALOG);
  }

  private static Set<String> places(String phrase) {
    return PLACE.matcher(phrase).results().map(m -> m.group()).collect(Collectors.toSet());
  }
}
