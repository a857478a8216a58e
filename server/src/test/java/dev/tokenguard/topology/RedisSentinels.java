package dev.tokenguard.topology;

import dev.tokenguard.embedded.RedisExecutable;
import dev.tokenguard.wire.Await;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A master with two replicas, and three Sentinels that make one of those the master when it is
 * gone. All are real processes on this machine. Thread-safe.
 */
public final class RedisSentinels implements AutoCloseable {

  /** By this name clients ask the Sentinels for the master. */
  public static final String NAME = "tokenguard";

  private static final int DOWN_AFTER_MILLIS = 1000;
  private static final int FAILOVER_TIMEOUT_MILLIS = 4000;
  private static final String PERIOD_MILLIS = "250";
  private static final int SERVERS = 3;
  private static final int SENTINELS = 3;

  private final List<RedisNode> servers = new ArrayList<>();
  private final List<RedisNode> sentinels = new ArrayList<>();

  /** In front of each server, by its port; empty without proxies. */
  private final Map<Integer, TcpProxy> proxies = new HashMap<>();

  private RedisSentinels() {}

  /** Starts all of them; returns when the Sentinels know each other and replicas follow. */
  public static RedisSentinels start(Path folder, String... config) {
    return start(folder, false, config);
  }

  /**
   * Starts all of them.
   *
   * @param proxied whether servers are reached, by everybody, through proxies that can cut them off
   * @param config more lines of configuration for the servers
   */
  public static RedisSentinels start(Path folder, boolean proxied, String... config) {
    RedisSentinels made = new RedisSentinels();
    try {
      made.launch(folder, proxied, List.of(config));
      made.awaitHealthy();
      return made;
    } catch (RuntimeException | AssertionError e) {
      made.close();
      throw e;
    }
  }

  private void launch(Path folder, boolean proxied, List<String> config) {
    for (int i = 0; i < SERVERS; i++) {
      int port = Ports.free();
      List<String> lines = new ArrayList<>(config);
      if (proxied) {
        TcpProxy proxy = new TcpProxy(port);
        proxies.put(port, proxy);
        lines.add("replica-announce-ip 127.0.0.1");
        lines.add("replica-announce-port " + proxy.port());
      }
      if (i > 0) {
        lines.add("replicaof 127.0.0.1 " + publicPort(servers.get(0)));
      }
      servers.add(RedisNode.start(folder.resolve("server-" + i), port, lines));
    }
    boolean named = RedisExecutable.major(folder) >= 7;
    for (int i = 0; i < SENTINELS; i++) {
      List<String> lines = new ArrayList<>();
      lines.add("sentinel monitor " + NAME + " 127.0.0.1 " + publicPort(servers.get(0)) + " 2");
      lines.add("sentinel down-after-milliseconds " + NAME + " " + DOWN_AFTER_MILLIS);
      lines.add("sentinel failover-timeout " + NAME + " " + FAILOVER_TIMEOUT_MILLIS);
      lines.add("sentinel parallel-syncs " + NAME + " 2");
      if (proxied) {
        // Proxies are to tell who comes; an older Redis comes from the first that it is bound to.
        lines.add("bind " + sourceOf(i) + " 127.0.0.1");
        if (named) {
          lines.add("bind-source-addr " + sourceOf(i));
        }
      }
      sentinels.add(RedisNode.sentinel(folder.resolve("sentinel-" + i), lines));
    }
  }

  /** From where a Sentinel connects to others, if they go through proxies. */
  private static String sourceOf(int number) {
    return "127.0.2." + (number + 1);
  }

  /** Looks around several times a second, where an older one does it every ten. */
  private static void hasten(RedisNode sentinel) {
    for (String period : List.of("INFO-PERIOD", "PUBLISH-PERIOD")) {
      sentinel.tryCommand("SENTINEL", "DEBUG", period, PERIOD_MILLIS);
    }
  }

  private int publicPort(RedisNode server) {
    TcpProxy proxy = proxies.get(server.port());
    return proxy == null ? server.port() : proxy.port();
  }

  /** Names all Sentinels. */
  public String uri() {
    return uri(sentinels);
  }

