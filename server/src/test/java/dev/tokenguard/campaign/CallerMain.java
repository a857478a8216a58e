package dev.tokenguard.campaign;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A process that calls, until its standard input ends; then it waits until it knows what became of
 * every call, prints how many there were, and ends.
 */
public final class CallerMain {

  /** Enough for the ids of one process. */
  private static final int ID_BITS = 36;

  private static final long SETTLE_SECONDS = 60;

  private CallerMain() {}

  /** What a caller is told of its work; as arguments of its process. */
  record Orders(Path file, int number, long seed, int lanes, int accounts, List<String> sidecars) {

    List<String> arguments() {
      return List.of(
          file.toString(),
          String.valueOf(number),
          String.valueOf(seed),
          String.valueOf(lanes),
          String.valueOf(accounts),
          String.join(",", sidecars));
    }

    static Orders of(String[] arguments) {
      return new Orders(
          Path.of(arguments[0]),
          Integer.parseInt(arguments[1]),
          Long.parseLong(arguments[2]),
          Integer.parseInt(arguments[3]),
          Integer.parseInt(arguments[4]),
          List.of(arguments[5].split(",")));
    }
  }

  /** Name of the environment variable with the key that grants are made with. */
  static final String KEY = "CAMPAIGN_KEY";

  /** Calls as it is told by {@link Orders}. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Orders orders = Orders.of(arguments);
    try (CallFile file = new CallFile(orders.file())) {
      Sender sender = new Sender(file, orders.sidecars(), System.getenv().getOrDefault(KEY, ""));
      CountDownLatch lanes = new CountDownLatch(orders.lanes());
      CountDownLatch stop = new CountDownLatch(1);
      AtomicLong ids = new AtomicLong(((long) orders.number() << ID_BITS) + 1);
      List<Lane> all = new ArrayList<>();
      for (int i = 0; i < orders.lanes(); i++) {
        all.add(
            new Lane(
                sender,
                orders.seed() * 1000 + i,
                orders.accounts(),
                ids,
                () -> stop.getCount() == 0,
                lanes::countDown));
      }
      all.forEach(Lane::next);
      System.in.readAllBytes();
      stop.countDown();
      boolean settled = lanes.await(SETTLE_SECONDS, TimeUnit.SECONDS);
      System.out.println("sent " + sender.sent() + (settled ? "" : ", not settled"));
      System.exit(settled ? 0 : 1);
    }
  }
}
