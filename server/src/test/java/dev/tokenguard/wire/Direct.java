package dev.tokenguard.wire;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A connection to a Redis, past the server that uses it. */
public final class Direct implements AutoCloseable {

  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;

  /** Connects. */
  public Direct(String uri) {
    client = RedisClient.create(uri);
    // A Unix socket warns of the keepalive that is set by default.
    client.setOptions(
        ClientOptions.builder()
            .socketOptions(SocketOptions.builder().keepAlive(false).build())
            .build());
    connection = client.connect();
  }

  /** Its commands. */
  public RedisCommands<String, String> redis() {
    return connection.sync();
  }

  /** A connection of its own for a command that takes its time. */
  public RedisAsyncCommands<String, String> another() {
    return client.connect().async();
  }

  /** The process it runs in. */
  public long pid() {
    return number("process_id:(\\d+)", "server");
  }

  /** How many scripts it was told to run, ever. */
  public long scriptsRun() {
    return calls("evalsha") + calls("eval");
  }

  /** How many times it was told a command, refused ones too. */
  public long calls(String command) {
    return number("cmdstat_" + command + ":calls=(\\d+)", "commandstats")
        + number("cmdstat_" + command + ":.*rejected_calls=(\\d+)", "commandstats");
  }

  /** Its clock. */
  public long seconds() {
    return Long.parseLong(redis().time().get(0));
  }

  private long number(String pattern, String section) {
    Matcher matcher =
        Pattern.compile("^" + pattern, Pattern.MULTILINE).matcher(redis().info(section));
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown(0, 1, TimeUnit.SECONDS);
  }
}
