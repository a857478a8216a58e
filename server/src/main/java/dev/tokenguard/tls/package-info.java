/**
 * Certificates and private keys: read from files, checked, and replaced while connections are open.
 * Knows no port and no protocol; {@code grpc}, {@code http} and {@code store.redis} take from here
 * what they need.
 *
 * <p>{@link dev.tokenguard.tls.CertificateFiles} is where to start.
 */
@NullMarked
package dev.tokenguard.tls;

import org.jspecify.annotations.NullMarked;
