package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The version of how accounts are stored, LAYOUT of {@code layout.lua}: sidecars of two releases on
 * one Redis tell by it which accounts they can read. What another layout has is let be, by scripts
 * and by what only reads, and no damage is seen in it.
 */
final class Layout {
  /** What this server writes, and all that it reads. */
  static final long KNOWN = Long.parseLong(String.valueOf(ScriptAssembler.constant("LAYOUT")));

  private static final int VERSION = position("A_LAYOUT");
  private static final int SIZE = position("A_SIZE");

  /** How a script says that it met another one. */
  private static final Pattern REFUSED = Pattern.compile("\\bTGLAYOUT (\\d{1,9})\\b");

  private Layout() {}

  /** The layout of an account's values; 0 if they are cut short or no account's at all. */
  static long of(List<Object> values) {
    boolean whole =
        values.size() > SIZE
            && values.get(VERSION) instanceof Long
            && values.get(SIZE) instanceof Long size
            && size == values.size();
    return whole ? StoredValues.number(values, VERSION) : 0;
  }

  /** Lets an account pass that this server can read, or that is damaged, as its reader will see. */
  static void check(List<Object> values) {
    long layout = of(values);
    if (layout != 0 && layout != KNOWN) {
      throw unknown(layout);
    }
  }

  /** The fault that a script's message tells of; null for any other message. */
  static @Nullable FaultException refused(String message) {
    Matcher matcher = REFUSED.matcher(message);
    return matcher.find() ? unknown(Long.parseLong(matcher.group(1))) : null;
  }

  static FaultException unknown(long layout) {
    String what =
        layout > KNOWN
            ? "the account was written by a newer TokenGuard: it has layout %d, and this server knows"
                + " layout %d. It was left as it was; update this server"
            : "the account has layout %d, older than layout %d, which this server knows. It was left as"
                + " it was; update through a release that knows both";
    return FaultException.of(
        Fault.LAYOUT_UNKNOWN,
        String.format(what, layout, KNOWN),
        Map.of("layout", Long.toString(layout), "known_layout", Long.toString(KNOWN)));
  }

  /** Lua counts from 1. */
  private static int position(String name) {
    return Integer.parseInt(String.valueOf(ScriptAssembler.constant(name))) - 1;
  }
}
