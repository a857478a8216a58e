/**
 * Traces calls and the scripts that they run, for an OpenTelemetry collector. OpenTelemetry's types
 * stop here, and none of them is loaded while tracing is off. Made by the wiring alone.
 */
@NullMarked
package dev.tokenguard.tracing;

import org.jspecify.annotations.NullMarked;
