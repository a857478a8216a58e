package dev.tokenguard.service;

/**
 * All that is served to those who use the accounts of one namespace.
 *
 * @param namespace whose accounts
 * @param guard for generation services
 * @param displays for what end users see
 * @param admin for operators
 * @param watcher of its balances
 */
public record Tenant(
    String namespace,
    GuardService guard,
    DisplayTokenService displays,
    AdminServices admin,
    BalanceWatcher watcher) {}
