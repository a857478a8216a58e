/**
 * The files of the console for operators, and of the token display. What they show comes from the
 * RPCs in JSON, which know nothing of them. {@code http} puts them behind a port, and signs in.
 */
@org.jspecify.annotations.NullMarked
package dev.tokenguard.http.console;
