package dev.tokenguard.service;

import java.time.LocalDate;
import java.util.List;
import java.util.SortedMap;

/**
 * What was charged.
 *
 * @param rows in order of day if grouped by it, else the largest first
 * @param totals by token type, over all rows, those that were left out too
 * @param first the first day that was looked at
 * @param last the last one
 * @param truncated whether rows were left out
 */
public record UsageReport(
    List<UsageRow> rows,
    SortedMap<String, Long> totals,
    LocalDate first,
    LocalDate last,
    boolean truncated) {}
