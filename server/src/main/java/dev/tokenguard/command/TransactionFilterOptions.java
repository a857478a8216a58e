package dev.tokenguard.command;

import dev.tokenguard.v1.TransactionFilter;
import dev.tokenguard.v1.TransactionKind;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which entries of a ledger. */
final class TransactionFilterOptions {
  @Option(
      names = "--kind",
      paramLabel = "KIND",
      split = ",",
      converter = Choice.Kind.class,
      description =
          "Only open, grant, reset, commit, refund, expire or adjust; several with commas.")
  private List<TransactionKind> kinds = List.of();

  @Option(names = "--type", paramLabel = "TYPE", description = "Only of this token type.")
  private String tokenType = "";

  @Option(names = "--feature", paramLabel = "FEATURE", description = "Only for this feature.")
  private String feature = "";

  @Option(names = "--member", paramLabel = "MEMBER", description = "Only on behalf of this member.")
  private String member = "";

  @Option(
      names = {"--reservation", "--grant"},
      paramLabel = "ID",
      description = "Only of this reservation or grant.")
  private String reservation = "";

  @Option(
      names = "--from",
      paramLabel = "TIME",
      converter = Moment.Converter.class,
      description = "Only at this time or later: 2026-11-01 (its first moment), or a time.")
  private @Nullable Moment from;

  @Option(
      names = "--before",
      paramLabel = "TIME",
      converter = Moment.Converter.class,
      description = "Only before this time: 2026-12-01 for all of November.")
  private @Nullable Moment before;

  TransactionFilter filter(ZoneId zone) {
    TransactionFilter.Builder filter =
        TransactionFilter.newBuilder()
            .addAllKinds(kinds)
            .setTokenType(tokenType)
            .setFeature(feature)
            .setMemberId(member)
            .setReservationId(reservation);
    if (from != null) {
      filter.setStartTime(from.in(zone));
    }
    if (before != null) {
      filter.setEndTime(before.in(zone));
    }
    return filter.build();
  }
}
