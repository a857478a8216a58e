package dev.tokenguard.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * The catalog in force, how it came to be, and what became of the last attempt to replace it. One
 * value, so that whoever shows both shows what belongs together. Immutable.
 *
 * @param catalog the catalog in force
 * @param revision counts the catalogs that this server has had in force, from 1; other servers
 *     count for themselves
 * @param sha256 SHA-256 of the file that the catalog was loaded from, in hex as {@code sha256sum}
 *     prints it, by which servers and files can be compared; empty if it came from no file, or
 *     until the file was looked at for the first time
 * @param loadedAt when it came into force
 * @param refused whether the file now is another one than that in force, because it was rejected
 * @param lastRejection the last attempt that failed, whether or not it was mended since; empty if
 *     there was none
 */
public record CatalogStatus(
    Catalog catalog,
    long revision,
    String sha256,
    Instant loadedAt,
    boolean refused,
    Optional<Rejection> lastRejection) {

  /**
   * An attempt that failed.
   *
   * @param at when it was made; one that is repeated has the time of the last try
   * @param error everything that was wrong, for people, in one or more lines
   */
  public record Rejection(Instant at, String error) {}
}
