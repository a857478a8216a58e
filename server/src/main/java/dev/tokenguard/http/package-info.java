/**
 * What operators and orchestrators read over HTTP: metrics and health.
 *
 * <p>{@link dev.tokenguard.http.HttpServer} is all of it. Jetty types stop here.
 */
@NullMarked
package dev.tokenguard.http;

import org.jspecify.annotations.NullMarked;
