/**
 * The use cases: checks what a caller sent, decides with the store, and keeps watchers informed.
 *
 * <p>Called by {@code grpc}, in domain words; calls {@code store}. {@link
 * dev.tokenguard.service.GuardService} is where to start.
 */
@NullMarked
package dev.tokenguard.service;

import org.jspecify.annotations.NullMarked;
