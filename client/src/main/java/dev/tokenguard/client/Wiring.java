package dev.tokenguard.client;

/** What the parts of one client share. */
record Wiring(
    Caller caller, Settler settler, Timing timing, SafeListener listener, String locale) {}
