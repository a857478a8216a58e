/**
 * Load and faults on real processes, and a proof afterwards that nothing was told that must not be.
 *
 * @see dev.tokenguard.campaign.CampaignMain
 */
@NullMarked
package dev.tokenguard.campaign;

import org.jspecify.annotations.NullMarked;
