/**
 * The examples of {@code client/examples}, each as a process of its own against a server of its
 * own.
 *
 * <p>{@link dev.tokenguard.examples.SitesScenarios} is what each of them has to stand. Those that
 * are not Java run in the Maven profile {@code languages}, where their language is installed.
 */
@NullMarked
package dev.tokenguard.examples;

import org.jspecify.annotations.NullMarked;
