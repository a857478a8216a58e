package dev.tokenguard.campaign;

import dev.tokenguard.topology.RedisCluster;
import dev.tokenguard.topology.RedisNode;
import dev.tokenguard.topology.TcpProxy;
import io.lettuce.core.cluster.SlotHash;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Three masters with a replica each; all are reached through wires, by each other too. */
final class ClusterTopology implements Topology {

  /** So many slots move at a time. */
  private static final int SLOTS = 12;

  private final Replicated replicated;
  private final RedisCluster cluster;
  private final List<RedisNode> firstMasters;

  ClusterTopology(Path folder, boolean durable) {
    this.replicated = new Replicated(durable);
    this.cluster = RedisCluster.start(folder, RedisCluster.Options.DEFAULT.withProxies());
    this.firstMasters = cluster.masters();
  }

  @Override
  public String name() {
    return "cluster";
  }

  @Override
  public String setting() {
    return replicated.setting();
  }

  @Override
  public List<String> settings() {
    return replicated.settings();
  }

  @Override
  public String uri(int sidecar) {
    return cluster.uriOfAll();
  }

  @Override
  public List<Fault> faults() {
    List<Fault> faults = new ArrayList<>(CommonFaults.ofProcesses());
    faults.addAll(NodeFaults.of(cluster::masters));
    faults.addAll(CommonFaults.ofWiresShortly(this::wires));
    faults.add(new Fault("replica killed", 2, this::replicaKilled));
    faults.add(new Fault("resharding", 3, this::reshard));
    faults.add(new Fault("master killed", 4, this::masterKilled));
    faults.add(new Fault("master stands still", 2, this::masterStops));
    faults.add(new Fault("master cut off", 3, this::masterCutOff));
    faults.add(new Fault("failover", 2, this::failover));
    return faults;
  }

  @Override
  public List<Failovers.Overlap> failovers() {
    return Failovers.of(
        cluster.nodes().stream()
            .map(
                each ->
                    new Failovers.Server(
                        cluster.idOf(each), each.log(), firstMasters.contains(each)))
            .toList());
  }

  /** Those of masters for clients. */
  private List<TcpProxy> wires() {
    return cluster.masters().stream().map(each -> cluster.proxiesOf(each).get(0)).toList();
  }

  private void replicaKilled(Stage stage) throws InterruptedException {
    RedisNode replica = stage.any(cluster.replicasOf(stage.any(cluster.masters())));
    replica.kill();
    stage.pass(100, 1500);
    replica.start();
    cluster.awaitHealthy();
  }

  /** Some slots that accounts are in go to another master, with their keys. */
  private void reshard(Stage stage) {
    List<RedisNode> masters = cluster.masters();
    RedisNode from = stage.any(masters);
    RedisNode to = stage.any(masters.stream().filter(each -> each != from).toList());
    Set<Integer> its = new HashSet<>(cluster.slotsOf(from));
    Set<Integer> slots =
        IntStream.range(0, Round.ACCOUNTS)
            .map(account -> SlotHash.getSlot("{" + Requests.account(account) + "}"))
            .filter(its::contains)
            .boxed()
            .collect(Collectors.toSet());
    slots.stream().limit(SLOTS).forEach(slot -> cluster.moveSlots(from, to, slot));
    cluster.awaitHealthy();
  }

  private void masterKilled(Stage stage) {
    RedisNode master = stage.any(cluster.masters());
    int slot = cluster.slotsOf(master).get(0);
    long from = System.nanoTime();
    master.kill();
    replicated.mayLoseUnreplicated(stage, "master killed", from);
    cluster.awaitFailover(master, slot);
    master.start();
    cluster.awaitHealthy();
  }

  private void masterStops(Stage stage) {
    RedisNode master = stage.any(cluster.masters());
    int slot = cluster.slotsOf(master).get(0);
    master.stop();
    cluster.awaitFailover(master, slot);
    master.resume();
    cluster.awaitHealthy();
  }

  private void masterCutOff(Stage stage) {
    RedisNode master = stage.any(cluster.masters());
    int slot = cluster.slotsOf(master).get(0);
    cluster.partition(master);
    cluster.awaitFailover(master, slot);
    cluster.heal(master);
    cluster.awaitHealthy();
  }

  /** An operator's failover waits for the replica: it loses nothing. */
  private void failover(Stage stage) {
    cluster.failover(stage.any(cluster.replicasOf(stage.any(cluster.masters()))));
  }

  @Override
  public void heal() {
    cluster.nodes().forEach(each -> cluster.heal(each));
    cluster.awaitHealthy();
  }

  @Override
  public void close() {
    cluster.close();
  }
}
