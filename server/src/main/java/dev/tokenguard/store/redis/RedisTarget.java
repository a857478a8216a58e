package dev.tokenguard.store.redis;

import io.lettuce.core.RedisURI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What {@code redis.uri} says: which kind of Redis, and where.
 *
 * @param kind which kind
 * @param uris where; several only for a Cluster, of which any one leads to all
 */
record RedisTarget(Kind kind, List<RedisURI> uris) {

  /** What can keep the state. */
  enum Kind {
    /** One server; it may turn out to be a node of a Cluster. */
    SINGLE,
    /** One master, and Sentinels that know which it is. */
    SENTINEL,
    /** Several masters, each with a part of the keys. */
    CLUSTER
  }

  private static final String SENTINEL = "-sentinel://";

  /** Lettuce has no scheme for it. */
  private static final String CLUSTER = "-cluster://";

  /**
   * Reads a URI.
   *
   * @throws IllegalArgumentException if it is none
   */
  static RedisTarget parse(String uri) {
    int cluster = uri.indexOf(CLUSTER);
    if (cluster > 0) {
      return new RedisTarget(
          Kind.CLUSTER,
          nodes(uri.substring(0, cluster), uri.substring(cluster + CLUSTER.length())));
    }
    Kind kind = uri.contains(SENTINEL) ? Kind.SENTINEL : Kind.SINGLE;
    return new RedisTarget(kind, List.of(RedisURI.create(uri)));
  }

  /** Each node has what all of them have: the credentials before them, the options behind them. */
  private static List<RedisURI> nodes(String scheme, String rest) {
    int at = rest.lastIndexOf('@');
    String credentials = rest.substring(0, at + 1);
    String behind = rest.substring(at + 1);
    int end = behind.length();
    for (int i = 0; i < behind.length(); i++) {
      if (behind.charAt(i) == '/' || behind.charAt(i) == '?') {
        end = i;
        break;
      }
    }
    List<RedisURI> uris = new ArrayList<>();
    for (String node : behind.substring(0, end).split(",", -1)) {
      uris.add(RedisURI.create(scheme + "://" + credentials + node + behind.substring(end)));
    }
    return List.copyOf(uris);
  }

  /** The same places, as those of a Cluster. */
  RedisTarget asCluster() {
    return new RedisTarget(Kind.CLUSTER, uris);
  }

  RedisURI first() {
    return uris.get(0);
  }

  /** Where it leads, without credentials. */
  String describe() {
    return switch (kind) {
      case SINGLE -> place(first());
      case SENTINEL ->
          "master "
              + first().getSentinelMasterId()
              + " of Sentinels "
              + first().getSentinels().stream()
                  .map(RedisTarget::place)
                  .collect(Collectors.joining(", "));
      case CLUSTER ->
          "Cluster " + uris.stream().map(RedisTarget::place).collect(Collectors.joining(", "));
    };
  }

  private static String place(RedisURI uri) {
    return uri.getSocket() != null ? uri.getSocket() : uri.getHost() + ":" + uri.getPort();
  }
}
