package dev.tokenguard.topology;

import dev.tokenguard.wire.Await;
import io.lettuce.core.cluster.SlotHash;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A Redis Cluster of real processes on this machine. Who is a master is asked anew at every
 * question, as it changes. Thread-safe, but for changes of the topology, which are one thread's.
 */
public final class RedisCluster implements AutoCloseable {

  private static final String HOST = "127.0.0.1";

  /**
   * How one is made.
   *
   * @param masters how many at first
   * @param replicas of each of them
   * @param nodeTimeoutMillis after which a silent node is taken for dead; a failover takes about
   *     that and a second more
   * @param fullCoverage whether all slots fall silent when one of them has nobody, which is the
   *     default of Redis
   * @param proxied whether every node is reached, by clients and by other nodes, through proxies
   *     that can cut it off
   * @param config more lines of configuration for each
   */
  public record Options(
      int masters,
      int replicas,
      int nodeTimeoutMillis,
      boolean fullCoverage,
      boolean proxied,
      List<String> config) {

    /** Three masters with a replica each; what is left serves when some slots have nobody. */
    public static final Options DEFAULT = new Options(3, 1, 1500, false, false, List.of());

    /** Of another size. */
    public Options of(int masters, int replicas) {
      return new Options(masters, replicas, nodeTimeoutMillis, fullCoverage, proxied, config);
    }

    /** That falls silent as a whole, as Redis does if it is told nothing else. */
    public Options withFullCoverage() {
      return new Options(masters, replicas, nodeTimeoutMillis, true, proxied, config);
    }

    /** Whose nodes can be cut off. */
    public Options withProxies() {
      return new Options(masters, replicas, nodeTimeoutMillis, fullCoverage, true, config);
    }

    /** With lines of configuration, as {@code appendfsync always}. */
    public Options with(String... config) {
      return new Options(
          masters, replicas, nodeTimeoutMillis, fullCoverage, proxied, List.of(config));
    }
  }

  private final Path folder;
  private final Options options;
  private final List<RedisNode> nodes = new CopyOnWriteArrayList<>();
  private final Map<String, RedisNode> byId = new ConcurrentHashMap<>();

  /** What a node's clients and its fellows go through. */
  private final Map<RedisNode, List<TcpProxy>> proxies = new ConcurrentHashMap<>();

  private RedisCluster(Path folder, Options options) {
    this.folder = folder;
    this.options = options;
  }

  /** Starts three masters with a replica each; returns when all of them serve. */
  public static RedisCluster start(Path folder) {
    return start(folder, Options.DEFAULT);
  }

