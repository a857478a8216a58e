package dev.tokenguard.config;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Whether other machines can reach an address, and what to tell of one that is too open. */
final class Exposure {
  private Exposure() {}

  /**
   * Whether others than this machine can reach it; a name that nobody knows cannot be listened at.
   */
  static boolean isExposed(ListenAddress address) {
    try {
      return !InetAddress.getByName(address.host()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /**
   * For an address that is not encrypted.
   *
   * @param group of its settings
   */
  static String withoutTls(ListenAddress address, String group) {
    return address
        + " can be reached from other machines, without TLS (expected: 127.0.0.1 or a Unix socket,"
        + " or a certificate, or "
        + group
        + ".allow_plaintext=true where something else encrypts)";
  }

  /** For an address where nobody can say who calls. */
  static String withoutCredentials(ListenAddress address) {
    return address
        + " can be reached from other machines, and there are no credentials (expected:"
        + " auth.credentials_file or auth.jwks, or auth.anonymous_guard=true to let everybody"
        + " reserve and settle)";
  }
}
