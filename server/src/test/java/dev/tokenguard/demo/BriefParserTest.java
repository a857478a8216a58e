package dev.tokenguard.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tokenguard.demo.Brief.Items;
import dev.tokenguard.demo.Brief.Paragraph;
import dev.tokenguard.demo.Brief.Section;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BriefParserTest {
  @Test
  void readsHeadAndSections() throws BriefException {
    Brief brief =
        BriefParser.parse(
            "bikes.md",
            """
            ---
            title: Hilltop Bikes: since 1980
            tagline: Repairs while you wait.
            palette: "#1F4D3A #ffb703"
            language: fa-ir
            ---
            Welcome
            back.

            ## Workshop
            - Flat tyre
            * Chain
            Ask for more.
            # Rides
            Sundays.
            """);

    assertEquals(
        new Brief(
            "Hilltop Bikes: since 1980",
            "Repairs while you wait.",
            new Palette("#1F4D3A", "#ffb703"),
            "fa-IR",
            List.of(new Paragraph("Welcome back.")),
            List.of(
                new Section(
                    "Workshop",
                    List.of(
                        new Items(List.of("Flat tyre", "Chain")), new Paragraph("Ask for more."))),
                new Section("Rides", List.of(new Paragraph("Sundays."))))),
        brief);
    assertEquals("rtl", brief.direction());
  }

  @Test
  void whatIsOptionalHasADefault() throws BriefException {
    Brief brief = BriefParser.parse("a.md", "\uFEFF---\r\ntitle: A\r\n---\r\n## B\r\nc");

    assertEquals("", brief.tagline());
    assertEquals(Palette.NAMED.get(Palette.DEFAULT), brief.palette());
    assertEquals("en", brief.language());
    assertEquals("ltr", brief.direction());
  }

  /** Lines are divided by a bar. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "''; a.md:1: no head (expected: '---', 'title: ...', '---')",
        "title: A; a.md:1: no head (expected: '---', 'title: ...', '---')",
        "---|title: A; a.md:2: the head does not end (expected: '---')",
        "---|title: A|---; a.md: no section (expected: '## Heading' and text below it)",
        "---|---|## B|c; a.md:1: title: of 0 characters (expected: 1 to 120)",
        "---|titel: A|---|## B|c; a.md:2: 'titel' (expected: title, tagline, palette or language)",
        "---|title: A|title: B|---|## B|c; a.md:3: title: given twice",
        "---|title: A|language: e|---|## B|c; a.md:3: language: 'e' (expected: a tag such as en, th or fa-IR)",
        "---|title: A|---|## B|## C|d; a.md:4: 'B' is empty (expected: text below it)",
        "---|title: A|---|##|d; a.md:4: a heading without text",
      })
  void saysWhatIsWrongWhere(String text, String message) {
    BriefException thrown =
        assertThrows(
            BriefException.class, () -> BriefParser.parse("a.md", text.replace('|', '\n')));

    assertEquals(message, thrown.getMessage());
  }

  @Test
  void namesThePalettesThereAre() {
    BriefException thrown =
        assertThrows(
            BriefException.class,
            () -> BriefParser.parse("a.md", "---\ntitle: A\npalette: sunrize\n---\n## B\nc"));

    assertEquals(
        "a.md:3: palette: 'sunrize' (expected: ember, forest, lagoon, ocean, plum, saffron, or"
            + " #rrggbb #rrggbb)",
        thrown.getMessage());
  }
}
