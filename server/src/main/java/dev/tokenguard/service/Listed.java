package dev.tokenguard.service;

import dev.tokenguard.store.Page;
import java.util.List;

/**
 * A page of a list.
 *
 * @param items what there is; may be empty before the end
 * @param nextToken what a request for the next page carries; empty at the end
 * @param <T> of what
 */
public record Listed<T>(List<T> items, String nextToken) {

  /** A page of a list, which is told from others as in {@link PageToken}. */
  static <T> Listed<T> of(String list, Page<T> page) {
    String next = page.next();
    return new Listed<>(page.items(), next == null ? "" : PageToken.of(list, next));
  }
}
