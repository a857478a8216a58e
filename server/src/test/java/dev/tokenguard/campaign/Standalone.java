package dev.tokenguard.campaign;

import dev.tokenguard.topology.RedisNode;
import dev.tokenguard.topology.TcpProxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One Redis, and a wire of its own from every sidecar. */
final class Standalone implements Topology {

  /**
   * How long before it is killed a Redis with {@code everysec} may have acknowledged what it loses:
   * it writes behind a disk that is busy for two seconds at most.
   */
  private static final long EVERYSEC_NANOS = 2_000_000_000L;

  private final boolean always;
  private final RedisNode redis;
  private final List<TcpProxy> wires = new ArrayList<>();

  Standalone(Path folder, int sidecars, boolean always) {
    this.always = always;
    this.redis = RedisNode.start(folder, "appendfsync " + setting());
    for (int i = 0; i < sidecars; i++) {
      wires.add(new TcpProxy(redis.port()));
    }
  }

  @Override
  public String name() {
    return "standalone";
  }

  @Override
  public String setting() {
    return always ? "always" : "everysec";
  }

  @Override
  public String uri(int sidecar) {
    return "redis://127.0.0.1:" + wires.get(sidecar).port();
  }

  @Override
  public List<Fault> faults() {
    List<Fault> faults = new ArrayList<>(CommonFaults.ofWires(wires));
    faults.addAll(CommonFaults.ofProcesses());
    faults.add(new Fault("redis killed", 4, this::killed));
    faults.add(
        new Fault(
            "redis stands still",
            2,
            stage -> {
              redis.stop();
              stage.pass(1000, 2500);
              redis.resume();
            }));
    faults.addAll(NodeFaults.of(() -> List.of(redis)));
    return faults;
  }

  private void killed(Stage stage) throws InterruptedException {
    long from = System.nanoTime();
    redis.kill();
    if (!always) {
      stage.mayLose(new Loss("redis killed", from, System.nanoTime(), EVERYSEC_NANOS, false));
    }
    stage.pass(10, 1500);
    redis.start();
  }

  @Override
  public void heal() {
    wires.forEach(TcpProxy::pass);
    if (!redis.isAlive()) {
      redis.start();
    }
  }

  @Override
  public void close() {
    wires.forEach(TcpProxy::close);
    redis.close();
  }
}
