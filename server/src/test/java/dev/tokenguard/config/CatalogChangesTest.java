package dev.tokenguard.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Catalog;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogChangesTest {
  private static final int LONG = 10_000;

  /** What most cases are a change of. */
  private static final String BEFORE =
      """
      token_types:
        image: {title: Images}
        lead_generation: {}
      features:
        chat: {}
        draw: {cost: {image: 2}}
        generate_leads: {cost: {lead_generation: 5, image: 1}}
      plans:
        free:
          features: [chat]
        pro:
          allowances:
            lead_generation: {amount: 50, resets: monthly}
            image: {amount: 10, resets: daily, rollover_max: 5}
      default_plan: free
      """;

  /** Each case replaces one text of the catalog; a backslash and an n begin a new line. */
  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          amount: 50          | amount: 60                       | plan pro: lead_generation 50 -> 60
          resets: monthly     | resets: every 30 days            | plan pro: lead_generation resets monthly -> every 30 days
          rollover_max: 5     | rollover_max: 6, carry_debt: true | plan pro: image rollover_max 5 -> 6, image carry_debt false -> true
          amount: 10, resets: daily | amount: 20, resets: weekly | plan pro: image 10 -> 20, image resets daily -> weekly
          features: [chat]    | features: [draw, chat]           | plan free: features [chat] -> [chat, draw]
          features: [chat]    | zone: Asia/Bangkok               | plan free: features [chat] -> all, zone none -> Asia/Bangkok
          features: [chat]    | features: [chat]\\n    policies: {overage: cap, late_commit: reject} | plan free: overage charge -> cap, late_commit charge -> reject
          features: [chat]    | features: [chat]\\n    title: For free | plan free: title "Free" -> "For free"
          features: [chat]    | features: [chat]\\n    allowances: {image: {amount: 1, resets: never}} | plan free: image added, 1 never
          plans:              | plans:\\n  none:\\n  gold: {allowances: {image: {amount: 1, resets: every PT6H}}} | plan gold added, image 1 every PT6H; plan none added, no tokens
          default_plan: free  | default_plan: pro                | default plan free -> pro
          default_plan: free  | ''                               | default plan free -> none
          chat: {}            | chat: {}\\n  sing: {cost: {image: 2}} | feature sing added, costs 2 image
          chat: {}            | chat: {}\\n  sing: {}            | feature sing added, free
          {cost: {image: 2}}  | {cost: {image: 3}}               | feature draw: costs 2 image -> costs 3 image
          {cost: {image: 2}}  | {}                               | feature draw: costs 2 image -> free
          {lead_generation: 5, image: 1} | {lead_generation: 5}  | feature generate_leads: costs 1 image and 5 lead_generation -> costs 5 lead_generation
          draw: {             | draw: {title: Paint,             | feature draw: title "Draw" -> "Paint"
          lead_generation: {} | lead_generation: {}\\n  video: {} | token type video added
          {title: Images}     | {title: Pictures, low_percent: 5} | token type image: low_percent 20 -> 5, title "Images" -> "Pictures"
          """)
  void tellsWhatChanged(String text, String replacement, String expected) throws Exception {
    assertTrue(BEFORE.contains(text));
    String after = BEFORE.replace(text, replacement.replace("\\n", "\n"));

    CatalogChanges changes = between(BEFORE, after);

    assertEquals(expected, changes.inWords(LONG));
    assertFalse(changes.isEmpty());
    assertEquals(Set.of(), changes.removedPlans());
    assertEquals(Set.of(), changes.removedTokenTypes());
  }

  @Test
  void tellsWhatIsGone() throws Exception {
    String after =
        """
        token_types: {image: {title: Images}}
        features: {draw: {cost: {image: 2}}}
        plans: {free: {features: [draw]}}
        default_plan: free
        """;

    CatalogChanges changes = between(BEFORE, after);

    assertEquals(
        "plan free: features [chat] -> [draw]; plan pro removed; feature chat removed;"
            + " feature generate_leads removed; token type lead_generation removed",
        changes.inWords(LONG));
    assertEquals(Set.of("pro"), changes.removedPlans());
    assertEquals(Set.of("lead_generation"), changes.removedTokenTypes());
  }

  @Test
  void thePlanThatIsTheDefaultIsToldOnce() throws Exception {
    assertEquals(
        "plan free: title \"Free\" -> \"Gratis\"",
        between(BEFORE, BEFORE.replace("features: [chat]", "features: [chat]\n    title: Gratis"))
            .inWords(LONG));
  }

  @Test
  void ordersAndCommentsAreNoChange() throws Exception {
    CatalogChanges changes =
        between(
            BEFORE,
            "# New\n"
                + BEFORE.replace("lead_generation: 5, image: 1", "image: 1,   lead_generation: 5"));

    assertTrue(changes.isEmpty());
    assertEquals("nothing", changes.inWords(LONG));
  }

  @Test
  void aLongListIsCutBetweenChanges() throws Exception {
    String after =
        BEFORE
            .replace("amount: 50", "amount: 60")
            .replace("chat: {}", "chat: {}\n  sing: {}\n  dance: {}");
    String whole =
        "plan pro: lead_generation 50 -> 60; feature dance added, free; feature sing added, free";

    assertEquals(whole, between(BEFORE, after).inWords(whole.length()));
    assertEquals(
        "plan pro: lead_generation 50 -> 60; feature dance added, free; and 1 more",
        between(BEFORE, after).inWords(whole.length() - 1));
    assertEquals(
        "plan pro: lead_generation 50 -> 60; and 2 more", between(BEFORE, after).inWords(40));
    assertEquals("plan pro:...; and 2 more", between(BEFORE, after).inWords(9));
  }

  private static CatalogChanges between(String before, String after) throws CatalogException {
    return CatalogChanges.between(load(before), load(after));
  }

  private static Catalog load(String yaml) throws CatalogException {
    return CatalogLoader.parse(yaml, "catalog.yaml");
  }
}
