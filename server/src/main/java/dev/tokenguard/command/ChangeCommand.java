package dev.tokenguard.command;

import java.security.SecureRandom;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * A command that changes something. It has a request id, so that it can be repeated when its answer
 * was lost, and is then carried out once.
 */
abstract class ChangeCommand extends AdminCommand {
  private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  @Option(
      names = "--request-id",
      order = 90,
      paramLabel = "ID",
      description =
          "The id of this change, to repeat it safely: what was done with it is not done again"
              + " (default: a new one).")
  private @Nullable String requestId;

  private boolean sent;

  /** The id that was given, else a new one. */
  final String requestId() {
    String id = requestId;
    if (id == null) {
      id = ulid(System.currentTimeMillis(), new SecureRandom());
      requestId = id;
    }
    if (!sent && verbose()) {
      note("request id %s", id);
    }
    sent = true;
    return id;
  }

  @Override
  String explain(CallFault fault) {
    return sent && fault.outcomeUnknown()
        ? super.explain(fault)
            + "; it may have been done: try again with --request-id="
            + requestId()
        : super.explain(fault);
  }

  /** 26 characters, of which the first ten tell the time: they sort as they were made. */
  static String ulid(long millis, Random random) {
    char[] text = new char[26];
    for (int i = 0; i < 10; i++) {
      text[i] = DIGITS.charAt((int) ((millis >>> (5 * (9 - i))) & 31));
    }
    for (int i = 10; i < text.length; i++) {
      text[i] = DIGITS.charAt(random.nextInt(DIGITS.length()));
    }
    return new String(text);
  }
}
