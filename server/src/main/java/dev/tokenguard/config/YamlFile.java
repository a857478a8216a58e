package dev.tokenguard.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlVersionException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads a YAML file within limits: whatever the file, the outcome is a section or problems, soon
 * and in little memory.
 */
final class YamlFile {
  /** A larger file is not one that people wrote. */
  static final int MAX_BYTES = 1 << 20;

  private static final int MAX_DEPTH = 16;
  private static final int MAX_ALIASES = 50;

  private YamlFile() {}

  /** The text of a file, or nothing and a problem. */
  static Optional<String> read(Path file, Problems problems) {
    String name = file.toString();
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      problems.add(name, "no such file");
      return Optional.empty();
    } catch (IOException e) {
      problems.add(
          name, Files.isDirectory(file) ? "a folder (expected: a file)" : "cannot be read: " + e);
      return Optional.empty();
    }
    return decode(bytes, name, problems);
  }

  /** The same for one that is looked at while the server runs, where nobody may have to wait. */
  static Optional<String> readAgain(Path file, Problems problems) {
    if (Files.exists(file) && !Files.isRegularFile(file)) { // a pipe would never answer
      problems.add(file.toString(), "not a file");
      return Optional.empty();
    }
    return read(file, problems);
  }

  private static Optional<String> decode(byte[] bytes, String name, Problems problems) {
    if (bytes.length > MAX_BYTES) {
      problems.add(name, "larger than " + MAX_BYTES + " bytes");
      return Optional.empty();
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try {
      return Optional.of(
          UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(buffer)
              .toString());
    } catch (CharacterCodingException e) {
      long line = 1;
      for (int i = 0; i < buffer.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      problems.add(name + ":" + line, "not UTF-8 text (expected: a YAML file saved as UTF-8)");
      return Optional.empty();
    }
  }

  /** The mapping that a YAML text consists of, empty for no text; or nothing and a problem. */
  static Optional<YamlSection> parse(String text, String name, Problems problems) {
    // Editors on Windows begin a file with a byte order mark.
    String yaml = text.startsWith("\uFEFF") ? text.substring(1) : text;
    if (yaml.length() > MAX_BYTES) {
      problems.add(name, "larger than " + MAX_BYTES + " characters");
      return Optional.empty();
    }
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(name)
            .setCodePointLimit(MAX_BYTES)
            .setMaxAliasesForCollections(MAX_ALIASES)
            // Told by YamlSection, with their places.
            .setAllowDuplicateKeys(true)
            .setAllowNonScalarKeys(true)
            .build();
    try {
      if (!isFlatEnough(settings, yaml, name, problems)) {
        return Optional.empty();
      }
      Optional<Node> root = new Compose(settings).composeString(yaml);
      if (root.isEmpty() || root.get().getTag().equals(Tag.NULL)) {
        return Optional.of(YamlSection.empty(name, problems));
      }
      if (root.get() instanceof MappingNode mapping) {
        return Optional.of(new YamlSection(name, "", mapping, problems));
      }
      problems.add(
          name + position(root.get().getStartMark()), "not a mapping (expected: key: value)");
      return Optional.empty();
    } catch (MarkedYamlEngineException e) {
      problems.add(name + position(e.getProblemMark()), explain(e));
      return Optional.empty();
    } catch (ReaderException e) {
      problems.add(
          name + ":" + lineAt(yaml, e.getPosition()),
          String.format("a character that no text has: U+%04X", e.getCodePoint()));
      return Optional.empty();
    } catch (YamlVersionException e) {
      problems.add(name, "YAML of another version (expected: 1.2)");
      return Optional.empty();
    } catch (YamlEngineException e) {
      problems.add(name, "not YAML: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Composing recurses, so that depth has to be looked at before. */
  private static boolean isFlatEnough(
      LoadSettings settings, String yaml, String name, Problems problems) {
    int depth = 0;
    int documents = 0;
    for (Event event : new Parse(settings).parseString(yaml)) {
      if (event instanceof CollectionStartEvent) {
        depth++;
      } else if (event instanceof CollectionEndEvent) {
        depth--;
      } else if (event instanceof DocumentStartEvent) {
        documents++;
      }
      if (depth > MAX_DEPTH) {
        problems.add(
            name + position(event.getStartMark()), "nested more than " + MAX_DEPTH + " deep");
        return false;
      }
      if (documents > 1) {
        problems.add(
            name + position(event.getStartMark()),
            "a second YAML document (expected: one, without '---' between parts)");
        return false;
      }
    }
    return true;
  }

  private static String explain(MarkedYamlEngineException e) {
    String problem = e.getProblem();
    if (problem.contains("TAB")) {
      return "a tab (expected: spaces)";
    }
    String context = e.getContext();
    return "not YAML: " + (context == null ? "" : context + ": ") + problem;
  }

  /** The line and column of a mark as {@code :line:column}, counted from 1. */
  static String position(Optional<Mark> mark) {
    return mark.map(at -> ":" + (at.getLine() + 1) + ":" + (at.getColumn() + 1)).orElse("");
  }

  private static long lineAt(String text, int index) {
    return 1 + text.chars().limit(Math.max(0, index)).filter(each -> each == '\n').count();
  }
}
