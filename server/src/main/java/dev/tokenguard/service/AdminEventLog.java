package dev.tokenguard.service;

import dev.tokenguard.domain.AdminEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes admin events to the log, for those who gather the logs of all servers: a line for people,
 * and in JSON logs a field for each part. What callers sent is quoted: it begins no line of its
 * own.
 */
final class AdminEventLog {
  private static final Logger log = LoggerFactory.getLogger("dev.tokenguard.AdminEvent");

  private AdminEventLog() {}

  static void write(AdminEvent event) {
    AdminEvent.Result result = event.result();
    AdminEvent.Caller caller = event.caller();
    log.atInfo()
        .addKeyValue("event_id", event.id())
        .addKeyValue("rpc", event.rpc())
        .addKeyValue("account_id", event.account())
        .addKeyValue("member_id", event.member())
        .addKeyValue("request_id", event.requestId())
        .addKeyValue("caller", caller.name())
        .addKeyValue("role", caller.role())
        .addKeyValue("namespace", caller.namespace())
        .addKeyValue("peer", caller.peer())
        .addKeyValue("actor", event.actor())
        .addKeyValue("outcome", result.outcome())
        .addKeyValue("reason", result.reason())
        .addKeyValue("request", event.request())
        .addKeyValue("before", result.before())
        .addKeyValue("after", result.after())
        .log(
            "{} of {} by {} ({}) from {}: {}{}",
            event.rpc(),
            event.account().isEmpty() ? "no account" : Wording.quoted(event.account()),
            Wording.quoted(caller.name()),
            caller.role(),
            caller.peer(),
            result.outcome(),
            result.reason().isEmpty() ? "" : " (" + result.reason() + ")");
  }
}
