package dev.tokenguard.campaign;

/**
 * Something that goes wrong, and ends.
 *
 * @param name what it is called in the report
 * @param weight how often it is chosen, against others
 * @param strike makes it happen, and ends it
 */
record Fault(String name, int weight, Strike strike) {

  /** Makes it happen. */
  interface Strike {
    void on(Stage stage) throws InterruptedException;
  }
}
