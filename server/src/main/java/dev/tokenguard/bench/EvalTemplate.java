package dev.tokenguard.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.List;

/**
 * A script call as a server sent it, to be sent again for other accounts and ids: the bytes of the
 * account and of the reservation's id are exchanged for others of the same length, wherever they
 * are, and everything else stays. It knows nothing of what the arguments mean.
 */
final class EvalTemplate {
  private final String digest;
  private final byte[][] keys;
  private final byte[][] arguments;
  private final byte[] account;
  private final byte[] reservation;

  private EvalTemplate(
      String digest, byte[][] keys, byte[][] arguments, String account, String reservation) {
    this.digest = digest;
    this.keys = keys;
    this.arguments = arguments;
    this.account = account.getBytes(ISO_8859_1);
    this.reservation = reservation.getBytes(ISO_8859_1);
  }

  /**
   * A template of a command.
   *
   * @param command EVALSHA, the digest, the number of keys, the keys, the arguments
   * @param account in it
   * @param reservation in it
   */
  static EvalTemplate of(List<byte[]> command, String account, String reservation) {
    String digest = new String(command.get(1), ISO_8859_1);
    int keys = Integer.parseInt(new String(command.get(2), ISO_8859_1));
    return new EvalTemplate(
        digest,
        command.subList(3, 3 + keys).toArray(byte[][]::new),
        command.subList(3 + keys, command.size()).toArray(byte[][]::new),
        account,
        reservation);
  }

  /** For which account it was sent. */
  String account() {
    return new String(account, ISO_8859_1);
  }

  String digest() {
    return digest;
  }

  byte[][] keys(String forAccount) {
    return exchanged(keys, account, forAccount.getBytes(ISO_8859_1));
  }

  byte[][] arguments(String forAccount, String forReservation) {
    byte[][] withAccount = exchanged(arguments, account, forAccount.getBytes(ISO_8859_1));
    return exchanged(withAccount, reservation, forReservation.getBytes(ISO_8859_1));
  }

  /** Parts that have nothing to exchange are shared, not copied. */
  private static byte[][] exchanged(byte[][] parts, byte[] old, byte[] with) {
    if (old.length != with.length) {
      throw new IllegalArgumentException("of another length");
    }
    byte[][] exchanged = parts.clone();
    for (int i = 0; i < parts.length; i++) {
      int at = indexOf(parts[i], old);
      if (at >= 0) {
        exchanged[i] = parts[i].clone();
        System.arraycopy(with, 0, exchanged[i], at, with.length);
      }
    }
    return exchanged;
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int at = 0; at + part.length <= bytes.length; at++) {
      if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
        return at;
      }
    }
    return -1;
  }
}
