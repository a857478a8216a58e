package dev.tokenguard.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Turns briefs into static sites on disk: the work that costs something. It knows nothing of
 * tokens. Thread-safe as long as no two threads work on one folder.
 */
final class SiteGenerator {

  /**
   * Builds a site into a folder, over what was there.
   *
   * @throws BriefException if the brief is not one; then the folder is as it was
   */
  Site build(BriefFile file, Path folder) throws IOException {
    Brief brief = file.read();
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("index.html"), Pages.site(brief));
    Files.writeString(
        folder.resolve("style.css"), brief.palette().toCss() + Resources.text("style.css"));
    return new Site(file.slug(), brief, folder);
  }

  /** Shows a site as a desktop and a phone would; the page that does. */
  Path preview(Site site) throws IOException {
    Files.writeString(site.folder().resolve("gallery.css"), Resources.text("gallery.css"));
    return Files.writeString(site.folder().resolve("preview.html"), Pages.preview(site.brief()));
  }

  /** Puts a built site among the published ones. */
  Site publish(Site site, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String name : List.of("index.html", "style.css")) {
      Files.copy(
          site.folder().resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
    return new Site(site.slug(), site.brief(), folder);
  }

  /** Writes the front page of all published sites; the page. */
  Path frontPage(List<Site> published, Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("gallery.css"), Resources.text("gallery.css"));
    return Files.writeString(folder.resolve("index.html"), Pages.gallery(published, folder));
  }
}
