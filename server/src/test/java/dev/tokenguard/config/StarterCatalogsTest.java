package dev.tokenguard.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.Policies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The catalogs to start from say what their products promise. */
class StarterCatalogsTest {
  /** From the module's folder, where Maven runs tests. */
  private static final Path FOLDER = Path.of("..", "deploy", "catalogs");

  static List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  @Test
  void thereAreFive() throws IOException {
    assertEquals(
        List.of(
            "media-studio.yaml",
            "revenue-planner.yaml",
            "shop-assistant.yaml",
            "subscription-assistant.yaml",
            "website-builder.yaml"),
        files());
  }

  @ParameterizedTest
  @MethodSource("files")
  void isInTheReadme(String file) throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));

    assertTrue(readme.contains("| [" + file + "](deploy/catalogs/" + file + ") |"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void tellsHowToCheckItAndThatItIsReloaded(String file) throws IOException {
    String text = Files.readString(FOLDER.resolve(file));

    assertTrue(text.contains("tokenguard catalog check " + file + "\n"));
    assertTrue(text.contains("# A running server takes over a changed file by itself"));
  }

  @Test
  void aWebsiteBuilderGivesFiveWebsitesADay() throws CatalogException {
    Catalog catalog = load("website-builder.yaml");

    Plan free = catalog.defaultPlan().orElseThrow();
    assertEquals("free", free.name());
    assertEquals(Optional.of(ZoneId.of("Asia/Bangkok")), free.zone());
    assertEquals(Map.of("website", "5 daily"), allowances(free));
    assertEquals(Optional.empty(), free.features());
    assertEquals(
        Map.of(
            "create_website",
            Amounts.of("website", 1),
            "chat",
            Amounts.NONE,
            "preview",
            Amounts.NONE,
            "deploy",
            Amounts.NONE),
        costs(catalog));
  }

  @Test
  void aShopAssistantGivesAThousandTokensOnce() throws CatalogException {
    Catalog catalog = load("shop-assistant.yaml");

    Plan store = catalog.defaultPlan().orElseThrow();
    assertEquals(Map.of("tokens", "1000 never"), allowances(store));
    assertEquals(20, Objects.requireNonNull(catalog.tokenTypes().get("tokens")).lowPercent());
    assertEquals(
        Map.of(
            "blog-generation",
            Amounts.of("tokens", 5),
            "product-description",
            Amounts.of("tokens", 5)),
        costs(catalog));
  }

  @Test
  void aRevenuePlannerHasABalanceForEachKindOfWork() throws CatalogException {
    Catalog catalog = load("revenue-planner.yaml");

    assertEquals(
        Map.of(
            "generate_goal",
            Amounts.of("goal_generation", 3),
            "generate_leads",
            Amounts.of("lead_generation", 5),
            "analyze_strategy",
            Amounts.of("strategy_analysis", 2),
            "forecast_revenue",
            Amounts.of("forecast", 4),
            "generate_insight",
            Amounts.of("general", 1),
            "claim_rewards",
            Amounts.NONE,
            "view_quests",
            Amounts.NONE),
        costs(catalog));
    assertEquals(
        Map.of(
            "lead_generation", "50 monthly",
            "goal_generation", "20 monthly",
            "strategy_analysis", "100 monthly",
            "forecast", "30 monthly",
            "general", "50 monthly"),
        allowances(plan(catalog, "pro")));
    assertEquals(
        Map.of(
            "lead_generation", "500 every 30 days",
            "goal_generation", "200 every 30 days",
            "strategy_analysis", "1000 every 30 days",
            "forecast", "200 every 30 days",
            "general", "500 every 30 days"),
        allowances(plan(catalog, "enterprise")));
  }

  @Test
  void aStarterOrganizationIsToldToUpgradeAndMayDoWhatIsFree() throws CatalogException {
    Catalog catalog = load("revenue-planner.yaml");
    Plan starter = catalog.defaultPlan().orElseThrow();

    assertEquals("starter", starter.name());
    assertEquals(Map.of(), allowances(starter));
    Set<String> free = Set.of("claim_rewards", "view_quests");
    for (Plan plan : catalog.plans().values()) {
      assertTrue(free.stream().allMatch(plan::lists), plan.name());
    }
    assertEquals(
        free,
        catalog.features().keySet().stream().filter(starter::lists).collect(Collectors.toSet()));
  }

  @Test
  void aSubscriptionAssistantChargesWhatWasReallyUsed() throws CatalogException {
    Catalog catalog = load("subscription-assistant.yaml");

    assertEquals(Optional.empty(), catalog.defaultPlan());
    assertEquals(Map.of("tokens", "10000 every 30 days"), allowances(plan(catalog, "basic")));
    assertEquals(Map.of("tokens", "25000 every 30 days"), allowances(plan(catalog, "plus")));
    for (Plan plan : catalog.plans().values()) {
      assertEquals(
          new Policies(Policies.Overage.CHARGE, Policies.LateCommit.CHARGE), plan.policies());
    }
    assertEquals(
        Map.of(
            "answer_question",
            Amounts.of("tokens", 1000),
            "write_report",
            Amounts.of("tokens", 1500),
            "background_sync",
            Amounts.of("tokens", 1000),
            "workflow",
            Amounts.of("tokens", 1500)),
        costs(catalog));
  }

  @Test
  void aMediaStudioGivesToGroupsAndNothingToStrangers() throws CatalogException {
    Catalog catalog = load("media-studio.yaml");

    assertEquals(Optional.empty(), catalog.defaultPlan());
    assertEquals(
        Map.of("image", "100 monthly", "video", "20 monthly"), allowances(plan(catalog, "group")));
    assertEquals(
        Map.of(
            "generate_image",
            Amounts.of("image", 1),
            "generate_video",
            Amounts.of("video", 1),
            "edit_image",
            Amounts.NONE),
        costs(catalog));
  }

  private static Catalog load(String file) throws CatalogException {
    return CatalogLoader.load(FOLDER.resolve(file));
  }

  private static Plan plan(Catalog catalog, String name) {
    return Objects.requireNonNull(catalog.plans().get(name), name);
  }

  private static Map<String, Amounts> costs(Catalog catalog) {
    Map<String, Amounts> costs = new TreeMap<>();
    catalog.features().values().forEach(each -> costs.put(each.name(), each.cost()));
    return costs;
  }

  /** Amount and schedule by token type, with nothing carried over. */
  private static Map<String, String> allowances(Plan plan) {
    Map<String, String> allowances = new TreeMap<>();
    plan.allowances()
        .forEach(
            (type, allowance) -> {
              assertEquals(0, allowance.rolloverMax());
              assertEquals(false, allowance.carryDebt());
              allowances.put(type, allowance.amount() + " " + allowance.resets());
            });
    return allowances;
  }
}
