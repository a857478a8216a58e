package dev.tokenguard.service;

import dev.tokenguard.domain.ActivityPoint;
import dev.tokenguard.domain.ActivityResolution;
import dev.tokenguard.domain.Catalog;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What happened over time; as {@link AccountService}. */
public final class ActivityService {
  private static final List<String> RESOLUTIONS =
      Arrays.stream(ActivityResolution.values()).map(Enum::name).toList();

  private static final Duration DEFAULT_FINE = Duration.ofDays(1);
  private static final Duration DEFAULT_COARSE = Duration.ofDays(30);

  private final Activity activity;
  private final Supplier<Catalog> catalog;
  private final Limits limits;
  private final Clock clock;

  /** A service on those who count. */
  public ActivityService(Activity activity, Supplier<Catalog> catalog, Limits limits, Clock clock) {
    this.activity = activity;
    this.catalog = catalog;
    this.limits = limits;
    this.clock = clock;
  }

  /**
   * What an operator asks for.
   *
   * @param start points that end after this; null for the default
   * @param end points that begin before this; null for now
   * @param resolution its name; empty to leave it to the server
   */
  public record Request(@Nullable Instant start, @Nullable Instant end, String resolution) {}

  /**
   * What happened.
   *
   * @param resolution how much time a point is of
   * @param points those with anything in them, oldest first
   */
  public record Report(ActivityResolution resolution, List<ActivityPoint> points) {
    /** Keeps a copy. */
    public Report {
      points = List.copyOf(points);
    }
  }

  /** Points that are still kept, of a span of time. */
  public CompletionStage<Report> between(Request request) {
    return Stages.of(
        () -> {
          RequestChecks checks = new RequestChecks(catalog.get(), limits);
          String name =
              new ListChecks(checks).oneOf("resolution", request.resolution(), RESOLUTIONS);
          Instant now = clock.instant();
          Instant start = request.start();
          Instant end = request.end() == null ? now : request.end();
          if (start != null && !start.isBefore(end)) {
            checks.malformed(
                request.end() == null ? "start_time" : "end_time",
                request.end() == null ? "is not before now" : "is not after start_time");
          }
          checks.throwIfWrong();
          ActivityResolution resolution =
              name == null ? fitting(start, end) : ActivityResolution.valueOf(name);
          Instant from = start == null ? end.minus(byDefault(resolution)) : start;
          return kept(resolution, from, end, now);
        });
  }

  private CompletionStage<Report> kept(
      ActivityResolution resolution, Instant from, Instant end, Instant now) {
    Instant oldest = now.minus(resolution.kept());
    Instant first = from.isBefore(oldest) ? oldest : from;
    // Another server's clock may be ahead.
    Instant newest = now.plus(resolution.span());
    Instant last = end.isAfter(newest) ? newest : end;
    return first.isBefore(last)
        ? activity
            .between(resolution, first, last)
            .thenApply(points -> new Report(resolution, points))
        : CompletableFuture.completedFuture(new Report(resolution, List.of()));
  }

  /** The finer one, if it goes back far enough. */
  private static ActivityResolution fitting(@Nullable Instant start, Instant end) {
    return start == null
            || Duration.between(start, end).compareTo(ActivityResolution.FIVE_MINUTES.kept()) <= 0
        ? ActivityResolution.FIVE_MINUTES
        : ActivityResolution.DAY;
  }

  private static Duration byDefault(ActivityResolution resolution) {
    return resolution == ActivityResolution.FIVE_MINUTES ? DEFAULT_FINE : DEFAULT_COARSE;
  }
}
