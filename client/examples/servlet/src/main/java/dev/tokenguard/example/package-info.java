/**
 * A website generator that asks TokenGuard before it spends, without a framework.
 *
 * <p>{@link dev.tokenguard.example.TokenGuardFilter} is what to take along; the rest is there to
 * try it with.
 */
@NullMarked
package dev.tokenguard.example;

import org.jspecify.annotations.NullMarked;
