package dev.tokenguard.command;

import dev.tokenguard.v1.CatalogFeature;
import dev.tokenguard.v1.CatalogPlan;
import dev.tokenguard.v1.CatalogTokenType;
import dev.tokenguard.v1.GetCatalogRequest;
import dev.tokenguard.v1.GetCatalogResponse;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** The catalog in force on the server. */
@Command(name = "show", sortOptions = false, description = "The catalog in force on the server.")
final class CatalogShow extends AdminCommand {
  @Override
  int run(Session session) {
    GetCatalogResponse answer = session.admin().getCatalog(GetCatalogRequest.getDefaultInstance());
    answer(answer, () -> tell(answer));
    if (answer.hasRejection()) {
      note(
          "a newer file was refused at %s: %s",
          time(true, answer.getRejection().getTime()), answer.getRejection().getError());
    }
    return DONE;
  }

  private void tell(GetCatalogResponse catalog) {
    say("loaded %s", time(catalog.hasLoadTime(), catalog.getLoadTime()));
    say("default plan: %s", catalog.getDefaultPlan().isEmpty() ? "none" : catalog.getDefaultPlan());
    say("");
    Table types = new Table(out(), "token type", ">low below", "title");
    for (CatalogTokenType each : catalog.getTokenTypesList()) {
      types.row(each.getName(), each.getLowPercent() + "%", each.getTitle());
    }
    types.print();
    say("");
    Table features = new Table(out(), "feature", "costs", "title");
    for (CatalogFeature each : catalog.getFeaturesList()) {
      features.row(
          each.getName(),
          each.getCostCount() == 0 ? "free" : TypeAmount.text(each.getCostMap()),
          each.getTitle());
    }
    features.print();
    say("");
    Table plans =
        new Table(
            out(),
            "plan",
            "allowances",
            "features",
            "time zone",
            "overage",
            "late commit",
            "title");
    for (CatalogPlan each : catalog.getPlansList()) {
      plans.row(
          each.getName(),
          each.getAllowancesList().stream()
              .map(AllowanceText::text)
              .collect(Collectors.joining(", ")),
          each.getAllFeatures() ? "all" : String.join(" ", each.getFeaturesList()),
          each.getTimeZone().isEmpty() ? "UTC" : each.getTimeZone(),
          each.getOverage(),
          each.getLateCommit(),
          each.getTitle());
    }
    plans.print();
  }
}