  /** Names some of them. */
  public static String uri(List<RedisNode> some) {
    return some.stream()
        .map(RedisNode::address)
        .collect(Collectors.joining(",", "redis-sentinel://", "#" + NAME));
  }

  /** The three that keep data, dead ones too. */
  public List<RedisNode> servers() {
    return List.copyOf(servers);
  }

  /** The three that watch, dead ones too. */
  public List<RedisNode> sentinels() {
    return List.copyOf(sentinels);
  }

  /** The proxy in front of a server; only with proxies. */
  public TcpProxy proxyOf(RedisNode server) {
    return Objects.requireNonNull(proxies.get(server.port()), server::toString);
  }

  /** Hides a server from the Sentinels, and from nobody else, until {@link #show}. */
  public void hide(RedisNode server) {
    for (int i = 0; i < SENTINELS; i++) {
      proxyOf(server).banish(sourceOf(i));
    }
  }

  /** Ends {@link #hide}. */
  public void show(RedisNode server) {
    for (int i = 0; i < SENTINELS; i++) {
      proxyOf(server).admit(sourceOf(i));
    }
  }

  /** Who is the master, as the first Sentinel that answers has it. */
  public RedisNode master() {
    for (RedisNode sentinel : sentinels) {
      if (sentinel.isAlive() && sentinel.serves()) {
        return masterSays(sentinel);
      }
    }
    throw new AssertionError("no Sentinel is there");
  }

  private RedisNode masterSays(RedisNode sentinel) {
    List<String> address = sentinel.texts("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME);
    int port = Integer.parseInt(address.get(1));
    return servers.stream()
        .filter(each -> publicPort(each) == port)
        .findFirst()
        .orElseThrow(() -> new AssertionError("nobody listens on " + address));
  }

  /** Those that are not the master. */
  public List<RedisNode> replicas() {
    RedisNode master = master();
    return servers.stream().filter(each -> each != master).toList();
  }

  /** Waits until all Sentinels name another master, which takes it; returns it. */
  public RedisNode awaitFailover(RedisNode oldMaster) {
    Await.until(
        "another one is master than " + oldMaster,
        () ->
            RedisNode.isSo(
                () -> {
                  RedisNode now = master();
                  return now != oldMaster && now.isMaster() && agree(now);
                }));
    return master();
  }

  private boolean agree(RedisNode master) {
    return sentinels.stream()
        .filter(each -> each.isAlive() && each.serves())
        .allMatch(each -> masterSays(each) == master);
  }

  /** Whether all that run agree on the master, and the others that run follow it. */
  public boolean isHealthy() {
    RedisNode master = master();
    return master.isAlive()
        && master.serves()
        && agree(master)
        && servers.stream()
            .filter(each -> each != master && each.isAlive())
            .allMatch(
                each ->
                    each.serves()
                        && each.info("master_link_status").equals("up")
                        && each.info("master_port").equals(String.valueOf(publicPort(master))))
        && sentinels.stream().filter(RedisNode::isAlive).allMatch(this::isContent);
  }

  /** Whether a Sentinel could take part in a failover. */
  private boolean isContent(RedisNode sentinel) {
    List<String> fields = sentinel.texts("SENTINEL", "MASTER", NAME);
    Map<String, String> told = new HashMap<>();
    for (int i = 0; i + 1 < fields.size(); i += 2) {
      told.put(fields.get(i), fields.get(i + 1));
    }
    return "master".equals(told.get("flags"))
        && String.valueOf(SENTINELS - 1).equals(told.get("num-other-sentinels"))
        && String.valueOf(SERVERS - 1).equals(told.get("num-slaves"));
  }

  /** Waits until it is as {@link #isHealthy} says. */
  public void awaitHealthy() {
    sentinels.stream().filter(RedisNode::isAlive).forEach(RedisSentinels::hasten);
    Await.until("Sentinels and servers are well", () -> RedisNode.isSo(this::isHealthy));
  }

  @Override
  public void close() {
    sentinels.forEach(RedisNode::close);
    servers.forEach(RedisNode::close);
    proxies.values().forEach(TcpProxy::close);
  }
}
