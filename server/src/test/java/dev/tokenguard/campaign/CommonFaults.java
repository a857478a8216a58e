package dev.tokenguard.campaign;

import dev.tokenguard.topology.TcpProxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Faults of sidecars, callers, and of the way between a sidecar and its Redis. */
final class CommonFaults {

  /** Shorter than a sidecar waits for Redis, and than a caller waits for a sidecar. */
  private static final int SHORT_MILLIS = 300;

  /** Longer than either. */
  private static final int LONG_MILLIS = 2000;

  private static final long HOUR_SECONDS = 3600;

  private CommonFaults() {}

  /** Of processes that are there whatever the topology. */
  static List<Fault> ofProcesses() {
    List<Fault> faults = new ArrayList<>(ofAllProcesses());
    if (Clocks.canMove()) {
      faults.add(
          new Fault(
              "clock of a sidecar moved",
              2,
              stage -> {
                Sidecar sidecar = stage.any(stage.sidecars);
                sidecar.moveClock(stage.random.nextLong(-HOUR_SECONDS, HOUR_SECONDS));
                stage.pass(SHORT_MILLIS, LONG_MILLIS);
                sidecar.moveClock(0);
              }));
    }
    return faults;
  }

  private static List<Fault> ofAllProcesses() {
    return List.of(
        new Fault(
            "sidecar killed",
            1,
            stage -> {
              Sidecar sidecar = stage.any(stage.sidecars);
              sidecar.kill();
              stage.pass(10, SHORT_MILLIS);
              sidecar.start();
              sidecar.awaitListening();
            }),
        new Fault(
            "sidecar terminated",
            1,
            stage -> {
              Sidecar sidecar = stage.any(stage.sidecars);
              sidecar.terminate();
              sidecar.start();
              sidecar.awaitListening();
            }),
        new Fault(
            "sidecar stands still",
            2,
            stage -> {
              Sidecar sidecar = stage.any(stage.sidecars);
              sidecar.stop();
              stage.pass(SHORT_MILLIS, LONG_MILLIS);
              sidecar.resume();
            }),
        new Fault(
            "callers killed",
            1,
            stage -> stage.callers.replace(stage.random.nextInt(stage.callers.count()))),
        new Fault(
            "callers stand still",
            1,
            stage -> {
              int number = stage.random.nextInt(stage.callers.count());
              stage.callers.stop(number);
              stage.pass(SHORT_MILLIS, LONG_MILLIS);
              stage.callers.resume(number);
            }));
  }

  /** Of the wires between sidecars and a Redis. */
  static List<Fault> ofWires(List<TcpProxy> wires) {
    return List.of(
        new Fault("connections cut", 2, stage -> stage.any(wires).cut()),
        new Fault(
            "connections refused",
            1,
            stage -> {
              TcpProxy wire = stage.any(wires);
              wire.refuse();
              stage.pass(SHORT_MILLIS, LONG_MILLIS);
              wire.pass();
            }),
        new Fault(
            "sidecar cut off",
            3,
            stage -> {
              TcpProxy wire = stage.any(wires);
              wire.hold();
              stage.pass(SHORT_MILLIS, LONG_MILLIS);
              wire.pass();
            }),
        new Fault(
            "requests held",
            1,
            stage -> {
              TcpProxy wire = stage.any(wires);
              wire.hold(TcpProxy.Direction.REQUESTS);
              stage.pass(SHORT_MILLIS, LONG_MILLIS);
              wire.pass();
            }),
        new Fault(
            "replies lost",
            3,
            stage -> {
              TcpProxy wire = stage.any(wires);
              wire.lose(TcpProxy.Direction.REPLIES);
              stage.pass(50, SHORT_MILLIS);
              wire.pass();
            }),
        new Fault(
            "delay",
            2,
            stage -> {
              TcpProxy wire = stage.any(wires);
              wire.delay(TcpProxy.Direction.REQUESTS, stage.random.nextInt(100));
              wire.delay(TcpProxy.Direction.REPLIES, stage.random.nextInt(100));
              stage.pass(SHORT_MILLIS, LONG_MILLIS);
              wire.pass();
            }));
  }

  /** Of the wires in front of masters, too short for anybody to take a master for dead. */
  static List<Fault> ofWiresShortly(Supplier<List<TcpProxy>> wires) {
    return List.of(
        new Fault("connections cut", 2, stage -> stage.any(wires.get()).cut()),
        new Fault(
            "replies lost",
            2,
            stage -> {
              TcpProxy wire = stage.any(wires.get());
              wire.lose(TcpProxy.Direction.REPLIES);
              stage.pass(50, SHORT_MILLIS);
              wire.pass();
            }),
        new Fault(
            "delay",
            2,
            stage -> {
              TcpProxy wire = stage.any(wires.get());
              wire.delay(TcpProxy.Direction.REQUESTS, stage.random.nextInt(50));
              wire.delay(TcpProxy.Direction.REPLIES, stage.random.nextInt(50));
              stage.pass(SHORT_MILLIS, LONG_MILLIS);
              wire.pass();
            }));
  }
}
