/**
 * {@code tokenguard demo}: a website generator that asks TokenGuard before it spends.
 *
 * <p>{@link dev.tokenguard.demo.DemoCommand} starts a server and runs a {@link
 * dev.tokenguard.demo.Story}, whose people use a {@link dev.tokenguard.demo.WebsiteService}: a
 * generation service as any other, which knows the Java client and nothing of the server. Nobody
 * but the command line calls in here.
 */
@NullMarked
package dev.tokenguard.demo;

import org.jspecify.annotations.NullMarked;
