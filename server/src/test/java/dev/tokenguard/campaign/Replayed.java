package dev.tokenguard.campaign;

/** The state of an account at every revision, as the model has it. */
final class Replayed {

  private final long[] granted;
  private final long[] consumed;
  private final long[] held;
  private final long[] firstDue;

  Replayed(int last) {
    granted = new long[last + 1];
    consumed = new long[last + 1];
    held = new long[last + 1];
    firstDue = new long[last + 1];
  }

  void note(int revision, Model model) {
    granted[revision] = model.granted;
    consumed[revision] = model.consumed;
    held[revision] = model.held;
    firstDue[revision] = model.firstDue();
  }

  int last() {
    return granted.length - 1;
  }

  /** What may be spent, negative if there is debt. */
  long free(int revision) {
    return granted[revision] - consumed[revision] - held[revision];
  }

  /** Until when the first of the reservations that are open then returns, in time of day. */
  long firstDue(int revision) {
    return firstDue[revision];
  }

  /** Whether a call was told the balances of its revision. */
  boolean agrees(Call call) {
    int revision = (int) call.revision;
    return revision >= 0
        && revision <= last()
        && call.granted == granted[revision]
        && call.consumed == consumed[revision]
        && call.held == held[revision]
        && call.lapsed == 0
        && call.available == Math.max(0, free(revision))
        && call.debt == Math.max(0, -free(revision));
  }

  String text(int revision) {
    return revision < 0 || revision > last()
        ? "no such revision, the last is " + last()
        : String.format(
            "granted %d consumed %d held %d",
            granted[revision], consumed[revision], held[revision]);
  }
}
