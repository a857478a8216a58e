package dev.tokenguard.grpc;

import dev.tokenguard.domain.ActivityPoint;
import dev.tokenguard.service.ActivityService;
import dev.tokenguard.v1.ActivityResolution;
import dev.tokenguard.v1.GetActivityRequest;
import dev.tokenguard.v1.GetActivityResponse;

/** What happened over time, from and to protos. */
final class ActivityMapper {

  private ActivityMapper() {}

  static ActivityService.Request request(GetActivityRequest request) {
    return new ActivityService.Request(
        request.hasStartTime() ? Times.instant(request.getStartTime()) : null,
        request.hasEndTime() ? Times.instant(request.getEndTime()) : null,
        AdminRequestMapper.name(
            "ACTIVITY_RESOLUTION_",
            request.getResolutionValue(),
            ActivityResolution.forNumber(request.getResolutionValue())));
  }

  static GetActivityResponse response(ActivityService.Report report) {
    return GetActivityResponse.newBuilder()
        .setResolution(
            switch (report.resolution()) {
              case FIVE_MINUTES -> ActivityResolution.ACTIVITY_RESOLUTION_FIVE_MINUTES;
              case DAY -> ActivityResolution.ACTIVITY_RESOLUTION_DAY;
            })
        .addAllPoints(report.points().stream().map(ActivityMapper::point).toList())
        .build();
  }

  private static dev.tokenguard.v1.ActivityPoint point(ActivityPoint point) {
    return dev.tokenguard.v1.ActivityPoint.newBuilder()
        .setStartTime(Times.timestamp(point.start()))
        .setAllowed(point.allowed())
        .putAllDenied(point.denied())
        .putAllConsumed(point.consumed())
        .build();
  }
}
