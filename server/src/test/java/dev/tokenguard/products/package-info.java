/**
 * Five products, each on its catalog of {@code deploy/catalogs}: what they need of TokenGuard,
 * played against a real server through gRPC. A test is a scenario of a product's day; together they
 * are how a product of that kind uses TokenGuard. {@link dev.tokenguard.products.Day} has the
 * verbs.
 */
@NullMarked
package dev.tokenguard.products;

import org.jspecify.annotations.NullMarked;
