package dev.tokenguard.campaign;

import dev.tokenguard.topology.RedisNode;
import dev.tokenguard.topology.RedisSentinels;
import dev.tokenguard.topology.TcpProxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A master, two replicas, three Sentinels; servers are reached through wires. */
final class SentinelTopology implements Topology {

  private final Replicated replicated;
  private final RedisSentinels sentinels;

  SentinelTopology(Path folder, boolean durable) {
    this.replicated = new Replicated(durable);
    this.sentinels = RedisSentinels.start(folder, true);
  }

  @Override
  public String name() {
    return "sentinel";
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
    return sentinels.uri();
  }

  @Override
  public List<Fault> faults() {
    List<Fault> faults = new ArrayList<>(CommonFaults.ofProcesses());
    faults.addAll(NodeFaults.of(() -> List.of(sentinels.master())));
    faults.addAll(CommonFaults.ofWiresShortly(this::wires));
    faults.add(new Fault("sentinel killed", 1, this::sentinelKilled));
    faults.add(new Fault("replica killed", 2, this::replicaKilled));
    faults.add(new Fault("master killed", 4, this::masterKilled));
    faults.add(new Fault("master stands still", 2, this::masterStops));
    faults.add(new Fault("master cut off", 3, this::masterCutOff));
    faults.add(new Fault("failover", 2, this::failover));
    return faults;
  }

  @Override
  public List<Failovers.Overlap> failovers() {
    RedisNode first = sentinels.servers().get(0);
    return Failovers.of(
        sentinels.servers().stream()
            .map(each -> new Failovers.Server(each.toString(), each.log(), each == first))
            .toList());
  }

  private List<TcpProxy> wires() {
    return List.of(sentinels.proxyOf(sentinels.master()));
  }

  private void sentinelKilled(Stage stage) throws InterruptedException {
    RedisNode sentinel = stage.any(sentinels.sentinels());
    sentinel.kill();
    stage.pass(300, 2000);
    sentinel.start();
    sentinels.awaitHealthy();
  }

  private void replicaKilled(Stage stage) throws InterruptedException {
    RedisNode replica = stage.any(sentinels.replicas());
    replica.kill();
    stage.pass(100, 1500);
    replica.start();
    sentinels.awaitHealthy();
  }

  private void masterKilled(Stage stage) {
    RedisNode master = sentinels.master();
    long from = System.nanoTime();
    master.kill();
    replicated.mayLoseUnreplicated(stage, "master killed", from);
    sentinels.awaitFailover(master);
    master.start();
    sentinels.awaitHealthy();
  }

  private void masterStops(Stage stage) {
    RedisNode master = sentinels.master();
    master.stop();
    sentinels.awaitFailover(master);
    master.resume();
    sentinels.awaitHealthy();
  }

  private void masterCutOff(Stage stage) {
    RedisNode master = sentinels.master();
    sentinels.proxyOf(master).hold();
    sentinels.awaitFailover(master);
    sentinels.proxyOf(master).pass();
    sentinels.awaitHealthy();
  }

  private void failover(Stage stage) {
    RedisNode master = sentinels.master();
    stage.any(sentinels.sentinels()).command("SENTINEL", "FAILOVER", RedisSentinels.NAME);
    sentinels.awaitFailover(master);
    sentinels.awaitHealthy();
  }

  @Override
  public void heal() {
    sentinels.servers().forEach(each -> sentinels.proxyOf(each).pass());
    sentinels.awaitHealthy();
  }

  @Override
  public void close() {
    sentinels.close();
  }
}
