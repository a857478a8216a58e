package dev.tokenguard.config;

import dev.tokenguard.config.Settings.Embedded;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What values a setting takes.
 *
 * @param expected completes a message: {@code expected: ...}
 * @param parser the value of a text; empty if it is none
 * @param secret whether a value may hold a password, so that no message may show it whole
 * @param <T> the type of the values
 */
record SettingType<T>(String expected, Function<String, Optional<T>> parser, boolean secret) {
  private static final Pattern DIGITS = Pattern.compile("-?\\d{1,18}");
  private static final Pattern RATIO = Pattern.compile("0(\\.\\d{1,9})?|1(\\.0{1,9})?");
  private static final Pattern REPLICAS = Pattern.compile("replicas: ?([1-9])");
  private static final Pattern REDIS_URI = Pattern.compile("rediss?([+-][a-z]+)?://\\S+");

  SettingType(String expected, Function<String, Optional<T>> parser) {
    this(expected, parser, false);
  }

  static SettingType<Long> number(long min, long max) {
    return new SettingType<>(
        "a whole number from " + min + " to " + max,
        text ->
            DIGITS.matcher(text).matches()
                ? Optional.of(Long.parseLong(text)).filter(value -> value >= min && value <= max)
                : Optional.empty());
  }

  static SettingType<Integer> integer(int min, int max) {
    SettingType<Long> number = number(min, max);
    return new SettingType<>(
        number.expected, text -> number.parser.apply(text).map(Math::toIntExact));
  }

  static SettingType<Double> ratio() {
    return new SettingType<>(
        "a number from 0 to 1, such as 0.05",
        text ->
            RATIO.matcher(text).matches() ? Optional.of(Double.valueOf(text)) : Optional.empty());
  }

  static SettingType<Boolean> flag() {
    return new SettingType<>(
        "true or false",
        text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "true" -> Optional.of(true);
              case "false" -> Optional.of(false);
              default -> Optional.empty();
            });
  }

  static SettingType<Duration> duration(Duration min, Duration max) {
    return new SettingType<>(
        String.format(
            "%s to %s, %s",
            DurationText.format(min), DurationText.format(max), DurationText.EXAMPLES),
        text ->
            DurationText.parse(text)
                .filter(value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0));
  }

  static <E extends Enum<E>> SettingType<E> choice(Class<E> type) {
    return new SettingType<>(
        Arrays.stream(type.getEnumConstants())
            .map(constant -> constant.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", ")),
        text ->
            Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equalsIgnoreCase(text))
                .findFirst());
  }

  static SettingType<Optional<ListenAddress>> address() {
    return orNothing(
        "host:port, such as 127.0.0.1:7707, [::1]:7707 or 0.0.0.0:7707 for every interface",
        ListenAddress::parse,
        false);
  }

  static SettingType<Optional<Path>> optionalPath() {
    return orNothing("a path", SettingType::path, false);
  }

  static SettingType<Path> requiredPath() {
    return new SettingType<>("a path", text -> text.isEmpty() ? Optional.empty() : path(text));
  }

  static SettingType<String> executable() {
    return new SettingType<>(
        "the path of an executable, '" + Embedded.BUNDLED + "', or nothing",
        text -> path(text).map(Path::toString));
  }

  static SettingType<Optional<String>> redisUri() {
    return orNothing(
        "a URI such as redis://host:6379, rediss://user:password@host:6379, redis-socket:///path or"
            + " redis-sentinel://host:26379#name or redis-cluster://host:6379",
        text -> Optional.of(text).filter(uri -> REDIS_URI.matcher(uri).matches()),
        true);
  }

  /** How many replicas must have a change; 0 for {@code async}. */
  static SettingType<Integer> durability() {
    return new SettingType<>(
        "'async', or 'replicas:' and how many, from 1 to 9",
        text -> {
          Matcher matcher = REPLICAS.matcher(text);
          return text.equals("async")
              ? Optional.of(0)
              : matcher.matches()
                  ? Optional.of(Integer.valueOf(matcher.group(1)))
                  : Optional.empty();
        });
  }

  static SettingType<Optional<URI>> httpUri() {
    return orNothing(
        "a URL such as http://collector:4318 or https://host/v1/traces", SettingType::http, true);
  }

  private static Optional<URI> http(String text) {
    try {
      URI uri = new URI(text);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      boolean plain =
          uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null;
      return http && plain && uri.getHost() != null ? Optional.of(uri) : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  static SettingType<String> name(String pattern, String expected) {
    Pattern compiled = Pattern.compile(pattern);
    return new SettingType<>(
        expected, text -> Optional.of(text).filter(value -> compiled.matcher(value).matches()));
  }

  /** Names with commas in between, each once; no name at all is fine too. */
  static SettingType<Set<String>> names(String pattern, int most, String expected) {
    Pattern compiled = Pattern.compile(pattern);
    return new SettingType<>(
        "at most " + most + " " + expected + "; or nothing",
        text -> {
          Set<String> names = new LinkedHashSet<>();
          for (String each : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            if (!compiled.matcher(each.strip()).matches() || !names.add(each.strip())) {
              return Optional.empty();
            }
          }
          return Optional.<Set<String>>of(Collections.unmodifiableSet(names))
              .filter(all -> all.size() <= most);
        });
  }

  /** What may be left empty: no value is a value too, other than text that is none. */
  @SuppressWarnings("OptionalMapToOptional")
  private static <T> SettingType<Optional<T>> orNothing(
      String expected, Function<String, Optional<T>> parser, boolean secret) {
    return new SettingType<>(
        expected + "; or nothing",
        text ->
            text.isEmpty() ? Optional.of(Optional.empty()) : parser.apply(text).map(Optional::of),
        secret);
  }

  private static Optional<Path> path(String text) {
    try {
      return Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
