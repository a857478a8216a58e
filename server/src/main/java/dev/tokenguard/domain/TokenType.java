package dev.tokenguard.domain;

/**
 * A kind of token.
 *
 * @param name its name in the catalog
 * @param title its name for people
 * @param lowPercent a balance is low when less than this share of what was granted is available,
 *     from 0 (never) to 100
 */
public record TokenType(String name, String title, int lowPercent) {

  /** The share below which a balance is low, unless the catalog says otherwise. */
  public static final int DEFAULT_LOW_PERCENT = 20;
}
