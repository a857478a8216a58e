package dev.tokenguard.example;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes an HTML file out of a brief. */
final class SitesServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;
  private static final Map<String, String> PALETTES =
      new TreeMap<>(
          Map.of("ember", "#b3392f", "forest", "#2f6b3c", "ocean", "#1f5f8b", "plum", "#6b2f6b"));

  private final transient Path folder;
  private final Duration perSection;

  /**
   * Makes a servlet.
   *
   * @param perSection what a model would take to write one section
   */
  SitesServlet(Path folder, Duration perSection) {
    this.folder = folder;
    this.perSection = perSection;
  }

  private record Section(String heading, String text) {}

  private record Brief(
      @Nullable String title, @Nullable String palette, @Nullable List<Section> sections) {}

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    JsonObject answer = new JsonObject();
    try {
      Brief brief = new Gson().fromJson(request.getReader(), Brief.class);
      answer.addProperty("site", build(brief));
      answer.addProperty("success", true);
      response.setStatus(201);
    } catch (IllegalArgumentException | JsonParseException bad) {
      answer.addProperty("success", false);
      answer.addProperty("error_code", "BAD_BRIEF");
      answer.addProperty("message", bad.getMessage());
      response.setStatus(422);
    }
    response.setContentType("application/json");
    response.setCharacterEncoding("UTF-8");
    response.getWriter().write(answer.toString());
  }

  /** Makes the site and gives back its file's name. */
  private String build(@Nullable Brief brief) throws IOException {
    if (brief == null || brief.title() == null || brief.sections() == null) {
      throw new IllegalArgumentException("expected: {title, palette, sections: [{heading, text}]}");
    }
    String color = PALETTES.get(String.valueOf(brief.palette()));
    if (color == null) {
      throw new IllegalArgumentException(
          "palette: '"
              + brief.palette()
              + "' (expected: "
              + String.join(", ", PALETTES.keySet())
              + ")");
    }
    String title = escape(brief.title());
    StringBuilder page = new StringBuilder();
    page.append("<!doctype html><meta charset=utf-8><title>").append(title).append("</title>");
    page.append("<h1 style='color:").append(color).append("'>").append(title).append("</h1>");
    for (Section section : brief.sections()) {
      pretendToWrite();
      page.append("<h2>").append(escape(section.heading())).append("</h2><p>");
      page.append(escape(section.text())).append("</p>");
    }
    String slug = brief.title().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    String name = slug.replaceAll("^-|-$", "") + "-" + UUID.randomUUID() + ".html";
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(name), page);
    return name;
  }

  private void pretendToWrite() throws IOException {
    try {
      Thread.sleep(perSection.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the service is stopping", e);
    }
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
