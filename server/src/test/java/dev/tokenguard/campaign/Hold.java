package dev.tokenguard.campaign;

/** A reservation in the plain model: what it is, and at which revision it became so. */
final class Hold {

  static final long NEVER = Long.MAX_VALUE;

  HoldState state = HoldState.OPEN;
  long amount;

  /** It expires at this time of day or later, and not later than the other. */
  long expiresFrom;

  long expiresUntil;

  long reservedAt = NEVER;
  long committedAt = NEVER;
  long refundedAt = NEVER;
  long expiredAt = NEVER;

  // What came of its commit
  boolean late;
  long charged;
  long returned;
  long overdrawn;

  /** How it was at a revision. */
  HoldState at(long revision) {
    if (revision < reservedAt) {
      return HoldState.NONE;
    } else if (revision >= committedAt) {
      return HoldState.COMMITTED;
    } else if (revision >= refundedAt) {
      return HoldState.REFUNDED;
    } else if (revision >= expiredAt) {
      return HoldState.EXPIRED;
    }
    return HoldState.OPEN;
  }

  /** From when on it was in a state. */
  long since(HoldState wanted) {
    return switch (wanted) {
      case NONE -> 0;
      case OPEN -> reservedAt;
      case COMMITTED -> committedAt;
      case REFUNDED -> refundedAt;
      case EXPIRED -> expiredAt;
    };
  }
}
