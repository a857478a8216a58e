package dev.tokenguard.demo;

import java.nio.file.Path;

/**
 * A site that was built.
 *
 * @param slug its name on disk
 * @param brief what it was built from
 * @param folder where its {@code index.html} is
 */
record Site(String slug, Brief brief, Path folder) {
  Path index() {
    return folder.resolve("index.html");
  }
}
