package dev.tokenguard.store.redis;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The profiles last seen of accounts that are not as {@link Profile#unseen} guesses. Bounded:
 * forgetting one costs its next call a second script call and nothing else. Thread-safe.
 */
final class Profiles {
  private final int capacity;
  private volatile Map<String, Profile> recent = new ConcurrentHashMap<>();
  private volatile Map<String, Profile> older = Map.of();

  Profiles(int capacity) {
    this.capacity = capacity;
  }

  @Nullable Profile of(String account) {
    Profile profile = recent.get(account);
    if (profile == null) {
      profile = older.get(account);
      if (profile != null) {
        put(account, profile);
      }
    }
    return profile;
  }

  /** Two generations: when the recent one is half of what may be kept, the older one goes. */
  void put(String account, Profile profile) {
    Map<String, Profile> generation = recent;
    generation.put(account, profile);
    if (generation.size() > capacity / 2) {
      synchronized (this) {
        if (recent == generation) {
          older = generation;
          recent = new ConcurrentHashMap<>();
        }
      }
    }
  }

  void forget(String account) {
    recent.remove(account);
    if (older.containsKey(account)) {
      older = Map.of();
    }
  }
}
