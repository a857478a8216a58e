package dev.tokenguard.campaign;

import org.jspecify.annotations.Nullable;

/**
 * One change of an account, at one revision.
 *
 * @param kind what it did
 * @param id of the reservation, the grant or the adjustment
 * @param asked what a caller wanted; null for what happens by itself
 * @param maker the call that was told of it when it was made; null if nobody was
 * @param entry what the ledger says of it; null for what it does not write down
 */
record Change(
    Kind kind,
    long id,
    @Nullable Operation asked,
    @Nullable Call maker,
    Closing.@Nullable Entry entry) {

  /** What changes do. */
  enum Kind {
    OPEN,
    RESERVE,
    EXTEND,
    COMMIT,
    CONSUME,
    REFUND,
    EXPIRE,
    GRANT,
    ADJUST
  }

  /** The same, of which a caller was told. */
  Change madeBy(Call call) {
    return new Change(kind, id, asked, call, entry);
  }

  @Override
  public String toString() {
    return kind + (id == 0 ? "" : " " + Requests.name(id));
  }
}
