package dev.tokenguard.demo;

import dev.tokenguard.client.DeniedException;
import dev.tokenguard.client.DuplicateReservationException;
import dev.tokenguard.client.ReserveRequest;
import dev.tokenguard.client.TokenGuardClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A website-generation service that asks TokenGuard before it works: the lines to copy are those
 * with {@code tokens}. Creating a site costs what the catalog says; chat, preview and deploy are
 * free there, and asked for all the same, so that a suspended account gets none of them.
 *
 * <p>Thread-safe. Everything may throw {@link DeniedException}, whose {@code httpStatus} a web
 * service would answer with.
 */
final class WebsiteService {
  private final TokenGuardClient tokens;
  private final SiteGenerator generator = new SiteGenerator();
  private final Path drafts;
  private final Path live;
  private final Map<Path, Site> published = new LinkedHashMap<>();

  /**
   * A service that writes below a folder.
   *
   * @param tokens not closed by this service
   */
  WebsiteService(TokenGuardClient tokens, Path folder) {
    this.tokens = tokens;
    this.drafts = folder.resolve("drafts");
    this.live = folder.resolve("live");
  }

  /** Builds a site, for an order of its own. */
  Site create(String user, BriefFile brief, String language) throws IOException {
    return create(user, brief, language, "order-" + UUID.randomUUID());
  }

  /**
   * Builds a site. It is charged when it is built; a brief that turns out broken costs nothing.
   *
   * @param language in which a refusal is told
   * @param order made when the form was shown, so that a double click sends the same one
   * @throws BriefException if the brief is not one
   * @throws DuplicateReservationException if the order is being worked on, or was
   */
  Site create(String user, BriefFile brief, String language, String order) throws IOException {
    return tokens.guard(
        ReserveRequest.of(user, "create_website")
            .withReservationId(order)
            .withLocale(language)
            .withMetadata(Map.of("site", brief.slug())),
        reservation -> generator.build(brief, drafts.resolve(user).resolve(brief.slug())));
  }

  /** What the assistant thinks of a site. */
  String chat(String user, Site site) {
    tokens.consume(ReserveRequest.of(user, "chat")).orThrow();
    List<Brief.Section> sections = site.brief().sections();
    Brief.Section shortest =
        sections.stream().min(Comparator.comparingInt(Brief.Section::length)).orElseThrow();
    return "%s has %s sections; \"%s\" is the shortest, tell a little more there."
        .formatted(site.slug(), sections.size(), shortest.heading());
  }

  /** A page that shows a site before it is published. */
  Path preview(String user, Site site) throws IOException {
    tokens.consume(ReserveRequest.of(user, "preview")).orThrow();
    return generator.preview(site);
  }

  /** Publishes a site; the front page, which has a link to it. */
  synchronized Path deploy(String user, Site site) throws IOException {
    tokens.consume(ReserveRequest.of(user, "deploy")).orThrow();
    Path folder = live.resolve(user).resolve(site.slug());
    published.put(folder, generator.publish(site, folder));
    return generator.frontPage(List.copyOf(published.values()), live);
  }
}
