/**
 * Who calls, and what they may do: {@link dev.tokenguard.auth.Access} tells the first by
 * credentials, {@link dev.tokenguard.auth.Rights} is the table of the second. Asked by grpc and
 * http, which know what a call is.
 */
@NullMarked
package dev.tokenguard.auth;

import org.jspecify.annotations.NullMarked;
