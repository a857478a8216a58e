package dev.tokenguard.domain;

import java.util.Optional;
import java.util.SortedMap;

/**
 * The token types, features and plans in force. Immutable and consistent: every name that a part
 * refers to is there.
 *
 * @param tokenTypes by name
 * @param features by name
 * @param plans by name
 * @param defaultPlan the plan on which accounts that nobody created are opened; empty if they are
 *     denied
 */
public record Catalog(
    SortedMap<String, TokenType> tokenTypes,
    SortedMap<String, Feature> features,
    SortedMap<String, Plan> plans,
    Optional<Plan> defaultPlan) {}
