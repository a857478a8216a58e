package dev.tokenguard.campaign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Failovers as the logs of Redis tell of them, asked for or not: on a machine that is very busy
 * replicas are promoted that nobody meant to be. From when a new master is one until the old one is
 * one no more there are two, and what the old one acknowledges is lost.
 */
final class Failovers {

  /** What a line of a log says that matters here. */
  private static final Pattern LINE =
      Pattern.compile(
          "\\d+:\\w (\\d+ \\w+ \\d+ [\\d:.]+) \\S (?:"
              + "(?<start>.*Redis is starting.*)"
              + "|(?<asked>Manual failover user request accepted.*)"
              + "|(?<master>MASTER MODE enabled.*|Failover election won.*)"
              + "|REPLICAOF \\S+ enabled.*"
              + "|Configuration change detected. Reconfiguring myself as a replica of (?<of>\\w+).*)");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd MMM yyyy HH:mm:ss.SSS", Locale.ENGLISH);

  /** An operator's failover of a Cluster, which loses nothing, is won within this. */
  private static final long ASKED_MILLIS = 10_000;

  private enum What {
    START,
    ASKED,
    MASTER,
    REPLICA
  }

  /**
   * A line of a log.
   *
   * @param of the new master, as the Cluster names it; empty if it is not told
   */
  private record Event(long millis, Server node, What what, String of) {}

  /** From when until when there were two masters, in time of day. */
  record Overlap(long fromMillis, long untilMillis) {}

  private final Set<Server> masters = new HashSet<>();
  private final Map<Server, Long> started = new HashMap<>();
  private final Map<Server, Long> asked = new HashMap<>();
  private final List<Event> promoted = new ArrayList<>();
  private final List<Overlap> overlaps = new ArrayList<>();

  private Failovers() {}

  /**
   * A server.
   *
   * @param name its own in a Cluster
   * @param log where it writes
   * @param master whether it was a master at first
   */
  record Server(String name, Path log, boolean master) {}

  /** Reads what servers have written until now. */
  static List<Overlap> of(List<Server> servers) {
    Failovers failovers = new Failovers();
    List<Event> events = new ArrayList<>();
    for (Server server : servers) {
      events.addAll(events(server));
      if (server.master) {
        failovers.masters.add(server);
      }
    }
    events.sort(Comparator.comparingLong(Event::millis));
    events.forEach(failovers::happened);
    // Who was not replaced is master still.
    long now = System.currentTimeMillis();
    for (Event event : failovers.promoted) {
      if (event.what == What.MASTER) {
        failovers.overlaps.add(new Overlap(event.millis, now));
      }
    }
    return failovers.overlaps;
  }

  private void happened(Event event) {
    switch (event.what) {
      case START -> {
        started.put(event.node, event.millis);
        // A master that was killed comes back as one, with what it had.
        if (masters.contains(event.node)) {
          promoted.add(event);
        }
      }
      case ASKED -> asked.put(event.node, event.millis);
      case MASTER -> {
        masters.add(event.node);
        if (event.millis - asked.getOrDefault(event.node, 0L) > ASKED_MILLIS) {
          promoted.add(event);
        }
      }
      case REPLICA -> {
        promoted.removeIf(each -> each.node.equals(event.node));
        if (masters.remove(event.node)) {
          promoted.removeIf(each -> isReplacement(each, event));
        }
      }
    }
  }

  private boolean isReplacement(Event promotion, Event demotion) {
    if (!demotion.of.isEmpty() && !demotion.of.equals(promotion.node.name)) {
      return false;
    }
    // One that was dead meanwhile has acknowledged nothing; that it was killed is known elsewhere.
    if (started.getOrDefault(demotion.node, 0L) < promotion.millis) {
      overlaps.add(new Overlap(promotion.millis, demotion.millis));
    }
    return true;
  }

  private static List<Event> events(Server node) {
    List<Event> events = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(node.log)) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
          String of = matcher.group("of");
          events.add(
              new Event(millis(matcher.group(1)), node, what(matcher), of == null ? "" : of));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return events;
  }

  private static What what(Matcher line) {
    if (line.group("start") != null) {
      return What.START;
    } else if (line.group("asked") != null) {
      return What.ASKED;
    }
    return line.group("master") != null ? What.MASTER : What.REPLICA;
  }

  private static long millis(String time) {
    return LocalDateTime.parse(time, TIME)
        .atZone(ZoneId.systemDefault())
        .toInstant()
        .toEpochMilli();
  }
}
