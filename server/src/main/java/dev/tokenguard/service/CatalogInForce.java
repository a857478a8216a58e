package dev.tokenguard.service;

import dev.tokenguard.domain.Catalog;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The catalog in force, and what became of its file.
 *
 * @param catalog the catalog
 * @param loaded when it was loaded
 * @param rejection the last file that was refused; null if the file is the one in force
 */
public record CatalogInForce(Catalog catalog, Instant loaded, @Nullable Rejection rejection) {

  /**
   * A file that was refused.
   *
   * @param time when it was first seen
   * @param error everything that is wrong with it
   */
  public record Rejection(Instant time, String error) {}
}
