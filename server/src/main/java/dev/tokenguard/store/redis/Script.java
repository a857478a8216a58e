package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** The scripts, one per operation: those of calls first, then those of operators. */
enum Script {
  RESERVE,
  CONSUME,
  CHECK,
  COMMIT,
  REFUND,
  EXTEND,
  BALANCE,
  CREATE,
  UPDATE,
  DELETE,
  ENLIST,
  JOIN,
  LEAVE,
  GRANT,
  REVOKE,
  ADJUST,
  TIDY,
  AUDIT,
  RECORD,
  COUNT,
  SECRET;

  private final String label = name().toLowerCase(Locale.ROOT);
  private final byte[] source = ScriptAssembler.assemble(label).getBytes(UTF_8);
  private final String digest = sha1(source);

  /**
   * Whether it changes what must not be lost. What others do on the way, such as a reset that is
   * due, happens again if it is.
   */
  boolean changes() {
    return switch (this) {
      case CHECK, BALANCE, TIDY, AUDIT, COUNT, SECRET -> false;
      default -> true;
    };
  }

  /** Its name in metrics and logs, and of its file. */
  String label() {
    return label;
  }

  /** What Redis runs. */
  byte[] source() {
    return source;
  }

  /** The name by which Redis knows it once it is loaded. */
  String digest() {
    return digest;
  }

  private static String sha1(byte[] source) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(source));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
