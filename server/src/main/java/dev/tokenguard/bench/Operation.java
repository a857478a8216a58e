package dev.tokenguard.bench;

/** A call that is made over and over. Must not block. */
@FunctionalInterface
interface Operation {
  /**
   * Starts one call, and returns before it has ended.
   *
   * @return false if there is nothing left to call, and the completion will hear nothing
   */
  boolean start(Completion completion);

  /** Hears the end of a call, once. */
  interface Completion {
    /** It did what it is meant to do. */
    void succeeded();

    /** It did not: a denial counts too, where the call must succeed. */
    void failed(String why);
  }
}
