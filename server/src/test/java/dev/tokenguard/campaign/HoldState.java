package dev.tokenguard.campaign;

/** What is known of a reservation's life. */
enum HoldState {
  NONE,
  OPEN,
  COMMITTED,
  REFUNDED,
  EXPIRED
}
