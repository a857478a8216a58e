package dev.tokenguard.examples;

import java.util.List;
import org.junit.jupiter.api.Tag;

/** TypeScript, with Express. */
@Tag("languages")
class NodeIT extends SitesScenarios {

  @Override
  boolean installed() throws Exception {
    return Workshop.has("node", Workshop.version("node", "--version"), 18, 0)
        && Workshop.has("npm", Workshop.version("npm", "--version"), 8, 0);
  }

  @Override
  List<String> build() throws Exception {
    Workshop workshop = Workshop.of("node");
    workshop.run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline");
    workshop.run("npm", "run", "build");
    return List.of("node", workshop.folder().resolve("dist/sites.js").toString());
  }
}
