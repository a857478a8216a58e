package dev.tokenguard.domain;

/**
 * What is guarded.
 *
 * @param name its name in the catalog
 * @param title its name for people
 * @param cost what using it once costs; empty if it is free
 */
public record Feature(String name, String title, Amounts cost) {}
