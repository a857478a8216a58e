package dev.tokenguard.campaign;

import dev.tokenguard.topology.RedisNode;
import dev.tokenguard.topology.RedisSentinels;
import dev.tokenguard.topology.TcpProxy;
import dev.tokenguard.wire.Await;
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
    List<Fault> harmless = new ArrayList<>(CommonFaults.ofProcesses());
    harmless.addAll(NodeFaults.of(() -> List.of(sentinels.master())));
    harmless.addAll(CommonFaults.ofWiresShortly(this::wires));
    harmless.add(new Fault("sentinel killed", 1, this::sentinelKilled));
    harmless.add(new Fault("replica killed", 2, this::replicaKilled));
    List<Fault> faults = new ArrayList<>();
    for (Fault each : harmless) {
      faults.add(replicated.watched(each, () -> List.of(sentinels.master())));
    }
    faults.add(new Fault("master killed", 4, this::masterKilled));
    faults.add(new Fault("master stands still", 2, this::masterStops));
    faults.add(new Fault("master cut off", 3, this::masterCutOff));
    faults.add(new Fault("failover", 2, this::failover));
    return faults;
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
    long from = System.nanoTime();
    master.stop();
    sentinels.awaitFailover(master);
    master.resume();
    awaitDemotion(master);
    replicated.mayLose(stage, "master stands still", from);
    sentinels.awaitHealthy();
  }

  private void masterCutOff(Stage stage) {
    RedisNode master = sentinels.master();
    long from = System.nanoTime();
    sentinels.proxyOf(master).hold();
    sentinels.awaitFailover(master);
    sentinels.proxyOf(master).pass();
    awaitDemotion(master);
    replicated.mayLose(stage, "master cut off", from);
    sentinels.awaitHealthy();
  }

  private void failover(Stage stage) {
    RedisNode master = sentinels.master();
    long from = System.nanoTime();
    stage.any(sentinels.sentinels()).command("SENTINEL", "FAILOVER", RedisSentinels.NAME);
    sentinels.awaitFailover(master);
    awaitDemotion(master);
    replicated.mayLose(stage, "failover", from);
    sentinels.awaitHealthy();
  }

  /** Until then it goes on acknowledging what it will throw away. */
  private static void awaitDemotion(RedisNode master) {
    Await.until(master + " is a replica", () -> RedisNode.isSo(() -> !master.isMaster()));
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
