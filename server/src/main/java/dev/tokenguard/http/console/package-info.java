/**
 * The console for operators: its files, and how one signs in to it. What it shows comes from the
 * RPCs in JSON, which know nothing of it. {@code http} puts it behind a port.
 */
@org.jspecify.annotations.NullMarked
package dev.tokenguard.http.console;
