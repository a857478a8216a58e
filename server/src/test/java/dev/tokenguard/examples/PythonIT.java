package dev.tokenguard.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** Python, with FastAPI. */
@Tag("languages")
class PythonIT extends SitesScenarios {

  @Override
  boolean installed() throws Exception {
    return Workshop.has("python3", Workshop.version("python3", "--version"), 3, 10)
        && Workshop.has(
            "python3 with venv and",
            Workshop.version("python3", "-m", "ensurepip", "--version"),
            1,
            0);
  }

  @Override
  List<String> build() throws Exception {
    Workshop workshop = Workshop.of("python");
    Path python = workshop.folder().resolve(".venv/bin/python");
    if (!Files.exists(python)) {
      workshop.run("python3", "-m", "venv", ".venv");
    }
    workshop.run(python.toString(), "-m", "pip", "install", "-q", "-r", "requirements.txt");
    workshop.run("./stubs.sh");
    return List.of(python.toString(), workshop.folder().resolve("sites.py").toString());
  }
}
