package dev.tokenguard;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What runbooks tell people to type in the night is what the commands understand. */
class RunbookCommandsTest {
  private static final Path RUNBOOKS = Path.of("..", "deploy", "prometheus", "runbooks");

  /** A line of a block, or a piece of code within a sentence, which may be broken over lines. */
  private static final Pattern COMMAND =
      Pattern.compile("(?m)(?:^|`)tokenguard ([a-z][^`|]*?)(?:`|$)");

  @Test
  void areUnderstood() throws IOException {
    Set<String> commands = new TreeSet<>();
    try (Stream<Path> pages = Files.list(RUNBOOKS)) {
      for (Path page : pages.toList()) {
        // A command in a sentence goes on in the next line.
        String text =
            Files.readString(page).replaceAll("(`tokenguard [^`\\n]*)\\n([^`\\n]*`)", "$1 $2");
        Matcher matcher = COMMAND.matcher(text);
        while (matcher.find()) {
          commands.add(matcher.group(1).strip());
        }
      }
    }
    assertTrue(commands.size() > 20, commands::toString);
    for (String command : commands) {
      String[] words =
          List.of(command.replace("TYPE=AMOUNT", "website=1").split(" +")).toArray(new String[0]);
      assertDoesNotThrow(() -> Main.commandLine(words).parseArgs(words), command);
    }
  }
}
