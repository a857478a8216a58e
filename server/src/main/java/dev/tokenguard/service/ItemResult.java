package dev.tokenguard.service;

import org.jspecify.annotations.Nullable;

/**
 * What became of one item of a batch.
 *
 * @param account the account that it was about
 * @param member the member that it was about; empty if it was about none
 * @param error what it failed with; null if it was done
 * @param replayed whether it had been done before
 * @param replicationPending whether fewer replicas have it than were asked for
 */
public record ItemResult(
    String account,
    String member,
    @Nullable Throwable error,
    boolean replayed,
    boolean replicationPending) {

  /** One that failed, or counts as made. */
  public ItemResult(String account, String member, @Nullable Throwable error, boolean replayed) {
    this(account, member, error, replayed, false);
  }
}
