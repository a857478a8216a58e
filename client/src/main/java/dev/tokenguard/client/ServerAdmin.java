package dev.tokenguard.client;

import dev.tokenguard.v1.GetCallerRequest;
import dev.tokenguard.v1.GetCallerResponse;
import dev.tokenguard.v1.GetSettingsRequest;
import dev.tokenguard.v1.GetSettingsResponse;
import dev.tokenguard.v1.LogLevelChange;
import dev.tokenguard.v1.SetLogLevelRequest;
import dev.tokenguard.v1.SetLogLevelResponse;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import java.util.concurrent.CompletableFuture;

/**
 * The server itself: its settings, its build, its log. Each answers for itself: of several behind
 * one name, any may be the one that is asked. Got from {@link TokenAdminClient#server}, which says
 * what holds for every call. Thread-safe.
 */
public final class ServerAdmin {

  private final AdminCalls calls;

  ServerAdmin(AdminCalls calls) {
    this.calls = calls;
  }

  /** How it is set, secrets masked, and which build it is. */
  public GetSettingsResponse settings() {
    return Futures.await(settingsAsync());
  }

  /** {@link #settings} without blocking. */
  public CompletableFuture<GetSettingsResponse> settingsAsync() {
    return calls.call(
        TokenAdminServiceGrpc.getGetSettingsMethod(), GetSettingsRequest.getDefaultInstance());
  }

  /** Who this client is to it: its name and role, what it may call, and which accounts it sees. */
  public GetCallerResponse caller() {
    return Futures.await(callerAsync());
  }

  /** {@link #caller} without blocking. */
  public CompletableFuture<GetCallerResponse> callerAsync() {
    return calls.call(
        TokenAdminServiceGrpc.getGetCallerMethod(), GetCallerRequest.getDefaultInstance());
  }

  /** Changes what it logs, until it restarts or for a while; answers how it is now. */
  public LogLevelChange setLogLevel(SetLogLevelRequest request) {
    return Futures.await(setLogLevelAsync(request));
  }

  /** {@link #setLogLevel} without blocking. */
  public CompletableFuture<LogLevelChange> setLogLevelAsync(SetLogLevelRequest request) {
    return calls.call(
        TokenAdminServiceGrpc.getSetLogLevelMethod(), request, SetLogLevelResponse::getLogLevel);
  }
}
