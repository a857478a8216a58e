/**
 * Load and faults on real processes, and a proof afterwards that nothing was told that must not be.
 *
 * <p>A campaign ({@link dev.tokenguard.campaign.Campaign}) is a sequence of rounds. A {@link
 * dev.tokenguard.campaign.Round} starts a Redis of some {@link dev.tokenguard.campaign.Topology},
 * sidecars from the jar and processes of callers ({@link dev.tokenguard.campaign.CallerMain}), lets
 * one {@link dev.tokenguard.campaign.Fault} after the other strike under load, makes everything
 * well again and reads the books of every account ({@link dev.tokenguard.campaign.Closing}).
 * Callers write down every call ({@link dev.tokenguard.campaign.CallFile}), and {@link
 * dev.tokenguard.campaign.AccountChecker} checks whether all of that can be true.
 *
 * <p>{@code mvn -Pcampaign verify -Dcampaign.minutes=60} runs one that long; {@link
 * dev.tokenguard.campaign.CampaignMain} says what else it can be told, and is a main class, for
 * running it without Maven: on the class path of the tests, with {@code -Dtokenguard.jar}. Every
 * round prints with which properties it can be run again alone.
 *
 * <p>What may be lost, and is counted where it is: with {@code everysec}, what was acknowledged in
 * the two seconds before a Redis was killed; in a failover, what was acknowledged in the two
 * seconds before it began and until the old master is one no more. Of changes that were told as
 * replicated nothing, where a master is killed. Everywhere else nothing at all.
 */
@NullMarked
package dev.tokenguard.campaign;

import org.jspecify.annotations.NullMarked;
