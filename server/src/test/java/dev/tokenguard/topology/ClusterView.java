package dev.tokenguard.topology;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a node of a Cluster believes of all of them.
 *
 * @param members all it knows, itself too
 */
record ClusterView(List<Member> members) {

  /**
   * One node.
   *
   * @param id its name in the Cluster
   * @param port where it says it is
   * @param flags as {@code master}, {@code fail?}, {@code myself}
   * @param masterId of whom it is a replica; empty for a master
   * @param linked whether the one asked has a connection to it
   * @param slots those it serves
   */
  record Member(
      String id,
      int port,
      Set<String> flags,
      String masterId,
      boolean linked,
      List<Integer> slots) {

    boolean isMaster() {
      return flags.contains("master");
    }

    /** Whether nobody has found it missing, and it is no newcomer. */
    boolean isWell() {
      return linked && flags.stream().noneMatch(flag -> flag.matches("fail\\??|handshake|noaddr"));
    }
  }

  /** What a node says. */
  static ClusterView of(RedisNode node) {
    return new ClusterView(node.text("CLUSTER", "NODES").lines().map(ClusterView::member).toList());
  }

  private static Member member(String line) {
    String[] parts = line.split(" ");
    String address = parts[1].split("@")[0];
    boolean myself = parts[2].contains("myself");
    return new Member(
        parts[0],
        Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)),
        Set.of(parts[2].split(",")),
        parts[3].equals("-") ? "" : parts[3],
        myself || parts[7].equals("connected"),
        slots(parts));
  }

  /** After eight other things come ranges; in brackets those on the move. */
  private static List<Integer> slots(String[] parts) {
    List<Integer> slots = new ArrayList<>();
    for (int i = 8; i < parts.length; i++) {
      if (!parts[i].startsWith("[")) {
        String[] ends = parts[i].split("-");
        int last = Integer.parseInt(ends[ends.length - 1]);
        for (int slot = Integer.parseInt(ends[0]); slot <= last; slot++) {
          slots.add(slot);
        }
      }
    }
    return slots;
  }

  Member myself() {
    return members.stream().filter(each -> each.flags.contains("myself")).findFirst().orElseThrow();
  }

  @Nullable Member byId(String id) {
    return members.stream().filter(each -> each.id.equals(id)).findFirst().orElse(null);
  }

  /** Who serves what: what all nodes are to agree on. */
  Map<String, List<Integer>> owners() {
    Map<String, List<Integer>> owners = new TreeMap<>();
    for (Member each : members) {
      if (!each.slots.isEmpty()) {
        owners.put(each.id, each.slots);
      }
    }
    return owners;
  }

  /** Who is whose replica: by id, the id of the master. */
  Map<String, String> replicas() {
    Map<String, String> masters = new HashMap<>();
    for (Member each : members) {
      if (!each.isMaster() && each.isWell()) {
        masters.put(each.id, each.masterId);
      }
    }
    return masters;
  }
}
