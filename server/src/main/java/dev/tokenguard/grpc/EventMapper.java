package dev.tokenguard.grpc;

import dev.tokenguard.domain.AdminEvent;
import dev.tokenguard.service.AdminEventRequest;
import dev.tokenguard.service.Listed;
import dev.tokenguard.v1.AdminCaller;
import dev.tokenguard.v1.AdminEventOutcome;
import dev.tokenguard.v1.ListAdminEventsRequest;
import dev.tokenguard.v1.ListAdminEventsResponse;

/** Admin events from and to protos. */
final class EventMapper {
  private static final String PREFIX = "ADMIN_EVENT_OUTCOME_";

  private EventMapper() {}

  static AdminEventRequest list(ListAdminEventsRequest request) {
    return new AdminEventRequest(
        request.getPageSize(),
        request.getPageToken(),
        request.getAccountId(),
        request.getWho(),
        request.getRpc(),
        request.getOutcomesValueList().stream()
            .map(
                number ->
                    AdminRequestMapper.name(PREFIX, number, AdminEventOutcome.forNumber(number)))
            .toList(),
        request.hasStartTime() ? Times.instant(request.getStartTime()) : null,
        request.hasEndTime() ? Times.instant(request.getEndTime()) : null,
        request.getOldestFirst());
  }

  static ListAdminEventsResponse events(Listed<AdminEvent> page) {
    return ListAdminEventsResponse.newBuilder()
        .addAllEvents(page.items().stream().map(EventMapper::event).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  private static dev.tokenguard.v1.AdminEvent event(AdminEvent event) {
    AdminEvent.Caller caller = event.caller();
    AdminEvent.Result result = event.result();
    return dev.tokenguard.v1.AdminEvent.newBuilder()
        .setEventId(String.valueOf(event.id()))
        .setTime(Times.timestamp(event.time()))
        .setRpc(event.rpc())
        .setAccountId(event.account())
        .setMemberId(event.member())
        .setRequestId(event.requestId())
        .setCaller(
            AdminCaller.newBuilder()
                .setName(caller.name())
                .setRole(caller.role())
                .setNamespace(caller.namespace())
                .setPeer(caller.peer()))
        .setActor(event.actor())
        .setOutcome(outcome(result.outcome()))
        .setReason(result.reason())
        .setRequest(event.request())
        .setBefore(result.before())
        .setAfter(result.after())
        .build();
  }

  private static AdminEventOutcome outcome(AdminEvent.Outcome outcome) {
    return switch (outcome) {
      case UNKNOWN -> AdminEventOutcome.ADMIN_EVENT_OUTCOME_UNKNOWN;
      case DONE -> AdminEventOutcome.ADMIN_EVENT_OUTCOME_DONE;
      case REPLAYED -> AdminEventOutcome.ADMIN_EVENT_OUTCOME_REPLAYED;
      case REFUSED -> AdminEventOutcome.ADMIN_EVENT_OUTCOME_REFUSED;
    };
  }
}
