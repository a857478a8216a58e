package dev.tokenguard.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Keys in a file. */
record JwksFile(Path file) implements JwksSource {

  @Override
  public CompletionStage<String> fetch() {
    if (Files.exists(file) && !Files.isRegularFile(file)) { // a pipe would never answer
      return failed("not a file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      return bytes.length > MAX_BYTES
          ? failed("larger than " + MAX_BYTES + " bytes")
          : CompletableFuture.completedFuture(new String(bytes, UTF_8));
    } catch (NoSuchFileException e) {
      return failed("no such file");
    } catch (IOException e) {
      return failed("cannot be read: " + e);
    }
  }

  private static CompletionStage<String> failed(String why) {
    return CompletableFuture.failedFuture(new IOException(why));
  }
}
