package dev.tokenguard.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Part of a list.
 *
 * @param items what there is; may be empty before the end
 * @param next where to go on; null at the end
 * @param <T> of what
 */
public record Page<T>(List<T> items, @Nullable String next) {}
