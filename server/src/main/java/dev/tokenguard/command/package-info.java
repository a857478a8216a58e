/**
 * The operators' commands, which call a running server over gRPC: {@code account}, {@code member},
 * {@code grant}, {@code ledger}, {@code usage}, {@code reservation}, {@code reset}, {@code audit}
 * and {@code catalog}. Only {@code Main} uses this package, and {@code HealthCommand} its {@code
 * TlsOptions}.
 *
 * <p>Each command is a class named after it ({@code AccountCreate}) on top of {@code AdminCommand},
 * which connects, tells failures and exits. {@code Table} and {@code Json} print, {@code Pages}
 * lists, {@code Bulk} and {@code CsvFile} carry out files, {@code ExportStream} writes them, {@code
 * CallFault} reads gRPC statuses, {@code Moment}, {@code Span}, {@code TypeAmount} and {@code
 * AllowanceText} read options.
 */
@NullMarked
package dev.tokenguard.command;

import org.jspecify.annotations.NullMarked;
