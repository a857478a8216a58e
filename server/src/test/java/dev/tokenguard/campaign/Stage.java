package dev.tokenguard.campaign;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What a fault has at hand: who is there, chance, and where to say what it may have taken. */
final class Stage {

  final List<Sidecar> sidecars;
  final Callers callers;
  final Random random;
  private final List<Loss> losses = new ArrayList<>();

  Stage(List<Sidecar> sidecars, Callers callers, Random random) {
    this.sidecars = sidecars;
    this.callers = callers;
    this.random = random;
  }

  /** Acknowledged changes may be lost. */
  void mayLose(Loss loss) {
    losses.add(loss);
  }

  List<Loss> losses() {
    return losses;
  }

  /** One of some. */
  <T> T any(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }

  /** Lets a time of this length pass, under load. */
  void pass(int fromMillis, int untilMillis) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(fromMillis + random.nextInt(untilMillis - fromMillis));
  }
}
