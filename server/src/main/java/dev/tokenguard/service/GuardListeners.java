package dev.tokenguard.service;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Settlement;

/**
 * Tells two listeners what one is told.
 *
 * @param first hears everything first
 * @param second hears everything then
 */
public record GuardListeners(GuardListener first, GuardListener second) implements GuardListener {

  @Override
  public void reserved(Decision decision) {
    first.reserved(decision);
    second.reserved(decision);
  }

  @Override
  public void consumed(Decision decision) {
    first.consumed(decision);
    second.consumed(decision);
  }

  @Override
  public void extended(Decision decision) {
    first.extended(decision);
    second.extended(decision);
  }

  @Override
  public void committed(Settlement settlement) {
    first.committed(settlement);
    second.committed(settlement);
  }

  @Override
  public void refunded(Settlement settlement) {
    first.refunded(settlement);
    second.refunded(settlement);
  }

  @Override
  public void looked(AccountSnapshot account) {
    first.looked(account);
    second.looked(account);
  }
}
