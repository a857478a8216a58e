package dev.tokenguard.config;

/** Hears what became of a changed catalog file, for metrics. Must be fast and never throw. */
public interface CatalogListener {
  /** Its catalog is in force. */
  void catalogReloaded();

  /** It is not used. Not called again for the same content and the same kind of reason. */
  void catalogRejected();
}
