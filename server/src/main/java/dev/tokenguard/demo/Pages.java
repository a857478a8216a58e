package dev.tokenguard.demo;

import dev.tokenguard.demo.Brief.Block;
import dev.tokenguard.demo.Brief.Items;
import dev.tokenguard.demo.Brief.Paragraph;
import dev.tokenguard.demo.Brief.Section;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

/** HTML of the pages that the service writes. Whatever a brief says, it is text, never markup. */
final class Pages {
  private static final Pattern BOLD = Pattern.compile("\\*\\*([^*]+)\\*\\*");

  /** Applied to escaped text, so that no quote can end the attribute. */
  private static final Pattern LINK =
      Pattern.compile("\\[([^\\]]+)\\]\\(((?:https?://|mailto:|tel:)[^\\s)]+)\\)");

  private Pages() {}

  /** The one page of a site. */
  static String site(Brief brief) {
    StringBuilder nav = new StringBuilder();
    StringBuilder body = new StringBuilder();
    if (!brief.lead().isEmpty()) {
      body.append("<div class=\"lead\">\n").append(blocks(brief.lead())).append("</div>\n");
    }
    int number = 0;
    for (Section section : brief.sections()) {
      number++;
      String heading = inline(section.heading());
      nav.append("<a href=\"#s%s\">%s</a>\n".formatted(number, heading));
      body.append("<section id=\"s%s\">\n<h2>%s</h2>\n".formatted(number, heading))
          .append(blocks(section.blocks()))
          .append("</section>\n");
    }
    return """
        <!doctype html>
        <html lang="%1$s" dir="%2$s">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="description" content="%4$s">
        <title>%3$s</title>
        <link rel="stylesheet" href="style.css">
        </head>
        <body>
        <header class="hero">
        <nav>
        %5$s</nav>
        <h1>%3$s</h1>
        <p>%4$s</p>
        %6$s</header>
        <main>
        %7$s</main>
        <footer><span>%3$s</span> <small lang="en" dir="ltr">Built by the TokenGuard demo</small></footer>
        </body>
        </html>
        """
        .formatted(
            brief.language(),
            brief.direction(),
            escape(brief.title()),
            escape(brief.tagline()),
            nav,
            hills(brief),
            body);
  }

  /** A page that shows a site in two widths. */
  static String preview(Brief brief) {
    return page(
        "Preview of " + escape(brief.title()),
        """
        <div class="frames">
        <figure class="desktop"><iframe src="index.html" title="Desktop"></iframe>
        <figcaption>Desktop</figcaption></figure>
        <figure class="phone"><iframe src="index.html" title="Phone"></iframe>
        <figcaption>Phone</figcaption></figure>
        </div>
        """);
  }

  /** A page of links to published sites, which are in folders below its own. */
  static String gallery(List<Site> published, Path folder) {
    StringBuilder cards = new StringBuilder("<ul>\n");
    for (Site site : published) {
      Brief brief = site.brief();
      String link = folder.relativize(site.index()).toString().replace('\\', '/');
      cards.append(
          """
          <li><a href="%s" lang="%s" dir="%s" style="color: %s; background: radial-gradient(circle at 82%% 28%%, %s 2rem, transparent 2.06rem), linear-gradient(160deg, %s, %s)">
          <strong>%s</strong><span>%s</span></a></li>
          """
              .formatted(
                  escape(link),
                  brief.language(),
                  brief.direction(),
                  brief.palette().onPrimary(),
                  brief.palette().accent(),
                  brief.palette().primary(),
                  brief.palette().deep(),
                  escape(brief.title()),
                  escape(brief.tagline())));
    }
    return page("Published", cards.append("</ul>\n").toString());
  }

  private static String page(String title, String body) {
    return """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%1$s</title>
        <link rel="stylesheet" href="gallery.css">
        </head>
        <body>
        <h1>%1$s</h1>
        %2$s</body>
        </html>
        """
        .formatted(title, body);
  }

  private static String blocks(List<Block> blocks) {
    StringBuilder html = new StringBuilder();
    for (Block block : blocks) {
      if (block instanceof Paragraph paragraph) {
        html.append("<p>").append(inline(paragraph.text())).append("</p>\n");
      } else if (block instanceof Items items) {
        html.append("<ul>\n");
        items.texts().forEach(item -> html.append("<li>%s</li>\n".formatted(inline(item))));
        html.append("</ul>\n");
      }
    }
    return html.toString();
  }

  private static String inline(String text) {
    String html = BOLD.matcher(escape(text)).replaceAll("<strong>$1</strong>");
    return LINK.matcher(html).replaceAll("<a href=\"$2\">$1</a>");
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** A sun over hills: the same for the same title, another for another. */
  private static String hills(Brief brief) {
    Random random = new Random(brief.title().hashCode());
    int sunX = 780 + random.nextInt(260);
    StringBuilder svg =
        new StringBuilder(
            "<svg viewBox=\"0 0 1200 400\" preserveAspectRatio=\"xMidYMax slice\""
                + " aria-hidden=\"true\">\n");
    svg.append(
        "<circle cx=\"%s\" cy=\"%s\" r=\"%s\" fill=\"%s\" opacity=\".9\"/>\n"
            .formatted(
                sunX, 190 + random.nextInt(40), 58 + random.nextInt(24), brief.palette().accent()));
    String[] fills = {brief.palette().onPrimary(), brief.palette().accent(), "var(--paper)"};
    String[] opacities = {".10", ".32", "1"};
    for (int layer = 0; layer < fills.length; layer++) {
      int valley = 300 + 40 * layer;
      int y = valley - random.nextInt(30);
      StringBuilder path = new StringBuilder("M0 400 V" + y);
      for (int x = 0; x < 1200; x += 200) {
        boolean up = (x / 200 + layer) % 2 == 0;
        int next = up ? valley - 40 - random.nextInt(60 - 15 * layer) : valley - random.nextInt(25);
        path.append(" C%s %s %s %s %s %s".formatted(x + 90, y, x + 110, next, x + 200, next));
        y = next;
      }
      svg.append(
          "<path d=\"%s V400 Z\" fill=\"%s\" opacity=\"%s\"/>\n"
              .formatted(path, fills[layer], opacities[layer]));
    }
    return svg.append("</svg>\n").toString();
  }
}
