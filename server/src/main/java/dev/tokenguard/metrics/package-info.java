/**
 * Every meter, named once.
 *
 * <p>Knows domain values only: the wiring tells it what the other packages have to tell. {@link
 * dev.tokenguard.metrics.Metric} lists them, {@link dev.tokenguard.metrics.GuardMetrics} counts.
 */
@NullMarked
package dev.tokenguard.metrics;

import org.jspecify.annotations.NullMarked;
