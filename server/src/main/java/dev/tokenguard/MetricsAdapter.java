package dev.tokenguard;

import dev.tokenguard.auth.AccessListener;
import dev.tokenguard.auth.JwksListener;
import dev.tokenguard.auth.Refusal;
import dev.tokenguard.config.CatalogListener;
import dev.tokenguard.config.CredentialsListener;
import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.AdminEvent;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.Settlement;
import dev.tokenguard.grpc.CallListener;
import dev.tokenguard.metrics.GuardMetrics;
import dev.tokenguard.service.AdminEventListener;
import dev.tokenguard.service.GuardListener;
import dev.tokenguard.store.StoreListener;
import io.grpc.Status;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Passes on to the metrics what the other packages tell, so that neither side knows the other.
 * Thread-safe.
 */
final class MetricsAdapter
    implements GuardListener,
        StoreListener,
        CallListener,
        AdminEventListener,
        CatalogListener,
        CredentialsListener,
        AccessListener,
        JwksListener {

  private final GuardMetrics metrics;

  MetricsAdapter(GuardMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void reserved(Decision decision) {
    metrics.reserved(decision);
  }

  @Override
  public void consumed(Decision decision) {
    metrics.consumed(decision);
  }

  @Override
  public void extended(Decision decision) {
    metrics.extended(decision);
  }

  @Override
  public void committed(Settlement settlement) {
    metrics.committed(settlement);
  }

  @Override
  public void refunded(Settlement settlement) {
    metrics.refunded(settlement);
  }

  @Override
  public void opened() {
    metrics.opened();
  }

  @Override
  public void granted(String tokenType, long amount) {
    metrics.granted(tokenType, amount);
  }

  @Override
  public void looked(AccountSnapshot account) {
    metrics.looked(account);
  }

  @Override
  public void due(AccountSnapshot account) {
    metrics.looked(account);
  }

  @Override
  public void scriptDone(String script, long nanos) {
    metrics.scriptDone(script, nanos);
  }

  @Override
  public void fault(Fault fault) {
    metrics.storeFault(fault);
  }

  @Override
  public void replicationPending() {
    metrics.replicationPending();
  }

  @Override
  public void profileMiss() {
    metrics.profileMiss();
  }

  @Override
  public void catalogReloaded() {
    metrics.catalogReloaded();
  }

  @Override
  public void catalogRejected() {
    metrics.catalogRejected();
  }

  @Override
  public void credentialsReloaded() {
    metrics.credentialsReloaded();
  }

  @Override
  public void credentialsRejected() {
    metrics.credentialsRejected();
  }

  @Override
  public void jwksLooked(boolean usable) {
    metrics.jwksLooked(usable);
  }

  @Override
  public void refused(Refusal reason) {
    metrics.callerRefused(reason.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public void ended(AdminEvent.Outcome outcome) {
    metrics.adminEventEnded(outcome.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public void unfinished(int events) {
    metrics.adminEventsUnfinished(events);
  }

  @Override
  public void ended(
      String method, Status.Code code, boolean stream, @Nullable String client, long nanos) {
    metrics.calledBy(client);
    metrics.callEnded(method, code.name(), stream, nanos);
  }

  @Override
  public void refused(Fault reason) {
    metrics.callRefused(reason);
  }
}
