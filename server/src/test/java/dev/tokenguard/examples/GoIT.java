package dev.tokenguard.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** Go, with net/http. Its stubs are made by buf, from a vendored copy of the contract. */
@Tag("languages")
class GoIT extends SitesScenarios {

  @Override
  boolean installed() throws Exception {
    return Workshop.has("go", Workshop.version("go", "version"), 1, 23);
  }

  @Override
  List<String> build() throws Exception {
    assertTrue(
        Files.exists(Workshop.buf()),
        () -> Workshop.buf() + " is missing: mvn -Planguages verify -pl proto");
    Workshop workshop = Workshop.of("go");
    workshop.run("go", "generate", ".");
    workshop.run("go", "vet", "./...");
    workshop.run("go", "build", "-o", "sites.exe", ".");
    return List.of(workshop.folder().resolve("sites.exe").toString());
  }
}
