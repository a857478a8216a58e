package dev.tokenguard.service;

/**
 * Everything that operators use.
 *
 * @param accounts accounts
 * @param members members
 * @param grants grants and corrections
 * @param history what happened
 * @param usage what was used
 * @param exports files of it
 * @param upkeep what is due, audits, the catalog
 * @param activity what happened over time
 * @param events what operators did
 * @param server this server itself
 * @param guard for what operators do as callers do: returning a reservation
 */
public record AdminServices(
    AccountService accounts,
    MemberService members,
    GrantService grants,
    HistoryService history,
    UsageService usage,
    ExportService exports,
    UpkeepService upkeep,
    ActivityService activity,
    AdminEvents events,
    ServerService server,
    GuardService guard) {}
