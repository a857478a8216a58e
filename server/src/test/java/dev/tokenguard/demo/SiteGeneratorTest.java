package dev.tokenguard.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteGeneratorTest {
  private final SiteGenerator generator = new SiteGenerator();

  @TempDir Path folder;

  @Test
  void buildsAPageAndItsStyle() throws IOException {
    Site site =
        generator.build(
            brief(
                """
                ---
                title: خانه
                palette: #ffffff #102030
                language: fa
                ---
                ## One
                Some **bold** words and [a link](https://example.com/?a=1&b=2).
                - first
                - second
                """),
            folder.resolve("site"));
    String html = Files.readString(site.index());
    String css = Files.readString(site.folder().resolve("style.css"));

    assertTrue(html.contains("<html lang=\"fa\" dir=\"rtl\">"), html);
    assertTrue(html.contains("<title>خانه</title>"), html);
    assertTrue(html.contains("<a href=\"#s1\">One</a>"), html);
    assertTrue(html.contains("<section id=\"s1\">\n<h2>One</h2>"), html);
    assertTrue(html.contains("Some <strong>bold</strong> words"), html);
    assertTrue(html.contains("<a href=\"https://example.com/?a=1&amp;b=2\">a link</a>."), html);
    assertTrue(html.contains("<ul>\n<li>first</li>\n<li>second</li>\n</ul>"), html);
    assertTrue(css.startsWith(":root {"), css);
    assertTrue(css.contains("--primary: #ffffff;"), css);
    assertTrue(css.contains("--on-primary: #1d1c22;"), css);
  }

  @Test
  void aBriefIsTextAndNeverMarkup() throws IOException {
    String attack = "<script>alert(1)</script>\"onload='x' [x](javascript:alert(1)) $1 \\ %s";
    Site site =
        generator.build(
            brief(
                "---\ntitle: "
                    + attack
                    + "\ntagline: "
                    + attack
                    + "\n---\n## "
                    + attack
                    + "\n"
                    + attack),
            folder.resolve("site"));
    String html = Files.readString(site.index());
    Path front = generator.frontPage(List.of(site), folder);

    for (String page :
        List.of(html, Files.readString(front), Files.readString(generator.preview(site)))) {
      assertFalse(page.contains("<script"), page);
      assertFalse(page.contains("\"onload"), page);
      assertFalse(page.contains("href=\"javascript"), page);
      assertTrue(page.contains("$1 \\ %s"), page);
    }
  }

  @Test
  void aBrokenBriefLeavesNothingBehind() {
    Path site = folder.resolve("site");

    assertThrows(BriefException.class, () -> generator.build(brief("title: A"), site));

    assertFalse(Files.exists(site));
  }

  @Test
  void publishesACopyWithALinkToIt() throws IOException {
    Site draft = generator.build(brief("---\ntitle: A\n---\n## B\nc"), folder.resolve("draft"));
    Path live = folder.resolve("live");

    Site published = generator.publish(draft, live.resolve("ann").resolve("a"));
    Path front = generator.frontPage(List.of(published), live);

    assertEquals(Files.readString(draft.index()), Files.readString(published.index()));
    assertTrue(Files.exists(published.folder().resolve("style.css")));
    assertTrue(Files.readString(front).contains("<a href=\"ann/a/index.html\""));
  }

  private static BriefFile brief(String text) {
    return BriefFile.of("brief.md", () -> new ByteArrayInputStream(text.getBytes(UTF_8)));
  }
}
