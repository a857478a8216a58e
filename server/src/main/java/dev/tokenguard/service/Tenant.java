package dev.tokenguard.service;

/**
 * All that is served to those who use the accounts of one namespace.
 *
 * @param guard for generation services
 * @param admin for operators
 * @param watcher of its balances
 */
public record Tenant(GuardService guard, AdminServices admin, BalanceWatcher watcher) {}
