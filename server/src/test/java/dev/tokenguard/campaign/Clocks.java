package dev.tokenguard.campaign;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Clocks of processes, which can be moved while these run: a few lines of C are loaded into them
 * first. Where there is no C compiler no clock is moved.
 */
final class Clocks {

  private static final String SOURCE = "clock.c";

  private static @Nullable Path library;
  private static boolean tried;

  private Clocks() {}

  /** Whether clocks can be moved here. */
  static boolean canMove() {
    return library() != null;
  }

  /** What a process must have in its environment for its clock to be the one of a file. */
  static Map<String, String> environment(Path file) {
    Path made = library();
    if (made == null) {
      return Map.of();
    }
    move(file, 0);
    return Map.of("LD_PRELOAD", made.toString(), "CAMPAIGN_CLOCK", file.toString());
  }

  /** Moves a clock to so many seconds from the right time. */
  static void move(Path file, long seconds) {
    byte[] bytes =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(seconds).array();
    try (var channel =
        Files.newByteChannel(
            file,
            java.nio.file.StandardOpenOption.CREATE,
            java.nio.file.StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static synchronized @Nullable Path library() {
    if (!tried) {
      tried = true;
      library = compiled();
    }
    return library;
  }

  private static @Nullable Path compiled() {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return null;
    }
    try (InputStream source =
        Objects.requireNonNull(Clocks.class.getResourceAsStream(SOURCE), SOURCE)) {
      Path folder = Files.createTempDirectory("campaign-clock");
      Path made = folder.resolve("clock.so");
      Files.copy(source, folder.resolve(SOURCE));
      Process compiler =
          new ProcessBuilder(
                  List.of(
                      "cc",
                      "-shared",
                      "-fPIC",
                      "-O1",
                      "-o",
                      made.toString(),
                      folder.resolve(SOURCE).toString(),
                      "-ldl"))
              .inheritIO()
              .start();
      return compiler.waitFor() == 0 ? made : null;
    } catch (IOException e) {
      System.out.println("no clock is moved: " + e.getMessage());
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
