package dev.tokenguard.client;

import java.lang.System.Logger.Level;

/** Tells the user's listener, and lets nothing that it throws come through. */
record SafeListener(ClientListener listener) implements ClientListener {

  @Override
  public void unmetered(ReserveRequest request, TokenGuardException cause) {
    tell(() -> listener.unmetered(request, cause));
  }

  @Override
  public void holdLost(Reservation reservation, TokenGuardException cause) {
    tell(() -> listener.holdLost(reservation, cause));
  }

  @Override
  public void settlementFailed(Settlement settlement, TokenGuardException cause) {
    tell(() -> listener.settlementFailed(settlement, cause));
  }

  private static void tell(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException e) {
      System.getLogger("dev.tokenguard.client").log(Level.WARNING, "a listener failed", e);
    }
  }
}
