package dev.tokenguard.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Allowance;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Feature;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.Policies;
import dev.tokenguard.domain.Schedule;
import dev.tokenguard.domain.TokenType;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogLoaderTest {
  /** What most cases are a change of. */
  private static final String GOOD =
      """
      token_types:
        website: {title: Websites}
      features:
        create_website: {cost: {website: 1}}
        chat: {}
      plans:
        free:
          zone: Asia/Bangkok
          allowances:
            website: {amount: 5, resets: daily}
      default_plan: free
      """;

  @Test
  void readsTheExampleOfTheDesign() throws Exception {
    Catalog catalog = CatalogLoader.parse(GOOD, "good");

    Plan free =
        new Plan(
            "free",
            "Free",
            Optional.of(ZoneId.of("Asia/Bangkok")),
            new TreeMap<>(
                Map.of("website", new Allowance("website", 5, new Schedule.Daily(), 0, false))),
            Optional.empty(),
            Policies.DEFAULT);
    assertEquals(
        new Catalog(
            new TreeMap<>(Map.of("website", new TokenType("website", "Websites", 20))),
            new TreeMap<>(
                Map.of(
                    "create_website",
                    new Feature("create_website", "Create website", Amounts.of("website", 1)),
                    "chat",
                    new Feature("chat", "Chat", Amounts.NONE))),
            new TreeMap<>(Map.of("free", free)),
            Optional.of(free)),
        catalog);
  }

  @Test
  void readsEverythingThatCanBeSaid() throws Exception {
    Catalog catalog =
        CatalogLoader.parse(
            """
            # All of it
            policies: {overage: cap, late_commit: reject, carry_debt: true, low_percent: 10}
            token_types:
              website:
              image: {title: Bilder, low_percent: 0}
            features:
              blog-generation: {title: Write a blog, cost: {website: 2, image: 9007199254740991}}
              preview: {cost: {image: 0}}
              chat:
            plans:
              team:
                title: The team
                features: [chat, preview]
                policies: {overage: reject, late_commit: charge, carry_debt: false}
                allowances:
                  website: {amount: 0, resets: every 30 days, rollover_max: 100, carry_debt: true}
                  image: {amount: 9007199254740990, resets: never}
              nothing:
            """,
            "all");

    assertEquals(new TokenType("website", "Website", 10), catalog.tokenTypes().get("website"));
    assertEquals(new TokenType("image", "Bilder", 0), catalog.tokenTypes().get("image"));
    assertEquals(
        Amounts.of(Map.of("website", 2L, "image", Amounts.MAX)),
        named(catalog.features(), "blog-generation").cost());
    assertEquals(Amounts.NONE, named(catalog.features(), "preview").cost());
    assertEquals("Chat", named(catalog.features(), "chat").title());
    Plan team = named(catalog.plans(), "team");
    assertEquals(Optional.of(Set.of("chat", "preview")), team.features());
    assertEquals(Optional.empty(), team.zone());
    assertEquals(
        new Policies(Policies.Overage.REJECT, Policies.LateCommit.CHARGE), team.policies());
    assertEquals(
        new Allowance("website", 0, new Schedule.EveryDays(30), 100, true),
        named(team.allowances(), "website"));
    assertEquals(
        new Allowance("image", Amounts.MAX - 1, new Schedule.Never(), 0, false),
        named(team.allowances(), "image"));
    assertEquals(
        new Policies(Policies.Overage.CAP, Policies.LateCommit.REJECT),
        named(catalog.plans(), "nothing").policies());
    assertEquals(Optional.empty(), catalog.defaultPlan());
  }

  /** Each case replaces one text of the good catalog and names every problem that follows. */
  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          default_plan: free  | default_plan: fere      | 11:15: default_plan: unknown plan 'fere' (did you mean 'free'?)
          default_plan: free  | defualt_plan: free      | 11:1: defualt_plan: unknown (did you mean 'default_plan'?)
          default_plan: free  | default_plan: [free]    | 11:15: default_plan: a list (expected: a text)
          default_plan: free  | chat: 1                 | 11:1: chat: unknown (expected: default_plan, features, plans, policies, token_types)
          default_plan: free  | policies: {overage: no} | 11:21: policies.overage: no (expected: charge, cap, reject)
          default_plan: free  | policies: {low_percent: 101} | 11:25: policies.low_percent: 101 (expected: a whole number from 0 to 100)
          default_plan: free  | policies: {carry_debt: yes} | 11:24: policies.carry_debt: yes (expected: true or false)
          {title: Websites}   | {titel: Websites}       | 2:13: token_types.website.titel: unknown (did you mean 'title'?)
          {title: Websites}   | {title: ''}             | 2:20: token_types.website.title: "" in quotes (expected: one line of 1 to 200 characters)
          {title: Websites}   | Websites                | 2:12: token_types.website: Websites (expected: a mapping)
          {title: Websites}   | {title: A, title: B}    | 2:23: token_types.website.title: a second time (the first is at 2:13)
          {title: Websites}   | {[a]: b}                | 2:13: token_types.website: a key that is not a name
          chat: {}            | Chat: {}                | 5:3: features.Chat: not a name (expected: 1 to 64 of a-z, 0-9, '_', '.' and '-', a letter first)
          chat: {}            | 1chat: {}               | 5:3: features.1chat: not a name (expected: 1 to 64 of a-z, 0-9, '_', '.' and '-', a letter first)
          chat: {}            | create_website: {}      | 5:3: features.create_website: a second time (the first is at 4:3)
          cost: {website: 1}  | cost: {webiste: 1}      | 4:27: features.create_website.cost.webiste: unknown token type (did you mean 'website'?)
          cost: {website: 1}  | cost: 1                 | 4:26: features.create_website.cost: 1 (expected: a mapping)
          cost: {website: 1}  | cost: {website: -1}     | 4:36: features.create_website.cost.website: -1 (expected: a whole number from 0 to 9007199254740991)
          cost: {website: 1}  | cost: {website: 1.5}    | 4:36: features.create_website.cost.website: 1.5 (expected: a whole number from 0 to 9007199254740991)
          cost: {website: 1}  | cost: {website: '1'}    | 4:36: features.create_website.cost.website: "1" in quotes (expected: a whole number from 0 to 9007199254740991)
          cost: {website: 1}  | cost: {website: 1_000}  | 4:36: features.create_website.cost.website: 1_000 (expected: a whole number from 0 to 9007199254740991)
          cost: {website: 1}  | cost: {website: 9007199254740992}      | 4:36: features.create_website.cost.website: 9007199254740992 (expected: a whole number from 0 to 9007199254740991)
          cost: {website: 1}  | cost: {website: 99999999999999999999}  | 4:36: features.create_website.cost.website: 99999999999999999999 (expected: a whole number from 0 to 9007199254740991)
          cost: {website: 1}  | cost: {website: }       | 4:35: features.create_website.cost.website: no value (expected: a whole number from 0 to 9007199254740991)
          zone: Asia/Bangkok  | zone: Asia/Bankok       | 8:11: plans.free.zone: unknown time zone 'Asia/Bankok' (did you mean 'Asia/Bangkok'?)
          zone: Asia/Bangkok  | zone: asia/bangkok      | 8:11: plans.free.zone: unknown time zone 'asia/bangkok' (did you mean 'Asia/Bangkok'?)
          zone: Asia/Bangkok  | features: chat          | 8:15: plans.free.features: chat (expected: a list, [a, b])
          zone: Asia/Bangkok  | features: [chatt]       | 8:16: plans.free.features: unknown 'chatt' (did you mean 'chat'?)
          zone: Asia/Bangkok  | features: [chat, chat]  | 8:22: plans.free.features: 'chat' a second time
          zone: Asia/Bangkok  | features: [{chat: 1}]   | 8:16: plans.free.features: unknown 'a mapping' (expected: chat, create_website)
          zone: Asia/Bangkok  | policies: {low_percent: 1} | 8:16: plans.free.policies.low_percent: unknown (expected: carry_debt, late_commit, overage)
          website: {amount: 5 | website: {amuont: 5     | 10:17: plans.free.allowances.website.amuont: unknown (did you mean 'amount'?) && 10:16: plans.free.allowances.website.amount: missing (expected: tokens a period)
          website: {amount: 5 | image: {amount: 5       | 10:7: plans.free.allowances.image: unknown token type (expected: website)
          , resets: daily     | ''                      | 10:16: plans.free.allowances.website.resets: missing (expected: never, daily, weekly, monthly, 'every 30 days' or 'every PT6H')
          resets: daily       | resets: dayly           | 10:36: plans.free.allowances.website.resets: dayly (expected: never, daily, weekly, monthly, 'every 30 days' or 'every PT6H')
          resets: daily       | resets: never, rollover_max: 1                 | 10:57: plans.free.allowances.website.rollover_max: 1 (expected: none, as the allowance never resets)
          resets: daily       | resets: daily, rollover_max: 9007199254740987  | 10:57: plans.free.allowances.website.rollover_max: 9007199254740987 (expected: with the amount of 5 at most 9007199254740991)
          """)
  void tellsWhatIsWrong(String text, String replacement, String expected) {
    assertTrue(GOOD.contains(text));

    List<Problem> problems = problemsOf(GOOD.replace(text, replacement));

    assertEquals(
        Stream.of(expected.split(" && ")).map(problem -> "file.yaml:" + problem).toList(),
        problems.stream().map(Problem::toString).toList());
  }

  @Test
  void tellsAllProblemsAtOnce() {
    List<Problem> problems =
        problemsOf(
            """
            token_types: {a: {low_percent: -1}}
            features:
              f: {cost: {b: x}}
            plans:
              p: {zone: Nowhere, allowances: {a: {amount: -5, resets: sometimes}}}
            default_plan: q
            """);

    assertEquals(
        List.of("1:32", "3:14", "3:17", "5:13", "5:47", "5:59", "6:15"),
        problems.stream()
            .map(each -> each.where().substring("file.yaml:".length()))
            .sorted()
            .toList());
  }

  private static List<Problem> problemsOf(String yaml) {
    return assertThrows(CatalogException.class, () -> CatalogLoader.parse(yaml, "file.yaml"))
        .problems();
  }

  private static <T> T named(Map<String, T> map, String name) {
    return Objects.requireNonNull(map.get(name), name);
  }
}
