package dev.tokenguard.domain;

/**
 * What commits of one feature really used of one token type, against what was held. Over all
 * accounts; statistics rather than accounting.
 *
 * @param feature the feature
 * @param tokenType the token type
 * @param count commits
 * @param meanEstimated what was held, on average
 * @param meanActual what was used, on average
 * @param p50 half of them used at most this
 * @param p95 95 of 100 used at most this
 * @param max the most that one used
 * @param overrunRatio share of commits that used more than was held, from 0 to 1
 */
public record Estimate(
    String feature,
    String tokenType,
    long count,
    double meanEstimated,
    double meanActual,
    long p50,
    long p95,
    long max,
    double overrunRatio) {}
