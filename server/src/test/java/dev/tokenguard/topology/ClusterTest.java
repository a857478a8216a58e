package dev.tokenguard.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.CommandRunner;
import dev.tokenguard.CommandRunner.Ran;
import dev.tokenguard.testing.Keys;
import dev.tokenguard.v1.CheckAndReserveRequest;
import dev.tokenguard.wire.Await;
import dev.tokenguard.wire.Caller;
import dev.tokenguard.wire.Load;
import dev.tokenguard.wire.WireServer;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.lettuce.core.cluster.SlotHash;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What goes over all accounts goes over all masters; and what belongs to one account lies in one
 * slot, wherever that is. What single calls do is told by tests that run on a Cluster as well.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterTest {

  /** An account's keys, by the letters of {@code layout.lua}. */
  private static final Pattern OF_AN_ACCOUNT =
      Pattern.compile("tg:\\{([^!}][^}]*)}:(?:[ahdlmgbxrw]|u\\d+)");

  /** All the others. */
  private static final List<Pattern> OTHERS =
      List.of(
          Pattern.compile("tg:\\{index-\\d+}"),
          Pattern.compile("tg:\\{!admin-events}:(events|changes|attempts)"),
          Pattern.compile("tg:\\{!activity}:[fd]\\d+"),
          Pattern.compile("tg:probe(:\\{\\d+})?"),
          Pattern.compile("tg:sweep(:last)?"),
          Pattern.compile("tg:e:\\d+:[a-z_]+"),
          Pattern.compile("tg:display-secret"));

  private static final int EACH = 40;

  /** From here on are reservations that have ended; FORGET in {@code layout.lua}. */
  private static final long ENDED = 1L << 52;

  private RedisCluster cluster;
  private WireServer server;
  private Caller caller;
  private Path folder;
  private Path key;
  private final List<String> accounts = new ArrayList<>();

  @BeforeAll
  void start(@TempDir Path temp) throws Exception {
    folder = temp;
    key = Files.writeString(temp.resolve("key"), Keys.ADMIN);
    cluster = RedisCluster.start(temp.resolve("cluster"));
    server = WireServer.start(temp, "redis.uri=" + cluster.uri(), "sweep.pause=100ms");
    caller = server.caller();
    for (RedisNode master : cluster.masters()) {
      accounts.addAll(cluster.accountsOn(master, "acc-", EACH));
    }
    for (String account : accounts) {
      caller.consume(account, "generate", "first");
    }
  }

  @AfterAll
  void stop() {
    server.close();
    cluster.close();
  }

  @Test
  @Order(1)
  void allAccountsAreListedAndAudited() {
    assertEquals(new TreeSet<>(accounts), Audits.listed(server));
    Audits.assertAllBalanced(server);
  }

  /** Accounts that sleep, on every master. */
  @Test
  @Order(2)
  void theWalkGoesOverAllMasters() throws Exception {
    for (String account : accounts) {
      CheckAndReserveRequest reserve =
          Caller.reserveRequest(account, "generate", "sleeps")
              .setTtl(com.google.protobuf.Duration.newBuilder().setSeconds(1))
              .build();
      assertTrue(caller.stub().checkAndReserve(reserve).hasReservation());
    }
    // As they are stored: a call would return what has expired.
    Await.until(
        "all expired holds are returned",
        () ->
            cluster.allKeys().entrySet().stream()
                .allMatch(each -> openHolds(each.getKey(), each.getValue()) == 0));
    for (String account : accounts) {
      assertEquals(0, caller.balance(account).getOpenReservations());
    }
  }

  /** An index that lost its entries has them again after a walk. */
  @Test
  @Order(3)
  void theWalkMendsTheIndexOnAllMasters() throws Exception {
    Set<String> before = Audits.listed(server);
    cluster
        .allKeys()
        .forEach(
            (node, keys) ->
                keys.stream()
                    .filter(each -> each.startsWith("tg:{index-"))
                    .forEach(index -> node.command("DEL", index)));
    Await.untilEquals(before, () -> Audits.listed(server));
  }

  /** A master restarts, or somebody flushes its scripts: nobody is told. */
  @Test
  @Order(4)
  void scriptsAreForgottenOnOneMaster() throws Exception {
    try (Load load = new Load(() -> caller, accounts, 8).start()) {
      for (RedisNode master : cluster.masters()) {
        master.command("SCRIPT", "FLUSH");
        load.awaitSettled(50);
      }
      load.stop();
      assertEquals(Map.of(), load.faults(), load::toString);
    }
  }

  /** It knows no script, and the server does not know of it. */
  @Test
  @Order(5)
  void aNodeJoinsLaterAndGetsSlots() {
    RedisNode joined = cluster.addNode();
    List<String> moved = cluster.accountsOn(cluster.masters().get(0), "acc-", 5);
    for (String account : moved) {
      cluster.moveSlots(cluster.nodeOfKey(account), joined, SlotHash.getSlot(account));
    }
    cluster.awaitHealthy();
    for (String account : moved) {
      assertEquals(joined, cluster.nodeOfKey(account));
      caller.consume(account, "generate", "later");
    }
    String fresh = cluster.accountsOn(joined, "fresh-", 1).get(0);
    caller.consume(fresh, "generate", "first");
    assertTrue(Audits.listed(server).contains(fresh));
    Audits.assertAllBalanced(server);
  }

  @Test
  @Order(6)
  void operatorsCommandsGoOverAllMasters() throws Exception {
    assertSays("created", "account create shop --plan=free --name=Shop");
    assertSays("shop", "account list --prefix=shop");
    assertSays("tokens", "account get shop");
    assertSays("", "member add shop una");
    assertSays("una", "member list shop");
    assertSays("", "grant create shop tokens=5 --reason=reward");
    assertSays("reward", "grant list shop");
    assertSays("reward", "ledger list shop");
    assertSays("", "usage show acc-0");
    assertSays("", "usage statistics acc-0");
    assertSays("", "activity");
    assertSays("", "denials acc-0");
    assertSays("", "reservation list acc-0");
    assertSays("looked at", "reset run");
    assertSays("CreateAccount", "events list");
    assertSays("accounts audited, 0 off", "audit --all");
    assertSays("", "audit sweep");
    assertSays("free", "catalog show");

    Path ledger = folder.resolve("ledger.csv");
    assertSays("", "ledger export -o " + ledger);
    String text = Files.readString(ledger);
    for (String account : accounts) {
      assertTrue(text.contains(account), () -> account + " is not in the export");
    }
  }

  /** Those named first are not there. */
  @Test
  @Order(7)
  void aServerStartsWhileNodesAreDown() throws Exception {
    RedisNode replica = cluster.replicaOf(cluster.masters().get(0));
    replica.kill();
    try (WireServer second =
        WireServer.startPast(
            server.redisUri().replace("redis-cluster:", "redis:"),
            folder.resolve("second"),
            "redis.uri=redis-cluster://" + replica.address() + "," + addressOfOne())) {
      second.caller().awaitHealth(ServingStatus.SERVING);
      for (String account : accounts) {
        second.caller().balance(account);
      }
    } finally {
      replica.start();
      cluster.awaitHealthy();
    }
  }

  /** Every key is known by name, those of one account have one slot, and lie where it is. */
  @Test
  @Order(Integer.MAX_VALUE)
  void everyKeyIsWhereItBelongs() {
    Map<String, Set<Integer>> slots = new TreeMap<>();
    Set<String> unknown = new TreeSet<>();
    cluster
        .allKeys()
        .forEach(
            (node, keys) -> {
              Set<Integer> its = Set.copyOf(cluster.slotsOf(node));
              for (String each : keys) {
                int slot = SlotHash.getSlot(each);
                assertTrue(its.contains(slot), () -> each + " is on a node that has not its slot");
                Matcher account = OF_AN_ACCOUNT.matcher(each);
                if (account.matches()) {
                  slots.computeIfAbsent(account.group(1), any -> new TreeSet<>()).add(slot);
                } else if (OTHERS.stream().noneMatch(other -> other.matcher(each).matches())) {
                  unknown.add(each);
                }
              }
            });
    assertEquals(Set.of(), unknown);
    assertTrue(slots.keySet().containsAll(accounts));
    slots.forEach((account, its) -> assertEquals(1, its.size(), account + " is in " + its));
    assertFalse(slots.isEmpty());
  }

  private String addressOfOne() {
    return cluster.masters().get(1).address();
  }

  /** As they are stored: in what is due of each account, below those that have ended. */
  private static long openHolds(RedisNode node, Set<String> keys) {
    return keys.stream()
        .filter(each -> each.endsWith("}:d"))
        .mapToLong(each -> Long.parseLong(node.text("ZCOUNT", each, "-inf", "(" + ENDED)))
        .sum();
  }

  private void assertSays(String words, String command) {
    String all = command + " --target=" + server.target() + " --key-file=" + key + " --timeout=60s";
    Ran ran = CommandRunner.run(all.split(" "));
    assertEquals(0, ran.exitCode(), () -> command + ": " + ran.said());
    assertTrue(ran.said().contains(words), () -> command + ": " + ran.said());
  }
}
