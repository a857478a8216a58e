package dev.tokenguard.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/** A Redis with the users of {@code deploy/redis/users.acl}, and one who may do everything. */
public final class AclRedis implements AutoCloseable {
  public static final String USER = "tokenguard";
  public static final String PASSWORD = "rotate me";

  private static final Path USERS = Path.of("..", "deploy", "redis", "users.acl");
  private static final String NOBODYS_HASH = "#" + "0".repeat(64);

  private final Process process;
  private final int port = TestPorts.free();

  /**
   * Starts one.
   *
   * @param executable as {@code embedded.redis_server}
   */
  public AclRedis(Path folder, String executable) throws IOException {
    Path acl =
        Files.writeString(
            folder.resolve("users.acl"), users() + "user root on nopass ~* &* +@all\n");
    Path binary;
    try (DataFolder data = DataFolder.open(folder)) {
      binary = new RedisBinaries(data, System.getenv("PATH")).find(executable).path();
    }
    process =
        new ProcessBuilder(
                binary.toString(),
                "--bind",
                "127.0.0.1",
                "--port",
                String.valueOf(port),
                "--dir",
                folder.toString(),
                "--aclfile",
                acl.toAbsolutePath().toString(),
                "--appendonly",
                "yes",
                "--save",
                "")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("redis.log").toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  private static String users() throws IOException {
    String users = Files.readString(USERS);
    if (!users.contains(NOBODYS_HASH)) {
      throw new IllegalStateException("nobody may log in with a password that everybody knows");
    }
    return users.replace(NOBODYS_HASH, "#" + sha256(PASSWORD));
  }

  /** What makes the user on a Redis that runs: words of a command. */
  public static String[] setUser() throws IOException {
    String line =
        users()
            .lines()
            .filter(each -> each.startsWith("user " + USER + " "))
            .findFirst()
            .orElseThrow();
    return ("ACL SETUSER " + line.substring("user ".length())).split(" ");
  }

  public int port() {
    return port;
  }

  /** Where it is, without saying as whom. */
  public String uri() {
    return "redis://127.0.0.1:" + port;
  }

  /** Where it is, as the one who may do everything. */
  public String rootUri() {
    return "redis://root:nothing@127.0.0.1:" + port;
  }

  /** As ACL files have passwords. */
  public static String sha256(String password) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(password.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
    if (process.isAlive()) {
      throw new UncheckedIOException(new IOException("Redis does not end"));
    }
  }
}
