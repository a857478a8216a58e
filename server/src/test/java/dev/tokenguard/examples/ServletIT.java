package dev.tokenguard.examples;

import java.nio.file.Path;
import java.util.List;

/** The servlet filter, with Jetty. */
class ServletIT extends SitesScenarios {

  @Override
  boolean installed() {
    return true;
  }

  @Override
  List<String> build() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-cp",
        System.getProperty("java.class.path"),
        "dev.tokenguard.example.Sites");
  }

  @Override
  boolean tellsWorkThatItsClientHasGone() {
    return false;
  }
}