  /** Starts one; returns when all of it serves, and replicas follow. */
  public static RedisCluster start(Path folder, Options options) {
    RedisCluster cluster = new RedisCluster(folder, options);
    try {
      cluster.form();
      return cluster;
    } catch (RuntimeException | AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  private void form() {
    int count = options.masters * (1 + options.replicas);
    for (int i = 0; i < count; i++) {
      RedisNode node = launch();
      node.command("CLUSTER", "SET-CONFIG-EPOCH", String.valueOf(i + 1));
    }
    for (int i = 0; i < options.masters; i++) {
      int first = SlotHash.SLOT_COUNT * i / options.masters;
      int end = SlotHash.SLOT_COUNT * (i + 1) / options.masters;
      addSlots(nodes.get(i), first, end);
    }
    // Everybody meets everybody: gossip would come to the same, seconds later.
    for (RedisNode each : nodes) {
      nodes.forEach(other -> meet(each, other));
    }
    awaitMet();
    for (int i = options.masters; i < count; i++) {
      replicate(nodes.get(i), nodes.get(i % options.masters));
    }
    awaitHealthy();
  }

  private RedisNode launch() {
    int port = Ports.free();
    List<String> config = new ArrayList<>();
    config.add("cluster-enabled yes");
    config.add("cluster-node-timeout " + options.nodeTimeoutMillis);
    config.add("cluster-require-full-coverage " + (options.fullCoverage ? "yes" : "no"));
    // Replicas stay with their masters: tests say who follows whom.
    config.add("cluster-migration-barrier 100");
    List<TcpProxy> between = List.of();
    if (options.proxied) {
      between = List.of(new TcpProxy(port), new TcpProxy(port + Ports.BUS_OFFSET));
      // What it sends to others is to be told from what they send: the last bind is the one that
      // counts, and its first address is where connections of an older Redis come from.
      config.add("bind " + sourceOf(nodes.size()) + " " + HOST);
      config.add("cluster-announce-ip " + HOST);
      config.add("cluster-announce-port " + between.get(0).port());
      config.add("cluster-announce-bus-port " + between.get(1).port());
    }
    config.addAll(options.config);
    RedisNode node = RedisNode.start(folder.resolve("node-" + nodes.size()), port, config);
    if (options.proxied) {
      node.tryCommand("CONFIG", "SET", "bind-source-addr", sourceOf(nodes.size()));
    }
    nodes.add(node);
    proxies.put(node, between);
    byId.put(node.text("CLUSTER", "MYID"), node);
    return node;
  }

  /** From where a node connects to others, if they go through proxies. */
  private static String sourceOf(int number) {
    return "127.0.1." + (number + 1);
  }

  private static void addSlots(RedisNode node, int first, int end) {
    List<String> words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
    for (int slot = first; slot < end; slot++) {
      words.add(String.valueOf(slot));
    }
    node.command(words.toArray(String[]::new));
  }

  private void meet(RedisNode who, RedisNode whom) {
    if (who != whom) {
      who.command("CLUSTER", "MEET", HOST, clientPort(whom), busPort(whom));
    }
  }

  private String clientPort(RedisNode node) {
    return String.valueOf(options.proxied ? proxiesOf(node).get(0).port() : node.port());
  }

  private String busPort(RedisNode node) {
    return String.valueOf(
        options.proxied ? proxiesOf(node).get(1).port() : node.port() + Ports.BUS_OFFSET);
  }

  /** Proxies in front of a node: for clients, and for its fellows; none if not asked for. */
  public List<TcpProxy> proxiesOf(RedisNode node) {
    return Objects.requireNonNull(proxies.get(node), node::toString);
  }

  private void awaitMet() {
    Await.until(
        "all nodes know each other",
        () ->
            nodes.stream()
                .map(ClusterView::of)
                .allMatch(
                    view ->
                        view.members().size() == nodes.size()
                            && view.members().stream().allMatch(ClusterView.Member::isWell)));
  }

  /** Makes a node follow a master. */
  public void replicate(RedisNode replica, RedisNode master) {
    replica.command("CLUSTER", "REPLICATE", idOf(master));
  }

  /** Where to connect to: one node of it, whatever it is. */
  public String uri() {
    return "redis-cluster://" + addressForClients(nodes.get(0));
  }

  /** One node of it, as if it were the only one. */
  public String plainUri() {
    return "redis://" + addressForClients(nodes.get(0));
  }

  /** All nodes of it. */
  public String uriOfAll() {
    return "redis-cluster://"
        + nodes.stream().map(this::addressForClients).collect(Collectors.joining(","));
  }

  private String addressForClients(RedisNode node) {
    return HOST + ":" + clientPort(node);
  }

  /** All nodes, dead ones too, in the order in which they were made. */
  public List<RedisNode> nodes() {
    return List.copyOf(nodes);
  }

  /** The nodes that serve slots now, dead ones too as long as they were not replaced. */
  public List<RedisNode> masters() {
    Map<String, List<Integer>> owners = view().owners();
    return nodes.stream().filter(node -> owners.containsKey(idOf(node))).toList();
  }

  /** Nodes that follow a master, as far as they are there. */
  public List<RedisNode> replicasOf(RedisNode master) {
    String id = idOf(master);
    Map<String, String> masters = view().replicas();
    return nodes.stream().filter(node -> id.equals(masters.get(idOf(node)))).toList();
  }

  /** A node that follows a master; waits until the one that is asked has heard of it. */
  public RedisNode replicaOf(RedisNode master) {
    Await.until(master + " has a replica", () -> !replicasOf(master).isEmpty());
    return replicasOf(master).get(0);
  }

  /** The slots a node serves. */
  public List<Integer> slotsOf(RedisNode node) {
    return view().owners().getOrDefault(idOf(node), List.of());
  }

  /** Who serves a slot. */
  public RedisNode nodeOfSlot(int slot) {
    return view().owners().entrySet().stream()
        .filter(each -> each.getValue().contains(slot))
        .map(each -> Objects.requireNonNull(byId.get(each.getKey())))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nobody serves slot " + slot));
  }

  /** Who serves a key. */
  public RedisNode nodeOfKey(String key) {
    return nodeOfSlot(SlotHash.getSlot(key));
  }

  /** So many accounts whose keys lie on a node now. */
  public List<String> accountsOn(RedisNode node, String prefix, int count) {
    Set<Integer> slots = new HashSet<>(slotsOf(node));
    return IntStream.range(0, Integer.MAX_VALUE)
        .mapToObj(number -> prefix + number)
        .filter(account -> slots.contains(SlotHash.getSlot(account)))
        .limit(count)
        .toList();
  }

  /** A node's name in the Cluster. */
  public String idOf(RedisNode node) {
    return byId.entrySet().stream()
        .filter(each -> each.getValue() == node)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /** What is believed by the node that has heard of the latest change. */
  private ClusterView view() {
    RedisNode latest = null;
    long epoch = -1;
    for (RedisNode node : nodes) {
      long its = node.isAlive() && node.serves() ? epochOf(node) : -1;
      if (its > epoch) {
        epoch = its;
        latest = node;
      }
    }
    if (latest == null) {
      throw new AssertionError("no node of the cluster is there");
    }
    return ClusterView.of(latest);
  }

  private static long epochOf(RedisNode node) {
    String epoch = node.info("cluster_current_epoch");
    return epoch.isEmpty() ? -1 : Long.parseLong(epoch);
  }

  /** Adds an empty master, which serves nothing before slots are moved to it. */
  public RedisNode addNode() {
    RedisNode node = launch();
    for (RedisNode other : nodes) {
      if (other.isAlive()) {
        meet(node, other);
      }
    }
    awaitHealthy();
    return node;
  }

  /** Moves slots with all their keys while they are used. */
  public void moveSlots(RedisNode from, RedisNode to, int... slots) {
    for (int slot : slots) {
      try (SlotMove move = beginMove(from, to, slot)) {
        move.all();
      }
    }
  }

  /** Begins to move a slot; what of it is moved, and when it ends, is the caller's. */
  public SlotMove beginMove(RedisNode from, RedisNode to, int slot) {
    return new SlotMove(this, from, to, slot);
  }

  /** Makes a replica the master, without loss; returns when everybody knows. */
  public void failover(RedisNode replica) {
    replica.command("CLUSTER", "FAILOVER");
    Await.until(replica + " is the master", () -> RedisNode.isSo(replica::isMaster));
    awaitHealthy();
  }

  /**
   * Kills a master.
   *
   * @param number which of {@link #masters}
   */
  public RedisNode killMaster(int number) {
    RedisNode master = masters().get(number);
    master.kill();
    return master;
  }

  /** Waits until somebody else serves the slots that this one had, and returns who. */
  public RedisNode awaitFailover(RedisNode dead, int slotOfIts) {
    List<RedisNode> now = new ArrayList<>();
    Await.until(
        "somebody replaces " + dead,
        () ->
            RedisNode.isSo(
                () -> {
                  now.add(0, nodeOfSlot(slotOfIts));
                  return now.get(0) != dead;
                }));
    return now.get(0);
  }

  /** Every key of every node that serves slots. */
  public Map<RedisNode, Set<String>> allKeys() {
    Map<RedisNode, Set<String>> keys = new HashMap<>();
    for (RedisNode master : masters()) {
      keys.put(master, new TreeSet<>(master.texts("KEYS", "*")));
    }
    return keys;
  }

  /** Whether all nodes that run agree, all slots are served and replicas follow. */
  public boolean isHealthy() {
    Set<Map<String, List<Integer>>> opinions = new HashSet<>();
    for (RedisNode node : nodes) {
      if (node.isAlive()) {
        if (!node.serves() || !isContent(node)) {
          return false;
        }
        opinions.add(ClusterView.of(node).owners());
      }
    }
    return opinions.size() == 1;
  }

  private boolean isContent(RedisNode node) {
    ClusterView view = ClusterView.of(node);
    boolean sees =
        view.members().stream()
            .allMatch(
                member -> {
                  @Nullable RedisNode its = byId.get(member.id());
                  return its == null || !its.isAlive() || member.isWell();
                });
    return sees
        && view.members().size() >= nodes.stream().filter(RedisNode::isAlive).count()
        && node.info("cluster_state").equals("ok")
        && node.info("cluster_slots_ok").equals(String.valueOf(SlotHash.SLOT_COUNT))
        && (view.myself().isMaster() || node.info("master_link_status").equals("up"));
  }

  /** Waits until it is as {@link #isHealthy} says. */
  public void awaitHealthy() {
    Await.until("the cluster is well", () -> RedisNode.isSo(this::isHealthy));
  }

  /** Cuts a node off from clients and fellows until {@link #heal}; only with proxies. */
  public void partition(RedisNode node) {
    proxiesOf(node).forEach(TcpProxy::refuse);
    String source = sourceOf(nodes.indexOf(node));
    proxies.values().forEach(each -> each.forEach(proxy -> proxy.banish(source)));
  }

  /** Ends {@link #partition}. */
  public void heal(RedisNode node) {
    proxiesOf(node).forEach(TcpProxy::pass);
    String source = sourceOf(nodes.indexOf(node));
    proxies.values().forEach(each -> each.forEach(proxy -> proxy.admit(source)));
  }

  @Override
  public void close() {
    nodes.forEach(RedisNode::close);
    proxies.values().forEach(each -> each.forEach(TcpProxy::close));
  }
}
