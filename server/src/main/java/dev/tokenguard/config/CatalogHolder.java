package dev.tokenguard.config;

import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.CatalogStatus;
import dev.tokenguard.domain.CatalogStatus.Rejection;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The catalog in force. Each step of a request (its checks, the store, the answer) asks once and
 * goes on with what it got; a request that meets a reload may be priced by the old catalog and held
 * under the plan of the new one, as two requests at that moment would be. Read by any thread;
 * changed by one, that of the watcher.
 */
public final class CatalogHolder implements Supplier<Catalog> {
  private volatile CatalogStatus status;

  /** Holds the first catalog. */
  public CatalogHolder(Catalog catalog, Instant loadedAt) {
    status = new CatalogStatus(catalog, 1, "", loadedAt, false, Optional.empty());
  }

  @Override
  public Catalog get() {
    return status.catalog();
  }

  /** The catalog in force with how it came to be. */
  public CatalogStatus status() {
    return status;
  }

  /** Puts a catalog in force. */
  void replace(Catalog catalog, String sha256, Instant now) {
    status =
        new CatalogStatus(
            catalog, status.revision() + 1, sha256, now, false, status.lastRejection());
  }

  /** The catalog in force is what the file has. */
  void confirm(String sha256) {
    status =
        new CatalogStatus(
            status.catalog(),
            status.revision(),
            sha256,
            status.loadedAt(),
            false,
            status.lastRejection());
  }

  /** Keeps the catalog in force, for the file has none that can be used. */
  void reject(String error, Instant now) {
    status =
        new CatalogStatus(
            status.catalog(),
            status.revision(),
            status.sha256(),
            status.loadedAt(),
            true,
            Optional.of(new Rejection(now, error)));
  }
}
